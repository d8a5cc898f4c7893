//! The table of classes: objects with state that a plugin makes and calls methods of, in any language.

use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::{Function, Path};
use crate::library;
use crate::object::ObjectRef;
use crate::signature::{Kind, Parameter};
use crate::value::Value;

/// One class, `crucible.MODULE.NAME` in a plugin.
pub struct Class {
    pub module: &'static str,
    /// In PascalCase, in every language.
    pub name: &'static str,
    /// One sentence for the reference: what it is.
    pub text: &'static str,
    /// Makes an object; its module and name are those of the class.
    pub construct: Function,
    pub methods: &'static [Method],
}

/// One method, `object.NAME(…)`.
pub struct Method {
    /// The class's name, for messages.
    pub class: &'static str,
    /// In snake_case; a language with other habits writes it in its own.
    pub name: &'static str,
    pub parameters: &'static [Parameter],
    pub returns: Kind,
    /// One sentence for the reference: what it does and returns.
    pub text: &'static str,
    pub run: fn(&ObjectRef, &mut Arguments) -> Result<Value, Error>,
}

impl Method {
    /// The name in messages.
    pub fn path(&self) -> Path {
        Path { scope: self.class, name: self.name }
    }

    /// Calls it on an object of its class. The arguments are checked first.
    pub fn call(&self, object: &ObjectRef, arguments: Vec<Value>) -> Result<Value, Error> {
        if object.class().name != self.class {
            return Err(Error::invalid(format!("{}: this is a {}", self.path(), object.class().name)));
        }
        (self.run)(object, &mut Arguments::new(self.path(), self.parameters, arguments)?)
    }
}

/// Every class, by module.
pub fn all() -> impl Iterator<Item = &'static Class> {
    library::CLASSES.iter().copied()
}
