//! `json`: JSON text inside a plugin.

use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::signature::{Kind, required};

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "json",
        name: "parse",
        parameters: &[required("text", Kind::Text)],
        returns: Kind::Any,
        text: "The value of a JSON text.",
        run: |args| json::read(&args.text()?).map_err(Error::invalid),
    },
    Function {
        module: "json",
        name: "stringify",
        parameters: &[required("value", Kind::Any)],
        returns: Kind::Text,
        text: "The JSON text of a value, keys sorted.",
        run: |args| Ok(args.json()?.into()),
    },
];
