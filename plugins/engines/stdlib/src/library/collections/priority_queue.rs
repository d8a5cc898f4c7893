//! A queue in which the item with the lowest priority comes first; equal ones in the order in which they came.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::object::ObjectRef;
use crate::signature::{Kind, required};
use crate::value::Value;

const NAME: &str = "PriorityQueue";

struct Entry {
    priority: f64,
    /// Which item it was, counted from the first.
    number: u64,
    item: Value,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.total_cmp(&other.priority).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

#[derive(Default)]
struct Items {
    heap: BinaryHeap<Reverse<Entry>>,
    pushed: u64,
}

pub static PRIORITY_QUEUE: Class = Class {
    module: "collections",
    name: NAME,
    text: "A queue in which the item with the lowest priority comes first, equal ones in the order in which they came.",
    construct: Function {
        module: "collections",
        name: NAME,
        parameters: &[],
        returns: Kind::Object(NAME),
        text: "An empty queue.",
        run: |_| Ok(ObjectRef::new(&PRIORITY_QUEUE, Items::default()).into()),
    },
    methods: &[
        Method {
            class: NAME,
            name: "push",
            parameters: &[required("item", Kind::Any), required("priority", Kind::Number)],
            returns: Kind::Nothing,
            text: "Adds an item.",
            run: |this, args| {
                let (item, priority) = (args.any(), args.number()?);
                if priority.is_nan() {
                    return Err(args.wrong("must be a number, and is NaN"));
                }
                let mut items = this.borrow_mut::<Items>()?;
                let number = items.pushed;
                items.pushed += 1;
                // Zero has two signs, which are one priority.
                items.heap.push(Reverse(Entry { priority: priority + 0.0, number, item }));
                Ok(Value::Nil)
            },
        },
        Method {
            class: NAME,
            name: "pop",
            parameters: &[],
            returns: Kind::Maybe(&Kind::Any),
            text: "Takes the first item; nothing where there is none.",
            run: |this, _| Ok(Value::option(this.borrow_mut::<Items>()?.heap.pop().map(|Reverse(entry)| entry.item))),
        },
        Method {
            class: NAME,
            name: "peek",
            parameters: &[],
            returns: Kind::Maybe(&Kind::Record(&[required("item", Kind::Any), required("priority", Kind::Number)])),
            text: "The first item and its priority, which stay there; nothing where there is none.",
            run: |this, _| {
                let items = this.borrow::<Items>()?;
                let shown = |Reverse(entry): &Reverse<Entry>| {
                    Value::map([("item", entry.item.clone()), ("priority", entry.priority.into())])
                };
                Ok(Value::option(items.heap.peek().map(shown)))
            },
        },
        Method {
            class: NAME,
            name: "len",
            parameters: &[],
            returns: Kind::Integer,
            text: "How many items there are.",
            run: |this, _| Ok(Value::count(this.borrow::<Items>()?.heap.len())),
        },
        Method {
            class: NAME,
            name: "to_list",
            parameters: &[],
            returns: Kind::List(&Kind::Any),
            text: "The items, in the order in which they would come.",
            run: to_list,
        },
    ],
};

fn to_list(this: &ObjectRef, _: &mut crate::arguments::Arguments) -> Result<Value, Error> {
    let items = this.borrow::<Items>()?;
    let mut entries: Vec<&Entry> = items.heap.iter().map(|Reverse(entry)| entry).collect();
    entries.sort();
    Ok(Value::list(entries.into_iter().map(|entry| entry.item.clone())))
}
