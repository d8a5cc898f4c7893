//! `regex`: patterns that are matched in linear time, whatever they are: no pattern and no text makes a match explode. Letter classes
//! (`\w`, `\d`, `\s`, `\b`) and matching without case mean the letters of ASCII; `.` is any character.

use regex_lite::{Captures, Regex, RegexBuilder};

use crate::arguments::Arguments;
use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::object::{FunctionRef, ObjectRef};
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;

const NAME: &str = "Regex";
const TEXT: &[Parameter] = &[required("text", Kind::Text)];

const MATCH: Kind = Kind::Record(&[
    required("text", Kind::Text),
    required("start", Kind::Integer),
    required("end", Kind::Integer),
    required("groups", Kind::List(&Kind::Maybe(&Kind::Text))),
    required("names", Kind::Map(&Kind::Text)),
]);

/// The size of a compiled pattern, in bytes.
const MAX_SIZE: usize = 1 << 20;

pub static REGEX: Class = Class {
    module: "regex",
    name: NAME,
    text: "A compiled pattern, in the syntax of the Rust crate `regex-lite`: no look-around and no back-references, so that matching takes time in proportion to the text. `\\w`, `\\d`, `\\s`, `\\b` and the flag `i` know the letters of ASCII only.",
    construct: Function {
        module: "regex",
        name: NAME,
        parameters: &[required("pattern", Kind::Text), optional("flags", Kind::Text)],
        returns: Kind::Object(NAME),
        text: "Compiles a pattern. Flags: `i` without case, `m` where `^` and `$` mean lines, `s` where `.` matches the end of a line too, `x` where white space in the pattern means nothing.",
        run: construct,
    },
    methods: &[
        method("is_match", TEXT, Kind::Bool, "Whether it matches anywhere.", |this, args| {
            Ok(this.borrow::<Regex>()?.is_match(&args.text()?).into())
        }),
        method(
            "find",
            TEXT,
            Kind::Maybe(&MATCH),
            "The first match, nothing where there is none: its text, where it begins and ends in code points from 0, what each group matched, and those with names.",
            |this, args| {
                let text = args.text()?;
                let regex = this.borrow::<Regex>()?;
                let mut place = Place::default();
                Ok(Value::option(regex.captures(&text).map(|captures| place.matched(&regex, &text, &captures))))
            },
        ),
        method(
            "find_all",
            TEXT,
            Kind::List(&MATCH),
            "All matches that do not overlap, as `find` gives one.",
            |this, args| {
                let text = args.text()?;
                let regex = this.borrow::<Regex>()?;
                let mut place = Place::default();
                Ok(Value::list(regex.captures_iter(&text).map(|captures| place.matched(&regex, &text, &captures))))
            },
        ),
        method(
            "replace",
            &[
                required("text", Kind::Text),
                required("by", Kind::Either(&[Kind::Text, Kind::Function(&[required("match", MATCH)], &Kind::Text)])),
            ],
            Kind::Text,
            "The text with every match replaced: by a string, in which `$1` or `${name}` is what a group matched and `$$` a dollar sign, or by what a function gives for the match.",
            replace,
        ),
        method("split", TEXT, Kind::List(&Kind::Text), "What stands between the matches.", |this, args| {
            let text = args.text()?;
            Ok(Value::list(this.borrow::<Regex>()?.split(&text)))
        }),
    ],
};

pub const FUNCTIONS: &[Function] = &[Function {
    module: "regex",
    name: "escape",
    parameters: TEXT,
    returns: Kind::Text,
    text: "A pattern that matches exactly this text.",
    run: |args| Ok(regex_lite::escape(&args.text()?).into()),
}];

type Run = fn(&ObjectRef, &mut Arguments) -> Result<Value, Error>;

const fn method(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    text: &'static str,
    run: Run,
) -> Method {
    Method { class: NAME, name, parameters, returns, text, run }
}

fn construct(args: &mut Arguments) -> Result<Value, Error> {
    let pattern = args.text()?;
    let mut builder = RegexBuilder::new(&pattern);
    builder.size_limit(MAX_SIZE);
    for flag in args.optional_text()?.unwrap_or_default().chars() {
        match flag {
            'i' => builder.case_insensitive(true),
            'm' => builder.multi_line(true),
            's' => builder.dot_matches_new_line(true),
            'x' => builder.ignore_whitespace(true),
            other => return Err(args.wrong(&format!("has `{other}`, which is no flag; there is: i, m, s, x"))),
        };
    }
    match builder.build() {
        Ok(regex) => Ok(ObjectRef::new(&REGEX, regex).into()),
        Err(problem) => Err(Error::invalid(format!("{}: the pattern is wrong: {problem}", args.path()))),
    }
}

/// Counts code points up to matches that come one behind the other.
#[derive(Default)]
struct Place {
    bytes: usize,
    points: usize,
}

impl Place {
    fn of(&mut self, text: &str, bytes: usize) -> usize {
        self.points += text[self.bytes..bytes].chars().count();
        self.bytes = bytes;
        self.points
    }

    fn matched(&mut self, regex: &Regex, text: &str, captures: &Captures<'_>) -> Value {
        let Some(whole) = captures.get(0) else { return Value::Nil };
        let start = self.of(text, whole.start());
        let end = self.of(text, whole.end());
        let group = |number: usize| Value::option(captures.get(number).map(|found| found.as_str()));
        let names = regex.capture_names().flatten();
        let named = names.filter_map(|name| Some((name, captures.name(name)?.as_str().into())));
        Value::map([
            ("text", whole.as_str().into()),
            ("start", Value::count(start)),
            ("end", Value::count(end)),
            ("groups", Value::list((1..captures.len()).map(group))),
            ("names", Value::map(named)),
        ])
    }
}

fn replace(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let text = args.text()?;
    // The function may use the pattern itself: reading it is no change.
    let regex = this.borrow::<Regex>()?;
    match args.any() {
        Value::Text(by) => Ok(regex.replace_all(&text, by.as_str()).into_owned().into()),
        Value::Function(function) => replace_each(&regex, &text, &function).map(Value::from),
        _ => Err(args.wrong("must be a string or a function")),
    }
}

fn replace_each(regex: &Regex, text: &str, function: &FunctionRef) -> Result<String, Error> {
    let mut replaced = String::with_capacity(text.len());
    let mut place = Place::default();
    let mut done = 0;
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        replaced.push_str(&text[done..whole.start()]);
        done = whole.end();
        match function.call(vec![place.matched(regex, text, &captures)])? {
            Value::Text(by) => replaced.push_str(&by),
            other => {
                return Err(Error::invalid(format!("Regex.replace: `by` must give a string, got {}", other.kind())));
            }
        }
    }
    replaced.push_str(&text[done..]);
    Ok(replaced)
}
