//! `text`: strings as people see them. A character is a grapheme cluster (Unicode Standard Annex #29): what a person takes for one.

use unicode_segmentation::UnicodeSegmentation;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;

const MODULE: &str = "text";
const TEXT: &[Parameter] = &[required("text", Kind::Text)];
const PAD: &[Parameter] = &[required("text", Kind::Text), required("width", Kind::Count), optional("fill", Kind::Text)];
const TWO: &[Parameter] = &[required("one", Kind::Text), required("other", Kind::Text)];
const TEXTS: Kind = Kind::List(&Kind::Text);

/// The widest that padding makes a text, in characters: more is a mistake.
const MAX_WIDTH: usize = 1 << 20;

pub const FUNCTIONS: &[Function] = &[
    function("len", TEXT, Kind::Integer, "How many characters there are, as people count them.", |args| {
        Ok(Value::count(args.text()?.graphemes(true).count()))
    }),
    function("characters", TEXT, TEXTS, "The characters, as people see them.", |args| {
        Ok(Value::list(args.text()?.graphemes(true)))
    }),
    function("words", TEXT, TEXTS, "The words, without what stands between them.", |args| {
        Ok(Value::list(args.text()?.unicode_words()))
    }),
    function("word_count", TEXT, Kind::Integer, "How many words there are.", |args| {
        Ok(Value::count(args.text()?.unicode_words().count()))
    }),
    function("lines", TEXT, TEXTS, "The lines, without what ends them.", |args| Ok(Value::list(args.text()?.lines()))),
    function(
        "split",
        &[required("text", Kind::Text), required("separator", Kind::Text)],
        TEXTS,
        "What stands between the separators.",
        |args| {
            let (text, separator) = (args.text()?, args.text()?);
            if separator.is_empty() {
                return Err(args.wrong("must not be empty; `characters` takes a text apart"));
            }
            Ok(Value::list(text.split(separator.as_str())))
        },
    ),
    function(
        "replace",
        &[required("text", Kind::Text), required("from", Kind::Text), required("to", Kind::Text)],
        Kind::Text,
        "The text with every `from` as `to`; neither is a pattern.",
        |args| {
            let (text, from) = (args.text()?, args.text()?);
            if from.is_empty() {
                return Err(args.wrong("must not be empty"));
            }
            Ok(text.replace(&from, &args.text()?).into())
        },
    ),
    function("lower", TEXT, Kind::Text, "In small letters, of any alphabet.", |args| {
        Ok(args.text()?.to_lowercase().into())
    }),
    function("upper", TEXT, Kind::Text, "In capital letters, of any alphabet.", |args| {
        Ok(args.text()?.to_uppercase().into())
    }),
    function("title", TEXT, Kind::Text, "Every word with a capital first letter.", |args| {
        Ok(title(&args.text()?).into())
    }),
    function("trim", TEXT, Kind::Text, "Without white space at its ends.", |args| Ok(args.text()?.trim().into())),
    function(
        "squeeze",
        TEXT,
        Kind::Text,
        "Without white space at its ends, and with one space for all other.",
        |args| Ok(args.text()?.split_whitespace().collect::<Vec<_>>().join(" ").into()),
    ),
    function(
        "slug",
        TEXT,
        Kind::Text,
        "For a file name or an address: letters and digits of any alphabet in small letters, a hyphen for what is between them.",
        |args| Ok(slug(&args.text()?).into()),
    ),
    function(
        "pad_start",
        PAD,
        Kind::Text,
        "With so many of `fill`, or spaces, in front that it has the width.",
        |args| {
            let (text, padding) = padded(args)?;
            Ok((padding + &text).into())
        },
    ),
    function(
        "pad_end",
        PAD,
        Kind::Text,
        "With so many of `fill`, or spaces, behind it that it has the width.",
        |args| {
            let (text, padding) = padded(args)?;
            Ok((text + &padding).into())
        },
    ),
    function(
        "truncate",
        &[required("text", Kind::Text), required("width", Kind::Count), optional("ellipsis", Kind::Text)],
        Kind::Text,
        "The text where it is not wider than so many characters, else its beginning and the ellipsis (`…`), as wide together.",
        |args| {
            let (text, width) = (args.text()?, args.count()? as usize);
            let ellipsis = args.optional_text()?.unwrap_or_else(|| "…".to_owned());
            Ok(truncate(&text, width, &ellipsis).into())
        },
    ),
    function(
        "wrap",
        &[required("text", Kind::Text), required("width", Kind::Count)],
        Kind::Text,
        "Broken at white space into lines of so many characters, each paragraph for itself; longer words have lines of their own.",
        |args| {
            let (text, width) = (args.text()?, args.count()? as usize);
            let paragraphs: Vec<String> = text.lines().map(|line| wrap(line, width)).collect();
            Ok(paragraphs.join("\n").into())
        },
    ),
    function(
        "dedent",
        TEXT,
        Kind::Text,
        "Without the white space that all lines begin with; lines of nothing else become empty.",
        |args| Ok(dedent(&args.text()?).into()),
    ),
    function(
        "indent",
        &[required("text", Kind::Text), required("prefix", Kind::Text)],
        Kind::Text,
        "With the prefix before every line that is not empty.",
        |args| {
            let (text, prefix) = (args.text()?, args.text()?);
            let line = |line: &str| if line.is_empty() { String::new() } else { format!("{prefix}{line}") };
            Ok(text.split('\n').map(line).collect::<Vec<_>>().join("\n").into())
        },
    ),
    function(
        "distance",
        TWO,
        Kind::Integer,
        "How many code points must be changed, added or taken to make one of the other (Levenshtein).",
        |args| Ok(Value::count(strsim::levenshtein(&args.text()?, &args.text()?))),
    ),
    function(
        "similarity",
        TWO,
        Kind::Number,
        "How alike they are: 1 where they are equal, 0 where nothing is, by `distance`.",
        |args| Ok(strsim::normalized_levenshtein(&args.text()?, &args.text()?).into()),
    ),
];

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    text: &'static str,
    run: fn(&mut Arguments) -> Result<Value, Error>,
) -> Function {
    Function { module: MODULE, name, parameters, returns, text, run }
}

fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    for piece in text.split_word_bounds() {
        let mut letters = piece.chars();
        titled.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        titled.push_str(letters.as_str());
    }
    titled
}

fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let is_letter = |letter: char| letter.is_alphanumeric();
    lower.split(|letter| !is_letter(letter)).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join("-")
}

/// The text, and what it lacks to its width.
fn padded(args: &mut Arguments) -> Result<(String, String), Error> {
    let (text, width) = (args.text()?, args.count()? as usize);
    if width > MAX_WIDTH {
        return Err(args.wrong(&format!("must be {MAX_WIDTH} at most, got {width}")));
    }
    let fill = args.optional_text()?.unwrap_or_else(|| " ".to_owned());
    if fill.is_empty() {
        return Err(args.wrong("must not be empty"));
    }
    let missing = width.saturating_sub(text.graphemes(true).count());
    let padding = fill.graphemes(true).cycle().take(missing).collect();
    Ok((text, padding))
}

fn truncate(text: &str, width: usize, ellipsis: &str) -> String {
    if text.graphemes(true).nth(width).is_none() {
        return text.to_owned();
    }
    let kept = width.saturating_sub(ellipsis.graphemes(true).count());
    let beginning: String = text.graphemes(true).take(kept).collect();
    let ellipsis: String = ellipsis.graphemes(true).take(width).collect();
    beginning + &ellipsis
}

fn wrap(line: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(line.len());
    let mut used = 0;
    for word in line.split_whitespace() {
        let length = word.graphemes(true).count();
        if used > 0 {
            let fits = used + 1 + length <= width;
            wrapped.push(if fits { ' ' } else { '\n' });
            used = if fits { used + 1 } else { 0 };
        }
        wrapped.push_str(word);
        used += length;
    }
    wrapped
}

fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let full = text.split('\n').filter(|line| !line.trim().is_empty());
    let common = full.clone().next().map_or("", |line| &line[..indent(line)]);
    let common = full.fold(common, |common, line| {
        let shared = common.char_indices().zip(line.chars()).find(|((_, one), other)| one != other);
        let end = shared.map_or(common.len().min(line.len()), |((place, _), _)| place);
        &common[..end]
    });
    let lines = text.split('\n').map(|line| line.strip_prefix(common).unwrap_or(line.trim_start()));
    lines.collect::<Vec<_>>().join("\n")
}
