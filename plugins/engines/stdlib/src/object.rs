//! Objects of the library, and functions of a language, as values.
//!
//! An object belongs to the instance that made it and is never written anywhere; two values are the same object or are not. A
//! function is a closure of the language, which the engine hands over as a [`Callable`].

use std::any::Any;
use std::cell::{Ref, RefCell, RefMut};
use std::fmt;
use std::rc::Rc;

use crate::classes::Class;
use crate::error::Error;
use crate::value::Value;

/// A reference to an object of a class; copies refer to the same.
#[derive(Clone)]
pub struct ObjectRef {
    class: &'static Class,
    data: Rc<dyn Any>,
}

impl ObjectRef {
    /// A new object with this state.
    pub fn new<T: 'static>(class: &'static Class, data: T) -> Self {
        Self { class, data: Rc::new(RefCell::new(data)) }
    }

    pub fn class(&self) -> &'static Class {
        self.class
    }

    /// Where it is: the same for as long as it lives, for an engine that keeps one value of its own per object.
    pub fn address(&self) -> usize {
        Rc::as_ptr(&self.data).cast::<()>() as usize
    }

    /// Its state. While a function that it calls changes it there is an error.
    pub fn borrow<T: 'static>(&self) -> Result<Ref<'_, T>, Error> {
        self.state()?.try_borrow().map_err(|_| self.in_use())
    }

    /// Its state, to be changed.
    pub fn borrow_mut<T: 'static>(&self) -> Result<RefMut<'_, T>, Error> {
        self.state()?.try_borrow_mut().map_err(|_| self.in_use())
    }

    fn state<T: 'static>(&self) -> Result<&RefCell<T>, Error> {
        self.data.downcast_ref().ok_or_else(|| Error::invalid(format!("this {} is of another kind", self.class.name)))
    }

    fn in_use(&self) -> Error {
        Error::invalid(format!("the {} is in use: a function that it calls may not change it", self.class.name))
    }
}

impl PartialEq for ObjectRef {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.data, &other.data)
    }
}

impl fmt::Debug for ObjectRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.class.name)
    }
}

/// A function of the language. The engine calls it in the same instance; an error of the language comes back as an [`Error`]
/// that carries what was thrown, so that the engine can throw the same again.
pub trait Callable {
    fn call(&self, arguments: Vec<Value>) -> Result<Value, Error>;

    /// Itself, for the engine to know its own.
    fn as_any(&self) -> &dyn Any;
}

/// A reference to a function; copies refer to the same.
#[derive(Clone)]
pub struct FunctionRef(Rc<dyn Callable>);

impl FunctionRef {
    pub fn new(function: impl Callable + 'static) -> Self {
        Self(Rc::new(function))
    }

    pub fn call(&self, arguments: Vec<Value>) -> Result<Value, Error> {
        self.0.call(arguments)
    }

    /// The engine's own value behind it.
    pub fn downcast<T: 'static>(&self) -> Option<&T> {
        self.0.as_any().downcast_ref()
    }
}

impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for FunctionRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("function")
    }
}
