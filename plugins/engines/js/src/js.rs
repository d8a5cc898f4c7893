//! JavaScript's values, in words: a thin layer over the C API that keeps its counts, pointers and lengths in one place. What may
//! run the plugin's own code (getters, conversions, calls) can fail with the value that was thrown.

use std::ffi::{CString, c_int};
use std::mem::ManuallyDrop;
use std::ptr::null_mut;

use crate::ffi;
use crate::state::context;

/// A value, counted as long as this lives.
pub struct Js(ffi::Value);

/// `Err` is what was thrown.
pub type Thrown<T> = Result<T, Js>;

/// The kinds of values that cross in different ways.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Undefined,
    Null,
    Bool,
    Number,
    Text,
    BigInt,
    Symbol,
    Function,
    Array,
    Object,
}

impl Js {
    /// # Safety
    /// The value must be live, and its count the caller's to give away.
    pub unsafe fn owned(value: ffi::Value) -> Self {
        Self(value)
    }

    /// # Safety
    /// The value must be live.
    pub unsafe fn borrowed(value: ffi::Value) -> Self {
        Self(unsafe { ffi::JS_DupValue(context(), value) })
    }

    /// What a function of the C API answered: the value, or what it threw.
    ///
    /// # Safety
    /// As for `owned`.
    pub unsafe fn checked(value: ffi::Value) -> Thrown<Self> {
        if value == ffi::EXCEPTION { Err(Self::pending()) } else { Ok(Self(value)) }
    }

    /// The value that was thrown last, which is taken from the context.
    pub fn pending() -> Self {
        Self(unsafe { ffi::JS_GetException(context()) })
    }

    pub fn raw(&self) -> ffi::Value {
        self.0
    }

    /// The value for a function that takes over its count.
    pub fn into_raw(self) -> ffi::Value {
        ManuallyDrop::new(self).0
    }

    /// Leaves it as the pending exception, and answers what the C API answers then.
    pub fn throw(self) -> ffi::Value {
        unsafe { ffi::JS_Throw(context(), self.into_raw()) }
    }

    pub fn undefined() -> Self {
        Self(ffi::UNDEFINED)
    }

    pub fn null() -> Self {
        Self(ffi::NULL)
    }

    pub fn boolean(value: bool) -> Self {
        Self(if value { ffi::TRUE } else { ffi::FALSE })
    }

    pub fn float(value: f64) -> Self {
        Self(unsafe { ffi::crucible_float(context(), value) })
    }

    /// A number where it is exact, else a BigInt.
    pub fn integer(value: i64) -> Self {
        const EXACT: i64 = 1 << 53;
        if (-EXACT..=EXACT).contains(&value) {
            Self(unsafe { ffi::crucible_integer(context(), value) })
        } else {
            Self(unsafe { ffi::JS_NewBigInt64(context(), value) })
        }
    }

    pub fn text(text: &str) -> Self {
        Self(unsafe { ffi::JS_NewStringLen(context(), text.as_ptr().cast(), text.len()) })
    }

    pub fn bytes(bytes: &[u8]) -> Self {
        Self(unsafe { ffi::JS_NewUint8ArrayCopy(context(), bytes.as_ptr(), bytes.len()) })
    }

    pub fn object() -> Self {
        Self(unsafe { ffi::JS_NewObject(context()) })
    }

    pub fn array() -> Self {
        Self(unsafe { ffi::JS_NewArray(context()) })
    }

    pub fn error() -> Self {
        Self(unsafe { ffi::JS_NewError(context()) })
    }

    /// The function of the host with this number.
    pub fn function(run: ffi::HostFunction, name: &str, length: usize, number: usize) -> Self {
        let name = zero_ended(name);
        Self(unsafe {
            let length = c_int::try_from(length).unwrap_or(0);
            ffi::JS_NewCFunctionData2(context(), run, name.as_ptr(), length, number as c_int, 0, null_mut())
        })
    }

