//! The part of quickjs-ng's C API that the engine uses. A `Value` is counted; functions that are said to take one take over its
//! count. Those that fail answer `EXCEPTION`, a negative number or null, and leave the thrown value in the context.

use std::ffi::{c_char, c_int, c_void};

#[repr(C)]
pub struct Runtime {
    _private: [u8; 0],
}

#[repr(C)]
pub struct Context {
    _private: [u8; 0],
}

#[repr(C)]
pub struct Module {
    _private: [u8; 0],
}

/// `JSValue` where pointers have 32 bits: the tag in the high half, or a number.
pub type Value = u64;
pub type Atom = u32;

pub const TAG_BIG_INT: c_int = -9;
pub const TAG_SYMBOL: c_int = -8;
pub const TAG_STRING: c_int = -7;
pub const TAG_STRING_ROPE: c_int = -6;
pub const TAG_OBJECT: c_int = -1;
pub const TAG_INT: c_int = 0;
pub const TAG_BOOL: c_int = 1;
pub const TAG_NULL: c_int = 2;
pub const TAG_UNDEFINED: c_int = 3;
pub const TAG_EXCEPTION: c_int = 6;
pub const TAG_SHORT_BIG_INT: c_int = 7;
pub const TAG_FLOAT64: c_int = 8;

const fn special(tag: c_int, value: u32) -> Value {
    ((tag as u64) << 32) | value as u64
}

pub const NULL: Value = special(TAG_NULL, 0);
pub const UNDEFINED: Value = special(TAG_UNDEFINED, 0);
pub const FALSE: Value = special(TAG_BOOL, 0);
pub const TRUE: Value = special(TAG_BOOL, 1);
pub const EXCEPTION: Value = special(TAG_EXCEPTION, 0);

pub const EVAL_GLOBAL: c_int = 0;
pub const EVAL_MODULE: c_int = 1;
pub const EVAL_COMPILE_ONLY: c_int = 1 << 5;

/// Own properties named by enumerable strings.
pub const NAMES: c_int = 1 | 1 << 4;

/// Configurable, writable; a plain property is enumerable as well.
pub const HIDDEN: c_int = 1 | 2;
pub const PLAIN: c_int = 1 | 2 | 4;

pub const PROMISE_PENDING: c_int = 0;
pub const PROMISE_FULFILLED: c_int = 1;

#[repr(C)]
pub struct PropertyEnum {
    pub is_enumerable: bool,
    pub atom: Atom,
}

/// `JSClassDef`, of which only the finalizer is used here.
#[repr(C)]
pub struct ClassDef {
    pub name: *const c_char,
    pub finalizer: Option<unsafe extern "C" fn(*mut Runtime, Value)>,
    pub rest: [*const c_void; 3],
}

pub type HostFunction = unsafe extern "C" fn(*mut Context, Value, c_int, *const Value, c_int, *mut Value) -> Value;
pub type NormalizeFunction =
    unsafe extern "C" fn(*mut Context, *const c_char, *const c_char, *mut c_void) -> *mut c_char;
pub type LoadFunction = unsafe extern "C" fn(*mut Context, *const c_char, *mut c_void) -> *mut Module;
pub type InitFunction = unsafe extern "C" fn(*mut Context, *mut Module) -> c_int;
pub type RejectionFunction = unsafe extern "C" fn(*mut Context, Value, Value, bool, *mut c_void);

