//! The class `Tree`: its rows, and what must hold before the tree changes.

use std::cell::Ref;

use super::nodes::{Order, Tree};
use crate::arguments::Arguments;
use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::object::ObjectRef;
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::types::ErrorCode;

const NAME: &str = "Tree";
const NODES: Kind = Kind::List(&Kind::Text);
const NODE: &[Parameter] = &[required("node", Kind::Text)];

const ORDERS: [(&str, Order); 3] = [("pre", Order::Pre), ("post", Order::Post), ("breadth", Order::Breadth)];

pub static TREE: Class = Class {
    module: "collections",
    name: NAME,
    text: "A tree of named nodes, each with a value; children keep their order, and there may be several roots.",
    construct: Function {
        module: "collections",
        name: NAME,
        parameters: &[],
        returns: Kind::Object(NAME),
        text: "An empty tree.",
        run: |_| Ok(ObjectRef::new(&TREE, Tree::default()).into()),
    },
    methods: &[
        method(
            "add",
            &[required("node", Kind::Text), optional("parent", Kind::Text), optional("value", Kind::Any)],
            Kind::Nothing,
            "Adds a node as the last child of its parent, or as a root; a name that is there is a `conflict`.",
            |this, args| {
                let (node, parent, value) = (args.text()?, args.optional_text()?, args.any());
                let mut tree = this.borrow_mut::<Tree>()?;
                if tree.has(&node) {
                    return Err(Error::new(ErrorCode::Conflict, format!("the tree has a node \"{node}\" already")));
                }
                parent.iter().try_for_each(|parent| found(&tree, parent))?;
                tree.add(&node, parent, value);
                Ok(Value::Nil)
            },
        ),
        method("has", NODE, Kind::Bool, "Whether there is such a node.", |this, args| {
            Ok(tree(this)?.has(&args.text()?).into())
        }),
        method("len", &[], Kind::Integer, "How many nodes there are.", |this, _| Ok(Value::count(tree(this)?.len()))),
        method("value", NODE, Kind::Any, "The value of a node.", |this, args| {
            let (tree, node) = existing(this, args)?;
            Ok(tree.value(&node).cloned().unwrap_or(Value::Nil))
        }),
        method(
            "set_value",
            &[required("node", Kind::Text), optional("value", Kind::Any)],
            Kind::Nothing,
            "Changes the value of a node.",
            |this, args| {
                let node = args.text()?;
                let mut tree = this.borrow_mut::<Tree>()?;
                found(&tree, &node)?;
                tree.set_value(&node, args.any());
                Ok(Value::Nil)
            },
        ),
        method("parent", NODE, Kind::Maybe(&Kind::Text), "The node above; nothing for a root.", |this, args| {
            let (tree, node) = existing(this, args)?;
            Ok(Value::option(tree.parent(&node)))
        }),
        method(
            "children",
            &[optional("node", Kind::Text)],
            NODES,
            "The nodes below, in their order; the roots where no node is given.",
            |this, args| {
                let node = args.optional_text()?;
                let tree = tree(this)?;
                node.iter().try_for_each(|node| found(&tree, node))?;
                Ok(Value::list(tree.children(node.as_deref()).iter().cloned()))
            },
        ),
        method("ancestors", NODE, NODES, "The nodes above, from the parent to the root.", |this, args| {
            let (tree, node) = existing(this, args)?;
            Ok(Value::list(tree.ancestors(&node)))
        }),
        method(
            "walk",
            &[optional("order", Kind::Word(&["pre", "post", "breadth"])), optional("node", Kind::Text)],
            Kind::List(&Kind::Record(&[required("node", Kind::Text), required("depth", Kind::Integer)])),
            "A node and all below it, or all nodes, each with its depth from there: before its children (`pre`, where nothing is said), behind them (`post`), or one depth after the other (`breadth`).",
            |this, args| {
                let order = args.optional_word(&ORDERS, Order::Pre)?;
                let start = args.optional_text()?;
                let tree = tree(this)?;
                start.iter().try_for_each(|node| found(&tree, node))?;
                let row =
                    |(node, depth): (&str, usize)| Value::map([("node", node.into()), ("depth", Value::count(depth))]);
                Ok(Value::list(tree.walk(start.as_deref(), order).into_iter().map(row)))
            },
        ),
        method(
            "move_to",
            &[required("node", Kind::Text), optional("parent", Kind::Text)],
            Kind::Nothing,
            "Puts a node and all below it under another, as its last child, or makes it a root; under itself is a `conflict`.",
            move_node,
        ),
        method(
            "remove",
            NODE,
            Kind::Integer,
            "Removes a node and all below it, and gives how many these were.",
            |this, args| {
                let node = args.text()?;
                let mut tree = this.borrow_mut::<Tree>()?;
                found(&tree, &node)?;
                Ok(Value::count(tree.remove(&node)))
            },
        ),
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

fn tree(this: &ObjectRef) -> Result<Ref<'_, Tree>, Error> {
    this.borrow()
}

fn existing<'a>(this: &'a ObjectRef, args: &mut Arguments) -> Result<(Ref<'a, Tree>, String), Error> {
    let (tree, node) = (tree(this)?, args.text()?);
    found(&tree, &node)?;
    Ok((tree, node))
}

fn found(tree: &Tree, node: &str) -> Result<(), Error> {
    if tree.has(node) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::NotFound, format!("the tree has no node \"{node}\"")))
}

fn move_node(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let (node, parent) = (args.text()?, args.optional_text()?);
    let mut tree = this.borrow_mut::<Tree>()?;
    found(&tree, &node)?;
    if let Some(parent) = &parent {
        found(&tree, parent)?;
        if *parent == node || tree.ancestors(parent).contains(&node.as_str()) {
            return Err(Error::new(ErrorCode::Conflict, format!("\"{node}\" cannot be put under itself")));
        }
    }
    tree.move_to(&node, parent);
    Ok(Value::Nil)
}
