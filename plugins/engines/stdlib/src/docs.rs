//! Doc comments to tools.
//!
//! `@param name {type} text` describes a field of the one object that a tool takes, `@param [name] {type} text` one that may be
//! left out, `@returns {type} text` the answer. The types are words: string, integer, number, boolean, object, array, any;
//! `{string[]}` is an array of strings. Everything before the first tag is the description.

use crate::json::quoted;
use crate::wit::exports::crucible::plugin::guest::Tool;

/// A function that a plugin shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    /// How many parameters it declares.
    pub parameters: u32,
    /// The text of its doc comment; empty where it has none.
    pub docs: String,
}

/// What a doc comment says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Documented {
    pub description: String,
    pub parameters: Vec<Parameter>,
    pub returns: Option<Typed>,
    /// What is wrong with the tags, each a sentence.
    pub problems: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub optional: bool,
    pub typed: Typed,
}

/// A type word and a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    pub kind: String,
    pub text: String,
}

const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "object", "array", "any"];

/// The tool that a public function is: none without a doc comment or with more than one parameter.
pub fn tool(export: &Export) -> Option<Tool> {
    if export.docs.trim().is_empty() || export.parameters > 1 {
        return None;
    }
    let documented = parse(&export.docs);
    Some(Tool {
        name: export.name.clone(),
        parameters: parameters_schema(&documented, export.parameters),
        returns: documented.returns.as_ref().map(schema),
        description: documented.description,
    })
}

/// Reads a doc comment.
pub fn parse(docs: &str) -> Documented {
    let mut documented = Documented::default();
    let mut description = Vec::new();
    // Where text without a tag of its own goes on.
    let mut open: Option<Option<usize>> = None;
    for line in docs.lines().map(str::trim) {
        if let Some(rest) = tag(line, "@param") {
            open = None;
            match parameter(rest) {
                Ok(parameter) => {
                    if documented.parameters.iter().any(|other| other.name == parameter.name) {
                        documented.problems.push(format!("`@param {}` is there twice", parameter.name));
                        continue;
                    }
                    check(&parameter.typed, line, &mut documented.problems);
                    documented.parameters.push(parameter);
                    open = Some(Some(documented.parameters.len() - 1));
                }
                Err(problem) => documented.problems.push(format!("`{line}`: {problem}")),
            }
        } else if let Some(rest) = tag(line, "@returns").or_else(|| tag(line, "@return")) {
            let (typed, _) = typed(rest);
            check(&typed, line, &mut documented.problems);
            documented.returns = Some(typed);
            open = Some(None);
        } else {
            match open {
                Some(Some(index)) => extend(&mut documented.parameters[index].typed.text, line),
                Some(None) => {
                    if let Some(returns) = &mut documented.returns {
                        extend(&mut returns.text, line);
                    }
                }
                None => description.push(line),
            }
        }
    }
    documented.description = description.join("\n").trim().to_owned();
    documented
}

fn tag<'a>(line: &'a str, tag: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(tag)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

fn extend(text: &mut String, line: &str) {
    if !line.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
}

fn parameter(rest: &str) -> Result<Parameter, &'static str> {
    let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (name, optional) = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(name) => (name, true),
        None => (name, false),
    };
    if name.is_empty() || name.contains(['[', ']', '{', '}']) {
        return Err("expected `@param name {type} text`");
    }
    let (typed, _) = typed(rest.trim());
    Ok(Parameter { name: name.to_owned(), optional, typed })
}

/// `{type} text`, `text` being everything where there is no type.
fn typed(rest: &str) -> (Typed, bool) {
    match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((kind, text)) => (Typed { kind: kind.trim().to_owned(), text: text.trim().to_owned() }, true),
        None => (Typed { kind: "any".to_owned(), text: rest.to_owned() }, false),
    }
}

