//! `random`: numbers from the seed of the call.

use crate::functions::Function;
use crate::value::Value;
use crate::wit::crucible::plugin::random;

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "random",
        name: "range",
        parameters: &["low", "high"],
        text: "A whole number from low to high, both included.",
        run: |args| Ok(random::range(args.integer()?, args.integer()?)?.into()),
    },
    Function {
        module: "random",
        name: "float",
        parameters: &[],
        text: "A number from 0 to 1, without 1.",
        run: |_| Ok(random::next_f64()?.into()),
    },
    Function {
        module: "random",
        name: "bits",
        parameters: &[],
        text: "53 random bits as a whole number.",
        run: |_| Ok((random::next_u64()? >> 11).into()),
    },
    Function {
        module: "random",
        name: "bytes",
        parameters: &["count"],
        text: "Random bytes.",
        run: |args| Ok(Value::Bytes(random::bytes(args.count()?)?)),
    },
];
