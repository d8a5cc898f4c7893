//! The table of functions: what a plugin can call in any language, with the words of its reference.

use std::fmt;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::signature::{Kind, Parameter};
use crate::value::Value;
use crate::{host, library};

/// One function, `crucible.MODULE.NAME` in a plugin.
pub struct Function {
    pub module: &'static str,
    /// In snake_case; a language with other habits writes it in its own.
    pub name: &'static str,
    pub parameters: &'static [Parameter],
    pub returns: Kind,
    /// One sentence for the reference: what it does and returns.
    pub text: &'static str,
    pub run: fn(&mut Arguments) -> Result<Value, Error>,
}

impl Function {
    /// The name in messages.
    pub fn path(&self) -> Path {
        Path { scope: self.module, name: self.name }
    }

    /// Calls it. The arguments are checked first.
    pub fn call(&self, arguments: Vec<Value>) -> Result<Value, Error> {
        (self.run)(&mut Arguments::new(self.path(), self.parameters, arguments)?)
    }
}

/// The name of a function in its module, or of a method in its class.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    pub scope: &'static str,
    pub name: &'static str,
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.scope, self.name)
    }
}

/// Every function, by module.
pub fn all() -> impl Iterator<Item = &'static Function> {
    host::MODULES.iter().chain(&library::MODULES).flat_map(|functions| functions.iter())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Path, all};
    use crate::classes;
    use crate::signature::Parameter;

    /// Every callable row of both tables.
    fn rows() -> Vec<(Path, &'static [Parameter], &'static str)> {
        let functions = all().map(|function| (function.path(), function.parameters, function.text));
        let constructors = classes::all().map(|class| (class.construct.path(), class.construct.parameters, class.text));
        let methods = classes::all()
            .flat_map(|class| class.methods)
            .map(|method| (method.path(), method.parameters, method.text));
        functions.chain(constructors).chain(methods).collect()
    }

    #[test]
    fn no_name_is_there_twice() {
        let paths: Vec<String> = rows().iter().map(|(path, ..)| path.to_string()).collect();
        let unique: BTreeSet<&String> = paths.iter().collect();
        assert_eq!(unique.len(), paths.len());
    }

    #[test]
    fn every_function_has_its_words() {
        for (path, _, text) in rows() {
            assert!(text.ends_with('.'), "{path} needs a sentence");
        }
    }

    #[test]
    fn what_may_be_left_out_stands_last() {
        for (path, parameters, _) in rows() {
            let first = parameters.iter().position(|parameter| parameter.optional).unwrap_or(parameters.len());
            assert!(parameters[first..].iter().all(|parameter| parameter.optional), "{path}");
        }
    }

    #[test]
    fn a_class_and_its_rows_agree_on_their_names() {
        for class in classes::all() {
            assert_eq!((class.construct.module, class.construct.name), (class.module, class.name));
            for method in class.methods {
                assert_eq!(method.class, class.name);
            }
        }
    }
}
