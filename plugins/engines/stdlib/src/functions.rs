//! The table of functions: what a plugin can call in any language, with the words of its reference.

use crate::arguments::Arguments;
use crate::error::Error;
use crate::host;
use crate::value::Value;

/// One function, `crucible.MODULE.NAME` in a plugin.
pub struct Function {
    pub module: &'static str,
    /// In snake_case; a language with other habits writes it in its own.
    pub name: &'static str,
    /// As the reference shows them: `path`, `[limit]` for one that may be left out.
    pub parameters: &'static [&'static str],
    /// One sentence for the reference: what it does and returns.
    pub text: &'static str,
    pub run: fn(&mut Arguments) -> Result<Value, Error>,
}

impl Function {
    /// The name in messages.
    pub fn path(&self) -> String {
        format!("{}.{}", self.module, self.name)
    }

    /// Calls it. Too many arguments are refused; what each must be says the function itself.
    pub fn call(&self, arguments: Vec<Value>) -> Result<Value, Error> {
        if arguments.len() > self.parameters.len() {
            let (path, takes, got) = (self.path(), self.parameters.join(", "), arguments.len());
            return Err(Error::invalid(format!("{path}({takes}) was called with {got} arguments")));
        }
        (self.run)(&mut Arguments::new(self, arguments))
    }
}

/// Every function, by module.
pub fn all() -> impl Iterator<Item = &'static Function> {
    host::MODULES.iter().flat_map(|functions| functions.iter())
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn no_name_is_there_twice() {
        let mut paths: Vec<String> = all().map(|function| function.path()).collect();
        paths.sort();
        let count = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), count);
    }

    #[test]
    fn every_function_has_its_words() {
        for function in all() {
            assert!(function.text.ends_with('.'), "{} needs a sentence", function.path());
        }
    }
}
