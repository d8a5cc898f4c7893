//! `date`: moments and the calendar. A moment is a whole number of milliseconds since 1970-01-01 UTC, as the clock gives it; what is
//! shown of it depends on an offset from UTC, in minutes, east positive. There is no database of time zones: the person's own
//! offset is `clock.utc_offset_minutes`.

mod calendar;
mod table;
mod text;

pub use table::FUNCTIONS;
