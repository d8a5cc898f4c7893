//! A set of strings, sorted by their code points.

use std::cell::Ref;
use std::collections::BTreeSet;

use crate::arguments::Arguments;
use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::object::ObjectRef;
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;

const NAME: &str = "Set";
const ITEMS: Kind = Kind::List(&Kind::Text);
const ITEM: &[Parameter] = &[required("item", Kind::Text)];
const OTHER: &[Parameter] = &[required("other", Kind::Object(NAME))];

type Items = BTreeSet<String>;

pub static SET: Class = Class {
    module: "collections",
    name: NAME,
    text: "A set of strings, sorted by their code points.",
    construct: Function {
        module: "collections",
        name: NAME,
        parameters: &[optional("items", ITEMS)],
        returns: Kind::Object(NAME),
        text: "A set of the items, or an empty one.",
        run: |args| Ok(made(args.optional_texts()?.into_iter().collect())),
    },
    methods: &[
        method("add", ITEM, Kind::Bool, "Adds an item and tells whether it is new.", |this, args| {
            Ok(this.borrow_mut::<Items>()?.insert(args.text()?).into())
        }),
        method("remove", ITEM, Kind::Bool, "Removes an item and tells whether it was there.", |this, args| {
            Ok(this.borrow_mut::<Items>()?.remove(&args.text()?).into())
        }),
        method("has", ITEM, Kind::Bool, "Whether the item is there.", |this, args| {
            Ok(items(this)?.contains(&args.text()?).into())
        }),
        method("len", &[], Kind::Integer, "How many items there are.", |this, _| Ok(Value::count(items(this)?.len()))),
        method("union", OTHER, Kind::Object(NAME), "A new set of what is in one or the other.", |this, args| {
            let other = args.object()?;
            Ok(made(items(this)?.union(&*items(&other)?).cloned().collect()))
        }),
        method("intersection", OTHER, Kind::Object(NAME), "A new set of what is in both.", |this, args| {
            let other = args.object()?;
            Ok(made(items(this)?.intersection(&*items(&other)?).cloned().collect()))
        }),
        method("difference", OTHER, Kind::Object(NAME), "A new set of what is in this one only.", |this, args| {
            let other = args.object()?;
            Ok(made(items(this)?.difference(&*items(&other)?).cloned().collect()))
        }),
        method("is_subset", OTHER, Kind::Bool, "Whether all items are in the other, too.", |this, args| {
            let other = args.object()?;
            Ok(items(this)?.is_subset(&*items(&other)?).into())
        }),
        method("to_list", &[], ITEMS, "The items, sorted.", |this, _| Ok(Value::list(items(this)?.iter().cloned()))),
    ],
};

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

fn items(this: &ObjectRef) -> Result<Ref<'_, Items>, Error> {
    this.borrow()
}

fn made(items: Items) -> Value {
    ObjectRef::new(&SET, items).into()
}