    pub fn kind(&self) -> Kind {
        match unsafe { ffi::crucible_tag(self.0) } {
            ffi::TAG_NULL => Kind::Null,
            ffi::TAG_BOOL => Kind::Bool,
            ffi::TAG_INT | ffi::TAG_FLOAT64 => Kind::Number,
            ffi::TAG_STRING | ffi::TAG_STRING_ROPE => Kind::Text,
            ffi::TAG_BIG_INT | ffi::TAG_SHORT_BIG_INT => Kind::BigInt,
            ffi::TAG_SYMBOL => Kind::Symbol,
            ffi::TAG_OBJECT if self.is_function() => Kind::Function,
            ffi::TAG_OBJECT if self.is_array() => Kind::Array,
            ffi::TAG_OBJECT => Kind::Object,
            _ => Kind::Undefined,
        }
    }

    pub fn is_function(&self) -> bool {
        unsafe { ffi::JS_IsFunction(context(), self.0) }
    }

    /// Whether it is an array, or a proxy of one.
    fn is_array(&self) -> bool {
        let mut value = self.clone();
        while unsafe { ffi::JS_IsProxy(value.0) } {
            // SAFETY: of a revoked proxy it is null.
            value = unsafe { Self::owned(ffi::JS_GetProxyTarget(context(), value.0)) };
        }
        unsafe { ffi::JS_IsArray(value.0) }
    }

    pub fn is_error(&self) -> bool {
        unsafe { ffi::JS_IsError(self.0) }
    }

    pub fn is_true(&self) -> bool {
        self.0 == ffi::TRUE
    }

    /// Of a number.
    pub fn number(&self) -> f64 {
        unsafe { ffi::crucible_number(self.0) }
    }

    /// Of a BigInt, where it has 64 bits.
    pub fn big_integer(&self) -> Option<i64> {
        let mut value = 0;
        // SAFETY: a BigInt is converted modulo 2^64, without code of the plugin.
        unsafe {
            if ffi::JS_ToBigInt64(context(), &mut value, self.0) < 0 {
                drop(Self::pending());
                return None;
            }
            let back = Self(ffi::JS_NewBigInt64(context(), value));
            ffi::JS_IsStrictEqual(context(), back.0, self.0).then_some(value)
        }
    }

    /// `String(value)`, in which a lone surrogate is U+FFFD.
    pub fn string(&self) -> Thrown<String> {
        let mut length = 0;
        unsafe {
            let pointer = ffi::JS_ToCStringLen2(context(), &mut length, self.0, false);
            if pointer.is_null() {
                return Err(Self::pending());
            }
            let bytes = std::slice::from_raw_parts(pointer.cast::<u8>(), length).to_vec();
            ffi::JS_FreeCString(context(), pointer);
            Ok(well_formed(bytes))
        }
    }

    /// The bytes of a Uint8Array.
    pub fn byte_array(&self) -> Option<Vec<u8>> {
        const UINT8: c_int = 2;
        unsafe {
            if ffi::JS_GetTypedArrayType(self.0) != UINT8 {
                return None;
            }
            let mut length = 0;
            let pointer = ffi::JS_GetUint8Array(context(), &mut length, self.0);
            if pointer.is_null() {
                // Of a buffer that was given away.
                drop(Self::pending());
                return Some(Vec::new());
            }
            Some(std::slice::from_raw_parts(pointer, length).to_vec())
        }
    }

