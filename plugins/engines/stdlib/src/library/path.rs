//! `path`: paths of notes and folders, from the kiln's root, with `/` between their parts. What would leave the kiln is refused; a
//! path is text here, and what it leads to is checked where it is used.

use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, Parameter, required};
use crate::value::Value;

const PATH: &[Parameter] = &[required("path", Kind::Text)];

pub const FUNCTIONS: &[Function] = &[
    function(
        "join",
        &[required("parts", Kind::List(&Kind::Text))],
        Kind::Text,
        "The parts one below the other, normalised.",
        |args| {
            let parts = args.texts()?;
            Ok(normal(args, &parts.join("/"))?.join("/").into())
        },
    ),
    function(
        "normalise",
        PATH,
        Kind::Text,
        "Without `.`, `..` and empty parts; what would leave the kiln is `invalid-arguments`.",
        |args| {
            let path = args.text()?;
            Ok(normal(args, &path)?.join("/").into())
        },
    ),
    function("dirname", PATH, Kind::Text, "The folder that it is in; an empty string at the root.", |args| {
        let path = args.text()?;
        let parts = normal(args, &path)?;
        Ok(parts[..parts.len().saturating_sub(1)].join("/").into())
    }),
    function("basename", PATH, Kind::Text, "The last part.", |args| {
        let path = args.text()?;
        Ok(last(args, &path)?.into())
    }),
    function("stem", PATH, Kind::Text, "The last part without its extension.", |args| {
        let path = args.text()?;
        Ok(split(&last(args, &path)?).0.into())
    }),
    function(
        "extension",
        PATH,
        Kind::Text,
        "The extension, without its dot; an empty string where there is none.",
        |args| {
            let path = args.text()?;
            Ok(split(&last(args, &path)?).1.into())
        },
    ),
    function(
        "with_extension",
        &[required("path", Kind::Text), required("extension", Kind::Text)],
        Kind::Text,
        "With another extension, given without its dot; an empty one takes it away.",
        with_extension,
    ),
    function(
        "relative",
        &[required("from", Kind::Text), required("to", Kind::Text)],
        Kind::Text,
        "How a link in a note of the folder `from` would lead to `to`.",
        relative,
    ),
    function(
        "is_within",
        &[required("path", Kind::Text), required("folder", Kind::Text)],
        Kind::Bool,
        "Whether it is the folder, or below it.",
        |args| {
            let path = args.text()?;
            let parts = normal(args, &path)?;
            let folder = args.text()?;
            Ok(parts.starts_with(&normal(args, &folder)?).into())
        },
    ),
];

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    text: &'static str,
    run: fn(&mut Arguments) -> Result<Value, Error>,
) -> Function {
    Function { module: "path", name, parameters, returns, text, run }
}

/// The parts of a path. The argument that was taken last is to blame where there is something wrong.
fn normal<'a>(args: &Arguments, path: &'a str) -> Result<Vec<&'a str>, Error> {
    if path.contains(['\\', '\0']) {
        return Err(args.wrong(&format!("must have / between its parts, got {path:?}")));
    }
    if path.starts_with('/') {
        return Err(args.wrong(&format!("must begin at the kiln's root, without /, got {path:?}")));
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err(args.wrong(&format!("leaves the kiln: {path:?}"))),
            ".." => {}
            part => parts.push(part),
        }
    }
    Ok(parts)
}

fn last(args: &Arguments, path: &str) -> Result<String, Error> {
    Ok(normal(args, path)?.last().copied().unwrap_or_default().to_owned())
}

/// Stem and extension of a name. A dot at the beginning begins no extension.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        None | Some(0) => (name, ""),
        Some(dot) => (&name[..dot], &name[dot + 1..]),
    }
}

fn with_extension(args: &mut Arguments) -> Result<Value, Error> {
    let path = args.text()?;
    let mut parts: Vec<String> = normal(args, &path)?.into_iter().map(str::to_owned).collect();
    let Some(name) = parts.pop() else { return Err(args.wrong("names no note")) };
    let extension = args.text()?;
    if extension.contains(['/', '\\', '\0']) {
        return Err(args.wrong(&format!("must be one word without its dot, got {extension:?}")));
    }
    let stem = split(&name).0;
    parts.push(if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") });
    Ok(parts.join("/").into())
}

fn relative(args: &mut Arguments) -> Result<Value, Error> {
    let from = args.text()?;
    let from = normal(args, &from)?;
    let to = args.text()?;
    let to = normal(args, &to)?;
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let parts: Vec<&str> = up.chain(to[shared..].iter().copied()).collect();
    Ok(if parts.is_empty() { ".".into() } else { parts.join("/").into() })
}
