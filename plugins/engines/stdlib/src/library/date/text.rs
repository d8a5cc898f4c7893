//! Moments as text, and back: ISO 8601 as RFC 3339 profiles it, RFC 2822 (mail), and patterns of `strftime`.

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat};

use super::calendar::Moment;

/// What a text without an offset is taken for: in UTC.
const FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];

/// Milliseconds from a date, a date and a time, with an offset or without, or a date of mail.
pub fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    let exact = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    if let Ok(moment) = exact {
        return Some(moment.timestamp_millis());
    }
    let local = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0));
    local.map(|local| local.and_utc().timestamp_millis())
}

/// Milliseconds from a text in the form of a pattern: a date, at midnight where it has no time of day, in UTC where it has no offset.
pub fn read_as(text: &str, pattern: &str) -> Result<Option<i64>, String> {
    let mut parsed = Parsed::new();
    if parse(&mut parsed, text, items(pattern)?.iter()).is_err() {
        return Ok(None);
    }
    let Ok(date) = parsed.to_naive_date() else { return Ok(None) };
    let local = match parsed.to_naive_time() {
        Ok(time) => date.and_time(time),
        Err(_) => match date.and_hms_opt(0, 0, 0) {
            Some(midnight) => midnight,
            None => return Ok(None),
        },
    };
    let offset = parsed.to_fixed_offset().map_or(0, |offset| i64::from(offset.local_minus_utc()) * 1000);
    Ok(Some(local.and_utc().timestamp_millis() - offset))
}

/// As the pattern says.
pub fn write_as(moment: &Moment, pattern: &str) -> Result<String, String> {
    Ok(moment.format_with_items(items(pattern)?.iter()).to_string())
}

/// RFC 3339, with milliseconds where there are any.
pub fn write(moment: &Moment) -> String {
    let digits = if moment.timestamp_subsec_millis() == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
    moment.to_rfc3339_opts(digits, true)
}

/// The date of a mail.
pub fn write_mail(moment: &Moment) -> String {
    moment.to_rfc2822()
}

fn items(pattern: &str) -> Result<Vec<Item<'_>>, String> {
    let items: Vec<Item<'_>> = StrftimeItems::new(pattern).collect();
    if items.contains(&Item::Error) {
        return Err(format!("is no pattern of strftime: {pattern:?}"));
    }
    Ok(items)
}
