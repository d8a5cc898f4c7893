//! One step: what it waits for, what it does, how often it is tried, what its failure means.

use crate::arguments::Options;
use crate::error::Error;
use crate::functions::Path;
use crate::object::FunctionRef;
use crate::value::Value;

#[derive(Debug, Clone)]
pub struct Step {
    pub name: String,
    pub after: Vec<String>,
    pub work: Work,
    /// How often it is tried again.
    pub retries: u32,
    /// Asked before each further attempt.
    pub retry_if: Option<FunctionRef>,
    pub weight: Weight,
}

#[derive(Debug, Clone)]
pub enum Work {
    Function(FunctionRef),
    Tool(Tool),
}

#[derive(Debug, Clone)]
pub struct Tool {
    /// Empty: this plugin.
    pub plugin: String,
    pub name: String,
    /// A value, a function that gives one, or nothing.
    pub args: Value,
    /// Whether it may write, and so cannot run beside others.
    pub writes: bool,
}

/// What the failure of a step means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The end of the run, whatever the workflow's policy.
    Critical,
    /// What the workflow's policy says.
    Normal,
    /// Nothing: what depends on it runs without its value.
    Optional,
}

impl Step {
    pub fn read(path: Path, mut fields: Options) -> Result<Self, Error> {
        let name = fields.text("name")?.unwrap_or_default();
        let tool = fields.value("tool").map(|value| Tool::read(path, value)).transpose()?;
        let work = match (fields.function("run")?, tool) {
            (Some(function), None) => Work::Function(function),
            (None, Some(tool)) => Work::Tool(tool),
            _ => {
                return Err(
                    fields.wrong("run", &format!("or `tool` must be there, one of them, in the step \"{name}\""))
                );
            }
        };
        let weight = match (fields.boolean("critical")?.unwrap_or(false), fields.boolean("optional")?.unwrap_or(false))
        {
            (true, true) => {
                return Err(fields.wrong("critical", &format!("and `optional` exclude each other, in \"{name}\"")));
            }
            (true, false) => Weight::Critical,
            (false, true) => Weight::Optional,
            (false, false) => Weight::Normal,
        };
        let (retries, retry_if) = (fields.count("retries")?.unwrap_or(0), fields.function("retry_if")?);
        Ok(Self { after: fields.texts("after")?, name, work, retries, retry_if, weight })
    }

    /// Whether it is tried again after so many attempts, the last of which ended in this error.
    pub fn is_retried(&self, attempts: u32, error: &Error) -> Result<bool, Error> {
        if attempts > self.retries {
            return Ok(false);
        }
        let Some(retry_if) = &self.retry_if else { return Ok(true) };
        let problem = Value::map([
            ("code", error.code_name().into()),
            ("message", error.message.as_str().into()),
            ("attempt", attempts.into()),
        ]);
        match retry_if.call(vec![problem])? {
            Value::Bool(answer) => Ok(answer),
            other => Err(Error::invalid(format!(
                "`retry_if` of the step \"{}\" must give a boolean, got {}",
                self.name,
                other.kind()
            ))),
        }
    }
}

impl Tool {
    fn read(path: Path, value: Value) -> Result<Self, Error> {
        let mut fields = Options::within(path, value)?;
        Ok(Self {
            plugin: fields.text("plugin")?.unwrap_or_default(),
            name: fields.text("name")?.unwrap_or_default(),
            args: fields.value("args").unwrap_or(Value::Nil),
            writes: fields.boolean("writes")?.unwrap_or(false),
        })
    }
}
