//! Objects of the library in JavaScript: one class of quickjs-ng for all, and a prototype for each class of the library. The same
//! object is always the same value, as long as the plugin has it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::null;

use crucible_stdlib::object::ObjectRef;

use crate::ffi::{self, Runtime};
use crate::js::Js;
use crate::state::context;

thread_local! {
    static CLASS: Cell<u32> = const { Cell::new(0) };
    static PROTOTYPES: RefCell<BTreeMap<&'static str, Js>> = const { RefCell::new(BTreeMap::new()) };
    /// The live values by the address of their object; not counted, a finalizer takes them out.
    static LIVE: RefCell<BTreeMap<usize, ffi::Value>> = const { RefCell::new(BTreeMap::new()) };
}

/// Registers the class with the runtime.
///
/// # Safety
/// Once, with the instance's only runtime.
pub unsafe fn register(runtime: *mut Runtime) {
    let mut id = 0;
    let class = ffi::ClassDef { name: c"Object".as_ptr(), finalizer: Some(finalize), rest: [null::<c_void>(); 3] };
    unsafe {
        ffi::JS_NewClassID(runtime, &mut id);
        ffi::JS_NewClass(runtime, id, &class);
    }
    CLASS.set(id);
}

/// The objects of this class of the library get this prototype.
pub fn set_prototype(class: &'static str, prototype: Js) {
    PROTOTYPES.with_borrow_mut(|prototypes| prototypes.insert(class, prototype));
}

/// An object as a value.
pub fn write(object: &ObjectRef) -> Js {
    if let Some(live) = LIVE.with_borrow(|live| live.get(&object.address()).copied()) {
        // SAFETY: what is in the table was not finalized yet.
        return unsafe { Js::borrowed(live) };
    }
    let prototype = PROTOTYPES.with_borrow(|prototypes| prototypes.get(object.class().name).cloned());
    let prototype = prototype.unwrap_or_else(Js::null);
    // SAFETY: the object gets its opaque pointer before anybody sees it.
    let value = unsafe {
        let value = ffi::JS_NewObjectProtoClass(context(), prototype.raw(), CLASS.get());
        ffi::JS_SetOpaque(value, Box::into_raw(Box::new(object.clone())).cast());
        value
    };
    LIVE.with_borrow_mut(|live| live.insert(object.address(), value));
    unsafe { Js::owned(value) }
}

/// The object behind a value, if there is one.
pub fn read(value: &Js) -> Option<ObjectRef> {
    // SAFETY: an opaque pointer of this class was made in `write`.
    unsafe { ffi::JS_GetOpaque(value.raw(), CLASS.get()).cast::<ObjectRef>().as_ref() }.cloned()
}

unsafe extern "C" fn finalize(_: *mut Runtime, value: ffi::Value) {
    // SAFETY: as in `read`; nobody sees the value again.
    let pointer = unsafe { ffi::JS_GetOpaque(value, CLASS.get()).cast::<ObjectRef>() };
    if !pointer.is_null() {
        let object = unsafe { Box::from_raw(pointer) };
        LIVE.with_borrow_mut(|live| live.remove(&object.address()));
    }
}
