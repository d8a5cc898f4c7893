//! Objects of the library in Lua: userdata with one metatable per class, which no program can reach.

use std::ffi::c_int;

use crucible_stdlib::classes::Class;
use crucible_stdlib::object::ObjectRef;

use crate::ffi::{self, State};
use crate::stack::Stack;

/// What a userdata holds; empty after Lua has collected it, when only a finalizer can still see it.
type Slot = Option<ObjectRef>;

/// Makes the metatable of a class and keeps it. `push_next` pushes the function of its next method.
pub fn keep_class(stack: Stack, class: &Class, mut push_next: impl FnMut()) {
    stack.push_table(0, 5);
    stack.push_table(0, class.methods.len());
    for method in class.methods {
        push_next();
        stack.set_field(-2, method.name);
    }
    stack.set_field(-2, "__index");
    stack.push_bytes(class.name.as_bytes());
    stack.set_field(-2, "__name");
    stack.push_boolean(false);
    stack.set_field(-2, "__metatable");
    stack.push_c_function(collect);
    stack.set_field(-2, "__gc");
    stack.push_c_function(equal);
    stack.set_field(-2, "__eq");
    stack.set_field(ffi::REGISTRY, &key(class));
}

/// Pushes an object. The same object may be several userdata, which are equal.
pub fn push(stack: Stack, object: &ObjectRef) {
    let slot = stack.push_userdata(size_of::<Slot>()).cast::<Slot>();
    // SAFETY: the block is new, large enough and aligned as Lua aligns all of them: to 8 bytes.
    unsafe { slot.write(Some(object.clone())) };
    stack.set_kept_metatable(-1, &key(object.class()));
}

/// The object at an index.
pub fn read(stack: Stack, index: c_int) -> Option<ObjectRef> {
    if stack.kind(index) != ffi::USERDATA {
        return None;
    }
    // SAFETY: nothing else in this state makes full userdata, so it holds a slot, written when it was made.
    unsafe { (*stack.light(index).cast::<Slot>()).clone() }
}

fn key(class: &Class) -> String {
    format!("crucible.class.{}", class.name)
}

unsafe extern "C" fn collect(lua: *mut State) -> c_int {
    let stack = unsafe { Stack::new(lua) };
    if stack.kind(1) == ffi::USERDATA {
        // SAFETY: as in `read`.
        drop(unsafe { (*stack.light(1).cast::<Slot>()).take() });
    }
    0
}

unsafe extern "C" fn equal(lua: *mut State) -> c_int {
    let stack = unsafe { Stack::new(lua) };
    let (one, two) = (read(stack, 1), read(stack, 2));
    stack.push_boolean(one.is_some() && one == two);
    1
}