unsafe extern "C" {
    pub fn crucible_new_runtime() -> *mut Runtime;
    pub fn crucible_number(value: Value) -> f64;
    pub fn crucible_tag(value: Value) -> c_int;
    pub fn crucible_pointer(value: Value) -> *mut c_void;
    pub fn crucible_integer(context: *mut Context, value: i64) -> Value;
    pub fn crucible_float(context: *mut Context, value: f64) -> Value;

    pub fn JS_SetMaxStackSize(runtime: *mut Runtime, bytes: usize);
    pub fn JS_UpdateStackTop(runtime: *mut Runtime);
    pub fn JS_SetModuleLoaderFunc(
        runtime: *mut Runtime,
        normalize: NormalizeFunction,
        load: LoadFunction,
        data: *mut c_void,
    );
    pub fn JS_SetHostPromiseRejectionTracker(runtime: *mut Runtime, track: RejectionFunction, data: *mut c_void);
    pub fn JS_ExecutePendingJob(runtime: *mut Runtime, context: *mut *mut Context) -> c_int;
    pub fn JS_GetRuntime(context: *mut Context) -> *mut Runtime;

    pub fn JS_NewContextRaw(runtime: *mut Runtime) -> *mut Context;
    pub fn JS_AddIntrinsicBaseObjects(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicDate(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicEval(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicRegExp(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicJSON(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicProxy(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicMapSet(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicTypedArrays(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicPromise(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicWeakRef(context: *mut Context) -> c_int;
    pub fn JS_AddIntrinsicAToB(context: *mut Context) -> c_int;

    pub fn JS_NewClassID(runtime: *mut Runtime, id: *mut u32) -> u32;
    pub fn JS_NewClass(runtime: *mut Runtime, id: u32, class: *const ClassDef) -> c_int;
    pub fn JS_NewObjectProtoClass(context: *mut Context, prototype: Value, class: u32) -> Value;
    pub fn JS_SetOpaque(object: Value, data: *mut c_void) -> c_int;
    /// Null where the value is no object of the class.
    pub fn JS_GetOpaque(value: Value, class: u32) -> *mut c_void;

    pub fn JS_FreeValue(context: *mut Context, value: Value);
    pub fn JS_DupValue(context: *mut Context, value: Value) -> Value;
    pub fn JS_FreeAtom(context: *mut Context, atom: Atom);
    pub fn JS_NewAtomLen(context: *mut Context, text: *const c_char, length: usize) -> Atom;
    pub fn JS_AtomToString(context: *mut Context, atom: Atom) -> Value;

    /// Takes the value.
    pub fn JS_Throw(context: *mut Context, value: Value) -> Value;
    pub fn JS_GetException(context: *mut Context) -> Value;
    pub fn JS_IsError(value: Value) -> bool;
    pub fn JS_NewError(context: *mut Context) -> Value;
    pub fn JS_ThrowReferenceError(context: *mut Context, format: *const c_char, ...) -> Value;

    pub fn JS_NewStringLen(context: *mut Context, text: *const c_char, length: usize) -> Value;
    pub fn JS_NewBigInt64(context: *mut Context, value: i64) -> Value;
    pub fn JS_NewObject(context: *mut Context) -> Value;
    pub fn JS_NewArray(context: *mut Context) -> Value;
    pub fn JS_NewUint8ArrayCopy(context: *mut Context, bytes: *const u8, length: usize) -> Value;
    pub fn JS_NewCFunctionData2(
        context: *mut Context,
        function: HostFunction,
        name: *const c_char,
        length: c_int,
        magic: c_int,
        data_length: c_int,
        data: *const Value,
    ) -> Value;

    pub fn JS_ToCStringLen2(context: *mut Context, length: *mut usize, value: Value, cesu8: bool) -> *const c_char;
    pub fn JS_FreeCString(context: *mut Context, text: *const c_char);
    pub fn JS_ToBigInt64(context: *mut Context, out: *mut i64, value: Value) -> c_int;
    pub fn JS_IsStrictEqual(context: *mut Context, one: Value, two: Value) -> bool;

    pub fn JS_IsFunction(context: *mut Context, value: Value) -> bool;
    pub fn JS_IsArray(value: Value) -> bool;
    pub fn JS_IsProxy(value: Value) -> bool;
    pub fn JS_GetProxyTarget(context: *mut Context, proxy: Value) -> Value;
    pub fn JS_IsPromise(value: Value) -> bool;
    pub fn JS_IsMap(value: Value) -> bool;
    pub fn JS_IsSet(value: Value) -> bool;
    pub fn JS_IsRegExp(value: Value) -> bool;
    pub fn JS_GetTypedArrayType(value: Value) -> c_int;
    pub fn JS_GetUint8Array(context: *mut Context, length: *mut usize, value: Value) -> *mut u8;
    pub fn JS_PromiseState(context: *mut Context, promise: Value) -> c_int;
    pub fn JS_PromiseResult(context: *mut Context, promise: Value) -> Value;

    pub fn JS_GetProperty(context: *mut Context, object: Value, name: Atom) -> Value;
    pub fn JS_GetPropertyInt64(context: *mut Context, object: Value, index: i64) -> Value;
    pub fn JS_GetLength(context: *mut Context, object: Value, out: *mut i64) -> c_int;
    /// Takes the value.
    pub fn JS_DefinePropertyValue(
        context: *mut Context,
        object: Value,
        name: Atom,
        value: Value,
        flags: c_int,
    ) -> c_int;
    /// Takes the value.
    pub fn JS_DefinePropertyValueUint32(
        context: *mut Context,
        object: Value,
        index: u32,
        value: Value,
        flags: c_int,
    ) -> c_int;
    pub fn JS_SetPrototype(context: *mut Context, object: Value, prototype: Value) -> c_int;
    pub fn JS_GetOwnPropertyNames(
        context: *mut Context,
        out: *mut *mut PropertyEnum,
        length: *mut u32,
        object: Value,
        flags: c_int,
    ) -> c_int;
    pub fn JS_FreePropertyEnum(context: *mut Context, names: *mut PropertyEnum, length: u32);

    pub fn JS_Call(context: *mut Context, function: Value, this: Value, count: c_int, arguments: *const Value)
    -> Value;
    /// The text must end in a zero byte that is not counted.
    pub fn JS_Eval(
        context: *mut Context,
        text: *const c_char,
        length: usize,
        file: *const c_char,
        flags: c_int,
    ) -> Value;
    /// Takes the function or module.
    pub fn JS_EvalFunction(context: *mut Context, function: Value) -> Value;
    pub fn JS_ResolveModule(context: *mut Context, module: Value) -> c_int;
    pub fn JS_GetModuleNamespace(context: *mut Context, module: *mut Module) -> Value;
    pub fn JS_GetModuleName(context: *mut Context, module: *mut Module) -> Atom;
    pub fn JS_NewCModule(context: *mut Context, name: *const c_char, init: InitFunction) -> *mut Module;
    pub fn JS_AddModuleExport(context: *mut Context, module: *mut Module, name: *const c_char) -> c_int;
    /// Takes the value.
    pub fn JS_SetModuleExport(context: *mut Context, module: *mut Module, name: *const c_char, value: Value) -> c_int;

    pub fn js_malloc(context: *mut Context, size: usize) -> *mut c_void;
}
