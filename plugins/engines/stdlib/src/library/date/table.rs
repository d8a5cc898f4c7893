//! The functions of `date`: their rows.

use super::calendar::{self, Moment, Unit};
use super::text;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::clock;

const TEXT: Kind = Kind::Text;
const MS: Parameter = required("ms", Kind::Integer);
const OFFSET: Parameter = optional("offset_minutes", Kind::Integer);

const UNITS: [(&str, Unit); 7] = [
    ("year", Unit::Year),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("hour", Unit::Hour),
    ("minute", Unit::Minute),
    ("second", Unit::Second),
];

const PARTS: Kind = Kind::Record(&[
    required("year", Kind::Integer),
    optional("month", Kind::Count),
    optional("day", Kind::Count),
    optional("hour", Kind::Count),
    optional("minute", Kind::Count),
    optional("second", Kind::Count),
    optional("millisecond", Kind::Count),
]);

const ALL_PARTS: Kind = Kind::Record(&[
    required("year", Kind::Integer),
    required("month", Kind::Count),
    required("day", Kind::Count),
    required("hour", Kind::Count),
    required("minute", Kind::Count),
    required("second", Kind::Count),
    required("millisecond", Kind::Count),
    required("weekday", Kind::Count),
    required("day_of_year", Kind::Count),
    required("iso_year", Kind::Integer),
    required("iso_week", Kind::Count),
]);

const DURATION: Kind = Kind::Record(&[
    optional("years", Kind::Integer),
    optional("months", Kind::Integer),
    optional("weeks", Kind::Integer),
    optional("days", Kind::Integer),
    optional("hours", Kind::Integer),
    optional("minutes", Kind::Integer),
    optional("seconds", Kind::Integer),
    optional("milliseconds", Kind::Integer),
]);

const SPAN: Kind = Kind::Record(&[
    required("days", Kind::Integer),
    required("hours", Kind::Integer),
    required("minutes", Kind::Integer),
    required("seconds", Kind::Integer),
    required("milliseconds", Kind::Integer),
]);

pub const FUNCTIONS: &[Function] = &[
    function("now", &[], Kind::Integer, "The moment; needs the grant `clock`.", |_| Ok(clock::now_ms()?.into())),
    function(
        "parse",
        &[required("text", TEXT)],
        Kind::Integer,
        "The moment of `2026-11-21`, `2026-11-21T12:34:56.789+01:00` (RFC 3339; without an offset it is UTC, seconds may be left out) or a date of mail (RFC 2822).",
        |args| {
            let text = args.text()?;
            let moment =
                text::read(&text).ok_or_else(|| args.wrong(&format!("is no date that can be read: {text:?}")))?;
            Ok(moment.into())
        },
    ),
    function(
        "parse_as",
        &[required("text", TEXT), required("pattern", TEXT)],
        Kind::Integer,
        "The moment of a text in the form of a `strftime` pattern such as `%d.%m.%Y %H:%M`: midnight where it has no time of day, UTC where it has no offset.",
        |args| {
            let (text, pattern) = (args.text()?, args.text()?);
            let moment = text::read_as(&text, &pattern).map_err(|problem| args.wrong(&problem))?;
            Ok(moment.ok_or_else(|| args.wrong(&format!("does not fit the text {text:?}")))?.into())
        },
    ),
    function(
        "format",
        &[MS, optional("offset_minutes", Kind::Integer)],
        TEXT,
        "As RFC 3339 writes it, `2026-11-21T12:34:56Z`.",
        |args| Ok(text::write(&moment(args)?).into()),
    ),
    function(
        "format_as",
        &[MS, required("pattern", TEXT), OFFSET],
        TEXT,
        "As a `strftime` pattern says, names in English: `%A, %e %B %Y`.",
        |args| {
            let (ms, pattern) = (args.integer()?, args.text()?);
            let moment = offset(args, ms)?;
            Ok(text::write_as(&moment, &pattern)
                .map_err(|problem| Error::invalid(format!("{}: `pattern` {problem}", args.path())))?
                .into())
        },
    ),
    function("format_mail", &[MS, OFFSET], TEXT, "As RFC 2822 writes it, `Sat, 21 Nov 2026 12:34:56 +0000`.", |args| {
        Ok(text::write_mail(&moment(args)?).into())
    }),
    function(
        "parts",
        &[MS, OFFSET],
        ALL_PARTS,
        "The parts of the moment; weekdays count from Monday, 1, and weeks as ISO 8601 does.",
        |args| Ok(calendar::parts(&moment(args)?)),
    ),
    function(
        "from_parts",
        &[required("parts", PARTS), OFFSET],
        Kind::Integer,
        "The moment of these parts, what is left out being the first or zero; one that there is not, such as 30 February, is `invalid-arguments`.",
        |args| {
            let parts = calendar::from_parts(args.options()?)?;
            let local =
                parts.ok_or_else(|| args.wrong("are no date and time that there are"))?.and_utc().timestamp_millis();
            let seen = offset(args, local)?;
            Ok((local - i64::from(seen.offset().local_minus_utc()) * 1000).into())
        },
    ),
    function(
        "add",
        &[MS, required("duration", DURATION), OFFSET],
        Kind::Integer,
        "The moment that much later, or earlier where amounts are negative: years and months first, the day staying within its month, then weeks and days, then the time.",
        |args| {
            let (ms, by) = (args.integer()?, args.options()?);
            let moment = offset(args, ms)?;
            let later = calendar::later(&moment, by)?.ok_or_else(|| out_of_range(args))?;
            Ok(later.timestamp_millis().into())
        },
    ),
    function(
        "difference",
        &[required("from", Kind::Integer), required("to", Kind::Integer)],
        SPAN,
        "The time from one moment to the other; all amounts are negative where `to` is earlier.",
        difference,
    ),
    function(
        "start_of",
        &[MS, required("unit", Kind::Word(&["year", "month", "week", "day", "hour", "minute", "second"])), OFFSET],
        Kind::Integer,
        "The first moment of the year, the month, … that the moment is in; weeks begin on Monday.",
        |args| {
            let (ms, unit) = (args.integer()?, args.word(&UNITS)?);
            let start = calendar::start_of(&offset(args, ms)?, unit).ok_or_else(|| out_of_range(args))?;
            Ok(start.timestamp_millis().into())
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
    Function { module: "date", name, parameters, returns, text, run }
}

/// The moment and the offset that come next.
fn moment(args: &mut Arguments) -> Result<Moment, Error> {
    let ms = args.integer()?;
    offset(args, ms)
}

/// The moment at the offset that comes next.
fn offset(args: &mut Arguments, ms: i64) -> Result<Moment, Error> {
    let minutes = args.optional_integer()?.unwrap_or(0);
    calendar::at(ms, minutes).map_err(|problem| Error::invalid(format!("{}: {problem}", args.path())))
}

fn out_of_range(args: &Arguments) -> Error {
    Error::invalid(format!("{}: the answer is no moment of the years 0 to 9999", args.path()))
}

fn difference(args: &mut Arguments) -> Result<Value, Error> {
    let (from, to) = (args.integer()?, args.integer()?);
    let ms = to.checked_sub(from).ok_or_else(|| out_of_range(args))?;
    Ok(Value::map([
        ("days", (ms / 86_400_000).into()),
        ("hours", (ms / 3_600_000 % 24).into()),
        ("minutes", (ms / 60_000 % 60).into()),
        ("seconds", (ms / 1000 % 60).into()),
        ("milliseconds", (ms % 1000).into()),
    ]))
}
