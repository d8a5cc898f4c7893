//! `random`: numbers from the seed of the call.

use crate::functions::Function;
use crate::signature::{Kind, required};
use crate::value::Value;
use crate::wit::crucible::plugin::random;

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "random",
        name: "range",
        parameters: &[required("low", Kind::Integer), required("high", Kind::Integer)],
        returns: Kind::Integer,
        text: "A whole number from low to high, both included.",
        run: |args| Ok(random::range(args.integer()?, args.integer()?)?.into()),
    },
    Function {
        module: "random",
        name: "float",
        parameters: &[],
        returns: Kind::Number,
        text: "A number from 0 to 1, without 1.",
        run: |_| Ok(random::next_f64()?.into()),
    },
    Function {
        module: "random",
        name: "bits",
        parameters: &[],
        returns: Kind::Integer,
        text: "53 random bits as a whole number.",
        run: |_| Ok((random::next_u64()? >> 11).into()),
    },
    Function {
        module: "random",
        name: "bytes",
        parameters: &[required("count", Kind::Count)],
        returns: Kind::Bytes,
        text: "Random bytes.",
        run: |args| Ok(Value::Bytes(random::bytes(args.count()?)?)),
    },
];
