//! Walks and paths: breadth first, depth first, shortest paths (Dijkstra's algorithm; A* with a heuristic), components.

use std::cell::RefCell;
use std::collections::VecDeque;

use petgraph::algo::{astar, dijkstra, kosaraju_scc};
use petgraph::graph::NodeIndex;

use super::graph::Graph;
use crate::error::Error;
use crate::object::FunctionRef;
use crate::value::Value;

/// The nodes that can be reached, each with the number of edges to it, nearest first.
pub fn breadth_first(graph: &Graph, start: usize) -> Vec<(usize, usize)> {
    let mut seen = vec![false; graph.len()];
    let mut waiting = VecDeque::from([(start, 0)]);
    let mut reached = Vec::new();
    seen[start] = true;
    while let Some((node, depth)) = waiting.pop_front() {
        reached.push((node, depth));
        for (next, _) in graph.neighbors(node) {
            if !std::mem::replace(&mut seen[next], true) {
                waiting.push_back((next, depth + 1));
            }
        }
    }
    reached
}

/// The nodes that can be reached, in the order in which a walk that goes on as long as it can first meets them.
pub fn depth_first(graph: &Graph, start: usize) -> Vec<usize> {
    let mut seen = vec![false; graph.len()];
    let mut waiting = vec![start];
    let mut reached = Vec::new();
    while let Some(node) = waiting.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        reached.push(node);
        let next: Vec<usize> = graph.neighbors(node).map(|(next, _)| next).filter(|next| !seen[*next]).collect();
        waiting.extend(next.into_iter().rev());
    }
    reached
}

/// The nodes of a shortest path and what it costs; none where there is no path. With a heuristic, a function that never gives
/// more than the rest of the way costs, fewer nodes are looked at.
pub fn shortest(
    graph: &Graph,
    (from, to): (usize, usize),
    heuristic: Option<&FunctionRef>,
) -> Result<Option<(Vec<usize>, f64)>, Error> {
    let failed: RefCell<Option<Error>> = RefCell::new(None);
    let estimate = |node: NodeIndex| match heuristic {
        Some(heuristic) if failed.borrow().is_none() => {
            ask(graph, heuristic, (node.index(), to)).unwrap_or_else(|error| {
                failed.replace(Some(error));
                0.0
            })
        }
        _ => 0.0,
    };
    let goal = |node: NodeIndex| failed.borrow().is_some() || node.index() == to;
    let found = astar(&graph.arcs(), NodeIndex::new(from), goal, |edge| *edge.weight(), estimate);
    match failed.into_inner() {
        Some(error) => Err(error),
        None => Ok(found.map(|(cost, path)| (path.into_iter().map(NodeIndex::index).collect(), cost))),
    }
}

/// What the function thinks of the way between two nodes.
fn ask(graph: &Graph, heuristic: &FunctionRef, (node, to): (usize, usize)) -> Result<f64, Error> {
    match heuristic.call(vec![graph.name(node).into(), graph.name(to).into()])? {
        Value::Integer(number) if number >= 0 => Ok(number as f64),
        Value::Float(number) if number >= 0.0 && number.is_finite() => Ok(number),
        other => Err(Error::invalid(format!(
            "Graph.shortest_path: `heuristic` must give a number from 0, got {}",
            other.kind()
        ))),
    }
}

/// What the shortest path to each node costs that can be reached; nearest first, then in the order of the nodes.
pub fn distances(graph: &Graph, from: usize) -> Vec<(usize, f64)> {
    let costs = dijkstra(&graph.arcs(), NodeIndex::new(from), None, |edge| *edge.weight());
    let mut costs: Vec<(usize, f64)> = costs.into_iter().map(|(node, cost)| (node.index(), cost)).collect();
    costs.sort_by(|(one, near), (two, far)| near.total_cmp(far).then(one.cmp(two)));
    costs
}

/// Groups of nodes that hang together, whatever the direction of edges.
pub fn components(graph: &Graph) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = (0..graph.len()).collect();
    for edge in graph.edges() {
        let (one, two) = (root(&mut parents, edge.from), root(&mut parents, edge.to));
        // The first node of a group stands for it.
        parents[one.max(two)] = one.min(two);
    }
    let labels: Vec<usize> = (0..graph.len()).map(|node| root(&mut parents, node)).collect();
    groups(&labels)
}

fn root(parents: &mut [usize], mut node: usize) -> usize {
    while parents[node] != node {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    node
}

/// Groups of nodes each of which can be reached from each.
pub fn strong_components(graph: &Graph) -> Vec<Vec<usize>> {
    let mut labels = vec![0; graph.len()];
    for (label, group) in kosaraju_scc(&graph.arcs()).iter().enumerate() {
        for node in group {
            labels[node.index()] = label;
        }
    }
    groups(&labels)
}

/// Nodes with the same label, largest group first, then in the order of their first nodes.
pub fn groups(labels: &[usize]) -> Vec<Vec<usize>> {
    let mut places = std::collections::BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (node, label) in labels.iter().enumerate() {
        let place = *places.entry(*label).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(node);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}
