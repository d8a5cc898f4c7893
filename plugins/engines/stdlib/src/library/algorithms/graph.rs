//! The graph itself: nodes with names, weighted edges, directed or not.
//!
//! Between two nodes there is one edge at most (each way, where edges have a direction). Nodes and edges keep the order in which
//! they came, so that every answer has one order.

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};

use crate::error::Error;
use crate::library::dot::Drawing;
use crate::library::order;
use crate::wit::crucible::plugin::types::ErrorCode;

#[derive(Debug, Clone)]
pub struct Graph {
    pub is_directed: bool,
    names: Vec<String>,
    places: BTreeMap<String, usize>,
    edges: Vec<Edge>,
    edge_places: BTreeMap<(usize, usize), usize>,
    /// The edges that leave each node, in the order in which they came; without directions all that touch it.
    leaving: Vec<Vec<usize>>,
}

#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub weight: f64,
}

impl Edge {
    /// The end that is not `node`.
    fn other(&self, node: usize) -> usize {
        if self.from == node { self.to } else { self.from }
    }
}

impl Graph {
    pub fn new(is_directed: bool) -> Self {
        Self {
            is_directed,
            names: Vec::new(),
            places: BTreeMap::new(),
            edges: Vec::new(),
            edge_places: BTreeMap::new(),
            leaving: Vec::new(),
        }
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn name(&self, node: usize) -> &str {
        &self.names[node]
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The node with this name, which must be there.
    pub fn node(&self, name: &str) -> Result<usize, Error> {
        self.place(name).ok_or_else(|| Error::new(ErrorCode::NotFound, format!("the graph has no node \"{name}\"")))
    }

    /// The node with this name, a new one where there is none.
    pub fn add_node(&mut self, name: &str) -> usize {
        if let Some(node) = self.place(name) {
            return node;
        }
        let node = self.names.len();
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), node);
        self.leaving.push(Vec::new());
        node
    }

    /// Adds an edge and the nodes that are missing, or changes the weight of the edge that is there.
    pub fn add_edge(&mut self, from: &str, to: &str, weight: f64) -> Result<(), Error> {
        if !(weight >= 0.0 && weight.is_finite()) {
            let edge = format!("\"{from}\" to \"{to}\"");
            return Err(Error::invalid(format!(
                "the weight of an edge must be a number from 0, got {weight} for {edge}"
            )));
        }
        let (from, to) = (self.add_node(from), self.add_node(to));
        let place = *self.edge_places.entry(self.key(from, to)).or_insert(self.edges.len());
        if let Some(edge) = self.edges.get_mut(place) {
            edge.weight = weight;
            return Ok(());
        }
        self.edges.push(Edge { from, to, weight });
        self.leaving[from].push(place);
        if !self.is_directed && from != to {
            self.leaving[to].push(place);
        }
        Ok(())
    }

    pub fn edge(&self, from: usize, to: usize) -> Option<&Edge> {
        self.edge_places.get(&self.key(from, to)).map(|place| &self.edges[*place])
    }

    fn key(&self, from: usize, to: usize) -> (usize, usize) {
        if self.is_directed { (from, to) } else { (from.min(to), from.max(to)) }
    }

    /// Where the edges of a node lead, and their weights.
    pub fn neighbors(&self, node: usize) -> impl Iterator<Item = (usize, f64)> {
        self.leaving[node].iter().map(move |place| (self.edges[*place].other(node), self.edges[*place].weight))
    }

    /// The same nodes, every edge the other way round.
    pub fn reversed(&self) -> Self {
        let mut graph = Self::new(self.is_directed);
        for name in &self.names {
            graph.add_node(name);
        }
        for edge in &self.edges {
            let place = graph.edges.len();
            graph.edges.push(Edge { from: edge.to, to: edge.from, weight: edge.weight });
            graph.edge_places.insert(graph.key(edge.to, edge.from), place);
            graph.leaving[edge.to].push(place);
            if !self.is_directed && edge.from != edge.to {
                graph.leaving[edge.from].push(place);
            }
        }
        graph
    }

    /// For the algorithms of `petgraph`: an edge without a direction is two of them.
    pub fn arcs(&self) -> DiGraph<(), f64> {
        let mut arcs = DiGraph::with_capacity(self.len(), self.edges.len());
        for _ in &self.names {
            arcs.add_node(());
        }
        for edge in &self.edges {
            let (from, to) = (NodeIndex::new(edge.from), NodeIndex::new(edge.to));
            arcs.add_edge(from, to, edge.weight);
            if !self.is_directed && from != to {
                arcs.add_edge(to, from, edge.weight);
            }
        }
        arcs
    }

    /// Waves of nodes: each after all that lead to it. A cycle is an error that names it.
    pub fn layers(&self) -> Result<Vec<Vec<usize>>, Error> {
        if !self.is_directed {
            return Err(Error::invalid("a graph whose edges have no direction has no order"));
        }
        let before: Vec<(usize, usize)> = self.edges.iter().map(|edge| (edge.from, edge.to)).collect();
        order::waves(self.len(), &before).map_err(|cycle| order::cycle_error(cycle.iter().map(|node| self.name(*node))))
    }

    /// In Graphviz's language; weights other than 1 are labels.
    pub fn to_dot(&self) -> String {
        let mut drawing = Drawing::new(self.is_directed);
        for name in &self.names {
            drawing.node(name, &[]);
        }
        for edge in &self.edges {
            let weight = edge.weight.to_string();
            let attributes: &[(&str, &str)] = if edge.weight == 1.0 { &[] } else { &[("label", &weight)] };
            drawing.edge(self.name(edge.from), self.name(edge.to), attributes);
        }
        drawing.finish()
    }
}
