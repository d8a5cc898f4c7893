//! Tools: what an author declares, and what answers the host for them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::error::{Error, ErrorCode};
use crate::log::{self, Level};
use crate::wit::crucible::plugin::types::Failure;
use crate::wit::exports::crucible::plugin::guest;

/// A tool with its JSON Schema. What the plugin's manifest says of it goes before what is said here.
pub struct Tool {
    name: &'static str,
    description: &'static str,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    returns: Option<Value>,
    run: Box<dyn Fn(&str) -> Result<String, Error>>,
}

/// Declares a tool. Its arguments are one JSON object, which the host has held against the schema; its answer becomes JSON.
pub fn tool<Args: DeserializeOwned + 'static, Answer: Serialize + 'static>(
    name: &'static str,
    description: &'static str,
    run: fn(Args) -> Result<Answer, Error>,
) -> Tool {
    let run = move |text: &str| {
        let args = serde_json::from_str(text).map_err(|error| Error::invalid(format!("{name}: {error}")))?;
        Ok(serde_json::to_string(&run(args)?)?)
    };
    Tool { name, description, properties: Map::new(), required: Vec::new(), returns: None, run: Box::new(run) }
}

impl Tool {
    /// A parameter that must be there. `kind`: string, integer, number, boolean, object or array.
    pub fn parameter(mut self, name: &'static str, kind: &str, text: &str) -> Self {
        self.required.push(name);
        self.optional(name, kind, text)
    }

    /// A parameter that may be left out.
    pub fn optional(self, name: &'static str, kind: &str, text: &str) -> Self {
        self.schema(name, json!({ "type": kind, "description": text }))
    }

    /// A parameter with a JSON Schema of its own.
    pub fn schema(mut self, name: &'static str, schema: Value) -> Self {
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// The JSON Schema of the answer.
    pub fn returns(mut self, schema: Value) -> Self {
        self.returns = Some(schema);
        self
    }

    fn describe(&self) -> guest::Tool {
        let mut parameters = json!({ "type": "object", "properties": self.properties, "additionalProperties": false });
        if !self.required.is_empty() {
            parameters["required"] = json!(self.required);
        }
        guest::Tool {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            parameters: parameters.to_string(),
            returns: self.returns.as_ref().map(Value::to_string),
        }
    }
}

/// The tools as the host is told of them.
pub fn describe(tools: &[Tool]) -> Vec<guest::Tool> {
    tools.iter().map(Tool::describe).collect()
}

/// Runs a tool by its name. A panic ends the call with a trap; its message and place are in the log.
pub fn call(tools: &[Tool], name: &str, args: &str) -> Result<String, Failure> {
    std::panic::set_hook(Box::new(|panic| log::write(Level::Error, &panic.to_string())));
    let found = tools.iter().find(|tool| tool.name == name);
    let unknown = || Error::new(ErrorCode::NotFound, format!("There is no tool \"{name}\""));
    found.ok_or_else(unknown).and_then(|tool| (tool.run)(args)).map_err(Error::into_failure)
}
