//! Objects of the library: `crucible::MODULE::CLASS::new(…)` makes one.
//!
//! They are values of one type of Rune, whose methods are those of all classes; which one is meant the object's class says.
//! `==` tells whether two are the same object.

use std::collections::BTreeSet;

use crucible_stdlib::classes::{self, Class, Method};
use crucible_stdlib::object::ObjectRef;
use rune::runtime::{Formatter, InstAddress, Memory, Output, Protocol, RuntimeError, VmResult};
use rune::{Any, Context, ContextError, Module, vm_try};

use super::error::show;
use super::functions::{Signature, answer, bind};
use super::shapes;

/// An object of any class.
#[derive(Any, Debug)]
#[rune(item = ::crucible, name = Object)]
pub struct LibraryObject(pub ObjectRef);

/// Installs the type and the constructors.
pub fn install(context: &mut Context) -> Result<(), ContextError> {
    let mut module = Module::with_crate("crucible")?;
    module.ty::<LibraryObject>()?;
    module.associated_function(&Protocol::PARTIAL_EQ, |one: &LibraryObject, other: &LibraryObject| one.0 == other.0)?;
    module.associated_function(&Protocol::DEBUG_FMT, |object: &LibraryObject, formatter: &mut Formatter| {
        show(&object.0.class().name, formatter)
    })?;
    let names: BTreeSet<&'static str> =
        classes::all().flat_map(|class| class.methods).map(|method| method.name).collect();
    for name in names {
        module
            .raw_function(name, move |memory, address, count, out| call(name, memory, address, count, out))
            .build_associated::<LibraryObject>()?;
    }
    context.install(module)?;
    for class in classes::all() {
        let mut module = Module::with_crate_item("crucible", [class.module, class.name])?;
        bind(&mut module, "new", &class.construct, shapes::STOPPING)?;
        context.install(module)?;
    }
    Ok(())
}

/// Calls the method with this name of the object that is the first argument.
fn call(name: &str, memory: &mut dyn Memory, address: InstAddress, count: usize, out: Output) -> VmResult<()> {
    let values = vm_try!(memory.slice_at(address, count));
    let Some((object, values)) = values.split_first() else {
        return VmResult::err(RuntimeError::bad_argument_count(0, 1));
    };
    let object = vm_try!(object.borrow_ref::<LibraryObject>()).0.clone();
    let Some(method) = method(object.class(), name) else {
        return VmResult::panic(format!("There is no method `{name}` on `{}`", object.class().name));
    };
    let signature = Signature { path: method.path(), parameters: method.parameters, returns: &method.returns };
    let shape = shapes::of_method(object.class());
    let answer = vm_try!(answer(signature, shape, values, |arguments| method.call(&object, arguments)));
    vm_try!(out.store(memory, answer));
    VmResult::Ok(())
}

fn method(class: &'static Class, name: &str) -> Option<&'static Method> {
    class.methods.iter().find(|method| method.name == name)
}
