//! `yaml`: YAML text to values and back, and the frontmatter of notes.

mod frontmatter;
mod read;
mod scalar;
mod write;

use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, required};
use crate::value::Value;

const FIELDS: Kind = Kind::Map(&Kind::Any);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "yaml",
        name: "parse",
        parameters: &[required("text", Kind::Text)],
        returns: Kind::Any,
        text: "The value of a YAML document (version 1.2, core schema). Refused, with the place: more than one document, a key that is there twice, tags other than those of the core schema, aliases that grow beyond a million values.",
        run: |args| read::read(&args.text()?).map_err(|problem| args.wrong(&problem)),
    },
    Function {
        module: "yaml",
        name: "stringify",
        parameters: &[required("value", Kind::Any)],
        returns: Kind::Text,
        text: "The YAML text of a value, keys sorted; what other readers could take for something else is in quotes.",
        run: |args| Ok(write::write(&args.any()).map_err(Error::invalid)?.into()),
    },
    Function {
        module: "yaml",
        name: "frontmatter",
        parameters: &[required("note", Kind::Text)],
        returns: Kind::Record(&[required("fields", FIELDS), required("body", Kind::Text)]),
        text: "The fields of a note's frontmatter, and the text behind it; no fields where it has none.",
        run: |args| {
            let note = args.text()?;
            let (yaml, body) = frontmatter::split(&note);
            let fields = match yaml.map_or(Ok(Value::Nil), read::read).map_err(|problem| args.wrong(&problem))? {
                Value::Nil => Value::Map(Vec::new()),
                fields @ Value::Map(_) => fields,
                other => return Err(args.wrong(&format!("has a frontmatter that is {}, not an object", other.kind()))),
            };
            Ok(Value::map([("fields", fields), ("body", body.into())]))
        },
    },
    Function {
        module: "yaml",
        name: "with_frontmatter",
        parameters: &[required("note", Kind::Text), required("fields", FIELDS)],
        returns: Kind::Text,
        text: "The note with these fields as its frontmatter, in place of what it had; without one where there are no fields.",
        run: |args| {
            let note = args.text()?;
            let body = frontmatter::split(&note).1;
            let fields = Value::Map(args.map()?);
            if fields == Value::Map(Vec::new()) {
                return Ok(body.into());
            }
            Ok(format!("---\n{}---\n{body}", write::write(&fields).map_err(Error::invalid)?).into())
        },
    },
];