fn check(typed: &Typed, line: &str, problems: &mut Vec<String>) {
    let word = typed.kind.strip_suffix("[]").unwrap_or(&typed.kind);
    if !TYPES.contains(&word) {
        problems.push(format!("`{line}`: unknown type `{}`; the types are {}", typed.kind, TYPES.join(", ")));
    }
}

/// JSON Schema of the one object that a tool takes. Where no parameter is described, a function with a parameter takes any
/// object and a function without one takes an empty object.
fn parameters_schema(documented: &Documented, parameters: u32) -> String {
    if documented.parameters.is_empty() && parameters > 0 {
        return r#"{"type":"object"}"#.to_owned();
    }
    let properties: Vec<String> = documented
        .parameters
        .iter()
        .map(|parameter| format!("{}:{}", quoted(&parameter.name), schema(&parameter.typed)))
        .collect();
    let required: Vec<String> = documented
        .parameters
        .iter()
        .filter(|parameter| !parameter.optional)
        .map(|parameter| quoted(&parameter.name))
        .collect();
    format!(
        r#"{{"type":"object","properties":{{{}}},"required":[{}],"additionalProperties":false}}"#,
        properties.join(","),
        required.join(",")
    )
}

fn schema(typed: &Typed) -> String {
    let mut members = type_members(&typed.kind);
    if !typed.text.is_empty() {
        members.push(format!("\"description\":{}", quoted(&typed.text)));
    }
    format!("{{{}}}", members.join(","))
}

fn type_members(kind: &str) -> Vec<String> {
    if let Some(item) = kind.strip_suffix("[]") {
        return vec!["\"type\":\"array\"".to_owned(), format!("\"items\":{{{}}}", type_members(item).join(","))];
    }
    if kind == "any" || !TYPES.contains(&kind) {
        return Vec::new();
    }
    vec![format!("\"type\":{}", quoted(kind))]
}

#[cfg(test)]
mod tests {
    use super::{Export, parse, tool};

    fn export(parameters: u32, docs: &str) -> Export {
        Export { name: "roll".to_owned(), parameters, docs: docs.to_owned() }
    }

    #[test]
    fn tags_give_the_schema() {
        let tool = tool(&export(
            1,
            " Rolls dice.\n\n Twice if need be.\n @param dice {string} Notation such as\n 3d6\n @param [times] {integer}\n @param tags {string[]} \"quoted\"\n @param any\n @returns {object} Totals",
        ))
        .unwrap();
        assert_eq!(tool.description, "Rolls dice.\n\nTwice if need be.");
        assert_eq!(
            tool.parameters,
            r#"{"type":"object","properties":{"dice":{"type":"string","description":"Notation such as 3d6"},"times":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"},"description":"\"quoted\""},"any":{}},"required":["dice","tags","any"],"additionalProperties":false}"#
        );
        assert_eq!(tool.returns.as_deref(), Some(r#"{"type":"object","description":"Totals"}"#));
    }

    #[test]
    fn without_tags_any_object_is_taken_and_without_a_parameter_only_an_empty_one() {
        assert_eq!(tool(&export(1, "Text")).unwrap().parameters, r#"{"type":"object"}"#);
        assert_eq!(
            tool(&export(0, "Text")).unwrap().parameters,
            r#"{"type":"object","properties":{},"required":[],"additionalProperties":false}"#
        );
    }

    #[test]
    fn what_is_undocumented_or_takes_more_than_one_object_is_no_tool() {
        assert!(tool(&export(1, " \n")).is_none());
        assert!(tool(&export(2, "Text")).is_none());
    }

    #[test]
    fn mistakes_in_tags_are_named() {
        let problems = parse("@param\n@param x {strnig} a\n@param x {string} b\n@parameters are text").problems;
        assert_eq!(problems.len(), 3);
        assert!(problems[0].contains("expected `@param name {type} text`"));
        assert!(problems[1].contains("unknown type `strnig`"));
        assert!(problems[2].contains("there twice"));
    }
}
