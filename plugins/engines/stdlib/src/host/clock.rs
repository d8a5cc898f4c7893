//! `clock`: the time, which the person can freeze.

use crate::functions::Function;
use crate::signature::{Kind, required};
use crate::wit::crucible::plugin::clock;

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "clock",
        name: "now_ms",
        parameters: &[],
        returns: Kind::Integer,
        text: "Milliseconds since 1970-01-01 UTC.",
        run: |_| Ok(clock::now_ms()?.into()),
    },
    Function {
        module: "clock",
        name: "monotonic_ns",
        parameters: &[],
        returns: Kind::Integer,
        text: "Nanoseconds since a moment before the call; never goes back.",
        run: |_| Ok(clock::monotonic_ns()?.into()),
    },
    Function {
        module: "clock",
        name: "utc_offset_minutes",
        parameters: &[required("at_ms", Kind::Integer)],
        returns: Kind::Integer,
        text: "The person's offset from UTC at that moment, in minutes, east positive.",
        run: |args| {
            let at = u64::try_from(args.integer()?).map_err(|_| args.wrong("must not be before 1970"))?;
            Ok(clock::utc_offset_minutes(at)?.into())
        },
    },
];
