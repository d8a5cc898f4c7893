//! The tree itself. A node is named by a string, and no two have the same name. Nothing here recurses: a tree may be as deep as it
//! has nodes.

use std::collections::BTreeMap;

use crate::value::Value;

#[derive(Debug, Default)]
pub struct Tree {
    nodes: BTreeMap<String, Node>,
    roots: Vec<String>,
}

#[derive(Debug)]
struct Node {
    parent: Option<String>,
    children: Vec<String>,
    value: Value,
}

/// In which order a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// A node before its children.
    Pre,
    /// A node behind its children.
    Post,
    /// All nodes of one depth before those of the next.
    Breadth,
}

impl Tree {
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn has(&self, name: &str) -> bool {
        self.nodes.contains_key(name)
    }

    /// Adds a node below its parent, which is there, as its last child.
    pub fn add(&mut self, name: &str, parent: Option<String>, value: Value) {
        self.siblings(parent.as_deref()).push(name.to_owned());
        self.nodes.insert(name.to_owned(), Node { parent, children: Vec::new(), value });
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.nodes.get(name).map(|node| &node.value)
    }

    pub fn set_value(&mut self, name: &str, value: Value) {
        if let Some(node) = self.nodes.get_mut(name) {
            node.value = value;
        }
    }

    pub fn parent(&self, name: &str) -> Option<&str> {
        self.nodes.get(name)?.parent.as_deref()
    }

    /// The children of a node, or the roots.
    pub fn children(&self, name: Option<&str>) -> &[String] {
        match name {
            Some(name) => self.nodes.get(name).map_or(&[], |node| &node.children),
            None => &self.roots,
        }
    }

    /// From the parent up to the root.
    pub fn ancestors(&self, name: &str) -> Vec<&str> {
        std::iter::successors(self.parent(name), |name| self.parent(name)).collect()
    }

    /// The node and all below it, or all nodes, each with its depth from there.
    pub fn walk(&self, start: Option<&str>, order: Order) -> Vec<(&str, usize)> {
        let mut walked: Vec<(&str, usize)> = match start.and_then(|name| self.nodes.get_key_value(name)) {
            Some((name, _)) => vec![(name, 0)],
            None => self.roots.iter().map(|root| (root.as_str(), 0)).collect(),
        };
        if order == Order::Breadth {
            let mut next = 0;
            while let Some((name, depth)) = walked.get(next).copied() {
                walked.extend(self.children(Some(name)).iter().map(|child| (child.as_str(), depth + 1)));
                next += 1;
            }
            return walked;
        }
        // Pre-order from the left; post-order is pre-order from the right, read backwards.
        let mut waiting = walked;
        if order == Order::Pre {
            waiting.reverse();
        }
        let mut walked = Vec::new();
        while let Some((name, depth)) = waiting.pop() {
            walked.push((name, depth));
            let children = self.children(Some(name)).iter().map(|child| (child.as_str(), depth + 1));
            if order == Order::Pre { waiting.extend(children.rev()) } else { waiting.extend(children) }
        }
        if order == Order::Post {
            walked.reverse();
        }
        walked
    }

    /// Puts a node, with all below it, under another parent as its last child; the parent is not below it.
    pub fn move_to(&mut self, name: &str, parent: Option<String>) {
        self.detach(name);
        self.siblings(parent.as_deref()).push(name.to_owned());
        if let Some(node) = self.nodes.get_mut(name) {
            node.parent = parent;
        }
    }

    /// Removes a node and all below it, and tells how many these were.
    pub fn remove(&mut self, name: &str) -> usize {
        self.detach(name);
        let below: Vec<String> =
            self.walk(Some(name), Order::Pre).into_iter().map(|(name, _)| name.to_owned()).collect();
        for name in &below {
            self.nodes.remove(name);
        }
        below.len()
    }

    fn detach(&mut self, name: &str) {
        let parent = self.parent(name).map(str::to_owned);
        self.siblings(parent.as_deref()).retain(|child| child != name);
    }

    fn siblings(&mut self, parent: Option<&str>) -> &mut Vec<String> {
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => &mut parent.children,
            None => &mut self.roots,
        }
    }
}
