//! A queue, which is a stack too: items are added and taken at both ends.

use std::collections::VecDeque;

use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::object::ObjectRef;
use crate::signature::{Kind, optional, required};
use crate::value::Value;

const NAME: &str = "Queue";
const ITEMS: Kind = Kind::List(&Kind::Any);

type Items = VecDeque<Value>;

pub static QUEUE: Class = Class {
    module: "collections",
    name: NAME,
    text: "A queue open at both ends: first in, first out with `push` and `pop`, a stack with `push` and `pop_back`.",
    construct: Function {
        module: "collections",
        name: NAME,
        parameters: &[optional("items", ITEMS)],
        returns: Kind::Object(NAME),
        text: "A queue of the items, or an empty one.",
        run: |args| {
            let items = if let Value::List(items) = args.any() { items } else { Vec::new() };
            Ok(ObjectRef::new(&QUEUE, Items::from(items)).into())
        },
    },
    methods: &[
        Method {
            class: NAME,
            name: "push",
            parameters: &[required("item", Kind::Any)],
            returns: Kind::Nothing,
            text: "Adds an item at the back.",
            run: |this, args| Ok(this.borrow_mut::<Items>()?.push_back(args.any()).into()),
        },
        Method {
            class: NAME,
            name: "push_front",
            parameters: &[required("item", Kind::Any)],
            returns: Kind::Nothing,
            text: "Adds an item at the front.",
            run: |this, args| Ok(this.borrow_mut::<Items>()?.push_front(args.any()).into()),
        },
        Method {
            class: NAME,
            name: "pop",
            parameters: &[],
            returns: Kind::Maybe(&Kind::Any),
            text: "Takes the item at the front; nothing where there is none.",
            run: |this, _| Ok(Value::option(this.borrow_mut::<Items>()?.pop_front())),
        },
        Method {
            class: NAME,
            name: "pop_back",
            parameters: &[],
            returns: Kind::Maybe(&Kind::Any),
            text: "Takes the item at the back; nothing where there is none.",
            run: |this, _| Ok(Value::option(this.borrow_mut::<Items>()?.pop_back())),
        },
        Method {
            class: NAME,
            name: "peek",
            parameters: &[],
            returns: Kind::Maybe(&Kind::Any),
            text: "The item at the front, which stays there.",
            run: |this, _| Ok(Value::option(items(this)?.front().cloned())),
        },
        Method {
            class: NAME,
            name: "len",
            parameters: &[],
            returns: Kind::Integer,
            text: "How many items there are.",
            run: |this, _| Ok(Value::count(items(this)?.len())),
        },
        Method {
            class: NAME,
            name: "clear",
            parameters: &[],
            returns: Kind::Nothing,
            text: "Takes all items.",
            run: |this, _| Ok(this.borrow_mut::<Items>()?.clear().into()),
        },
        Method {
            class: NAME,
            name: "to_list",
            parameters: &[],
            returns: ITEMS,
            text: "The items, from the front to the back.",
            run: |this, _| Ok(Value::List(items(this)?.iter().cloned().collect())),
        },
    ],
};

fn items(this: &ObjectRef) -> Result<std::cell::Ref<'_, Items>, Error> {
    this.borrow()
}