    /// What the object is called where its fields are not what it holds.
    pub fn opaque_kind(&self) -> Option<&'static str> {
        unsafe {
            match self.0 {
                value if ffi::JS_IsPromise(value) => Some("a promise (await it)"),
                value if ffi::JS_IsMap(value) => Some("a Map (use Object.fromEntries)"),
                value if ffi::JS_IsSet(value) => Some("a Set (use Array.from)"),
                value if ffi::JS_IsRegExp(value) => Some("a regular expression"),
                value if ffi::JS_IsError(value) => Some("an Error (use its message)"),
                _ => None,
            }
        }
    }

    pub fn get(&self, name: &str) -> Thrown<Self> {
        let name = Name::new(name);
        self.get_named(&name)
    }

    pub fn get_named(&self, name: &Name) -> Thrown<Self> {
        unsafe { Self::checked(ffi::JS_GetProperty(context(), self.0, name.0)) }
    }

    pub fn item(&self, index: i64) -> Thrown<Self> {
        unsafe { Self::checked(ffi::JS_GetPropertyInt64(context(), self.0, index)) }
    }

    pub fn length(&self) -> Thrown<i64> {
        let mut length = 0;
        if unsafe { ffi::JS_GetLength(context(), self.0, &mut length) } < 0 {
            return Err(Self::pending());
        }
        Ok(length)
    }

    /// The names of its own enumerable properties, in order.
    pub fn names(&self) -> Thrown<Vec<Name>> {
        let mut entries = null_mut();
        let mut count = 0;
        unsafe {
            if ffi::JS_GetOwnPropertyNames(context(), &mut entries, &mut count, self.0, ffi::NAMES) < 0 {
                return Err(Self::pending());
            }
            // The atoms are taken over; what is left is the list, which is freed as an empty one.
            let names = (0..count as usize).map(|index| Name((*entries.add(index)).atom)).collect();
            ffi::JS_FreePropertyEnum(context(), entries, 0);
            Ok(names)
        }
    }

    /// Makes an own property, whatever setters there are. Fails only on what a plugin has frozen, which nothing new is.
    pub fn define(&self, name: &str, value: Self) {
        let name = Name::new(name);
        unsafe { ffi::JS_DefinePropertyValue(context(), self.0, name.0, value.into_raw(), ffi::PLAIN) };
    }

    /// As `define`, for a property that is not enumerable.
    pub fn define_hidden(&self, name: &str, value: Self) {
        let name = Name::new(name);
        unsafe { ffi::JS_DefinePropertyValue(context(), self.0, name.0, value.into_raw(), ffi::HIDDEN) };
    }

    pub fn define_item(&self, index: u32, value: Self) {
        unsafe { ffi::JS_DefinePropertyValueUint32(context(), self.0, index, value.into_raw(), ffi::PLAIN) };
    }

    pub fn set_prototype(&self, prototype: &Self) {
        unsafe { ffi::JS_SetPrototype(context(), self.0, prototype.0) };
    }

    /// Calls it as a method of `this`.
    pub fn call(&self, this: &Self, arguments: &[Self]) -> Thrown<Self> {
        let raw: Vec<ffi::Value> = arguments.iter().map(Self::raw).collect();
        unsafe { Self::checked(ffi::JS_Call(context(), self.0, this.0, raw.len() as c_int, raw.as_ptr())) }
    }

    /// What a promise has become; `None` while it is neither fulfilled nor rejected. Anything else is itself.
    pub fn settled(self) -> Option<Thrown<Self>> {
        if !unsafe { ffi::JS_IsPromise(self.0) } {
            return Some(Ok(self));
        }
        unsafe {
            let state = ffi::JS_PromiseState(context(), self.0);
            let result = || Self(ffi::JS_PromiseResult(context(), self.0));
            match state {
                ffi::PROMISE_PENDING => None,
                ffi::PROMISE_FULFILLED => Some(Ok(result())),
                _ => Some(Err(result())),
            }
        }
    }
}

impl Clone for Js {
    fn clone(&self) -> Self {
        unsafe { Self::borrowed(self.0) }
    }
}

impl Drop for Js {
    fn drop(&mut self) {
        unsafe { ffi::JS_FreeValue(context(), self.0) }
    }
}

/// The name of a property.
pub struct Name(ffi::Atom);

impl Name {
    pub fn new(text: &str) -> Self {
        Self(unsafe { ffi::JS_NewAtomLen(context(), text.as_ptr().cast(), text.len()) })
    }

    pub fn text(&self) -> String {
        let text = unsafe { Js::owned(ffi::JS_AtomToString(context(), self.0)) };
        text.string().unwrap_or_default()
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        unsafe { ffi::JS_FreeAtom(context(), self.0) }
    }
}

/// For names that the C API wants with a zero byte behind them; one inside would end them.
pub fn zero_ended(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// Text from quickjs-ng, which writes a lone surrogate as the three bytes that UTF-8 would have for it: each becomes U+FFFD.
fn well_formed(mut bytes: Vec<u8>) -> String {
    if std::str::from_utf8(&bytes).is_err() {
        for at in 0..bytes.len().saturating_sub(2) {
            if bytes[at] == 0xED && bytes[at + 1] >= 0xA0 {
                bytes[at..at + 3].copy_from_slice("\u{FFFD}".as_bytes());
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
