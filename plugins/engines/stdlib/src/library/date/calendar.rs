//! Moments as parts of the proleptic Gregorian calendar, and back.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

use crate::arguments::Options;
use crate::error::Error;
use crate::value::Value;

pub type Moment = DateTime<FixedOffset>;

/// The years that moments are in: those that ISO 8601 writes with four digits.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// The moment, as it is seen at an offset.
pub fn at(ms: i64, offset_minutes: i64) -> Result<Moment, String> {
    let seconds = offset_minutes.checked_mul(60).and_then(|seconds| i32::try_from(seconds).ok());
    let offset = seconds.and_then(FixedOffset::east_opt);
    let offset = offset.ok_or_else(|| format!("{offset_minutes} is no offset: it must be less than a day"))?;
    DateTime::from_timestamp_millis(ms)
        .map(|moment| moment.with_timezone(&offset))
        .filter(|moment| YEARS.contains(&moment.year()))
        .ok_or_else(|| format!("{ms} is no moment of the years 0 to 9999"))
}

pub fn parts(moment: &Moment) -> Value {
    let week = moment.iso_week();
    Value::map([
        ("year", moment.year().into()),
        ("month", moment.month().into()),
        ("day", moment.day().into()),
        ("hour", moment.hour().into()),
        ("minute", moment.minute().into()),
        ("second", moment.second().into()),
        ("millisecond", moment.timestamp_subsec_millis().into()),
        ("weekday", moment.weekday().number_from_monday().into()),
        ("day_of_year", moment.ordinal().into()),
        ("iso_year", week.year().into()),
        ("iso_week", week.week().into()),
    ])
}

/// A date and time of day from parts, all of which must be in their range.
pub fn from_parts(mut parts: Options) -> Result<Option<NaiveDateTime>, Error> {
    let year = parts.integer("year")?.and_then(|year| i32::try_from(year).ok()).filter(|year| YEARS.contains(year));
    let mut part = |name, default| Ok::<u32, Error>(parts.count(name)?.unwrap_or(default));
    let (month, day) = (part("month", 1)?, part("day", 1)?);
    let (hour, minute, second) = (part("hour", 0)?, part("minute", 0)?, part("second", 0)?);
    let millisecond = part("millisecond", 0)?;
    let date = year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    // Beyond 999 the library means a leap second.
    let time = date.filter(|_| millisecond < 1000);
    Ok(time.and_then(|date| date.and_hms_milli_opt(hour, minute, second, millisecond)))
}

/// Later by calendar units first, the day staying within its month, then by units of time.
pub fn later(moment: &Moment, mut by: Options) -> Result<Option<Moment>, Error> {
    let mut amount = |name| Ok::<i64, Error>(by.integer(name)?.unwrap_or(0));
    let months = amount("years")?.checked_mul(12).and_then(|years| years.checked_add(amount("months").ok()?));
    let days = amount("weeks")?.checked_mul(7).and_then(|weeks| weeks.checked_add(amount("days").ok()?));
    let times = [("hours", 3_600_000), ("minutes", 60_000), ("seconds", 1000), ("milliseconds", 1)];
    let mut ms = Some(0i64);
    for (name, unit) in times {
        let amount = amount(name)?.checked_mul(unit);
        ms = ms.and_then(|sum| sum.checked_add(amount?));
    }
    Ok(months.and_then(|months| by_months(moment, months)).and_then(|moment| {
        let moment = by_days(&moment, days?)?;
        moment.checked_add_signed(TimeDelta::try_milliseconds(ms?)?).filter(|moment| YEARS.contains(&moment.year()))
    }))
}

fn by_months(moment: &Moment, months: i64) -> Option<Moment> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { moment.checked_sub_months(count) } else { moment.checked_add_months(count) }
}

fn by_days(moment: &Moment, days: i64) -> Option<Moment> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { moment.checked_sub_days(count) } else { moment.checked_add_days(count) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

/// The first moment of the unit that the moment is in. Weeks begin on Monday.
pub fn start_of(moment: &Moment, unit: Unit) -> Option<Moment> {
    let local = moment.naive_local();
    let date = local.date();
    let date = match unit {
        Unit::Year => date.with_ordinal(1)?,
        Unit::Month => date.with_day(1)?,
        Unit::Week => date.checked_sub_days(Days::new(date.weekday().num_days_from_monday().into()))?,
        _ => date,
    };
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    let time = match unit {
        Unit::Hour => date.and_hms_opt(hour, 0, 0),
        Unit::Minute => date.and_hms_opt(hour, minute, 0),
        Unit::Second => date.and_hms_opt(hour, minute, second),
        _ => date.and_hms_opt(0, 0, 0),
    };
    time?.and_local_timezone(*moment.offset()).single()
}
