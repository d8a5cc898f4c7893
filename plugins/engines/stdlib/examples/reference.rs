//! Prints both tables as JSON, for the reference and the types of every language (`npm run stdlib` writes them from it).
//!
//! A kind is a word, or an object with one key that says what it is made of.

use crucible_stdlib::classes::{self, Class};
use crucible_stdlib::functions::{self, Function};
use crucible_stdlib::modules::MODULES;
use crucible_stdlib::signature::{Kind, Parameter};
use serde_json::{Value, json};

fn main() {
    let tables = json!({
        "modules": MODULES.map(|(name, text)| json!({ "name": name, "text": text })),
        "functions": functions::all().map(function).collect::<Vec<_>>(),
        "classes": classes::all().map(class).collect::<Vec<_>>(),
    });
    println!("{tables}");
}

fn function(function: &Function) -> Value {
    json!({
        "module": function.module,
        "name": function.name,
        "parameters": parameters(function.parameters),
        "returns": kind(&function.returns),
        "text": function.text,
    })
}

fn class(class: &Class) -> Value {
    let methods = class.methods.iter().map(|method| {
        json!({
            "name": method.name,
            "parameters": parameters(method.parameters),
            "returns": kind(&method.returns),
            "text": method.text,
        })
    });
    json!({
        "module": class.module,
        "name": class.name,
        "text": class.text,
        "construct": { "parameters": parameters(class.construct.parameters), "text": class.construct.text },
        "methods": methods.collect::<Vec<_>>(),
    })
}

fn parameters(parameters: &[Parameter]) -> Value {
    parameters
        .iter()
        .map(|parameter| {
            json!({ "name": parameter.name, "type": kind(&parameter.kind), "optional": parameter.optional })
        })
        .collect()
}

fn kind(of: &Kind) -> Value {
    match of {
        Kind::Nothing => json!("nothing"),
        Kind::Bool => json!("boolean"),
        Kind::Integer => json!("integer"),
        Kind::Count => json!("count"),
        Kind::Number => json!("number"),
        Kind::Text => json!("string"),
        Kind::Bytes => json!("bytes"),
        Kind::Any => json!("any"),
        Kind::Word(words) => json!({ "words": words }),
        Kind::List(item) => json!({ "list": kind(item) }),
        Kind::Map(value) => json!({ "map": kind(value) }),
        Kind::Record(fields) => json!({ "record": parameters(fields) }),
        Kind::Function(takes, gives) => {
            json!({ "function": { "parameters": parameters(takes), "returns": kind(gives) } })
        }
        Kind::Object(name) => json!({ "object": name }),
        Kind::Maybe(kind_of) => json!({ "maybe": kind(kind_of) }),
        Kind::Either(kinds) => json!({ "either": kinds.iter().map(kind).collect::<Vec<_>>() }),
    }
}
