//! How much a node matters: PageRank and the classic measures of centrality. Each gives one number per node.

use std::collections::VecDeque;

use super::graph::Graph;
use super::paths;

/// PageRank by power iteration (Page, Brin, Motwani, Winograd 1998): a walker follows edges by their weights and starts anew with
/// probability `1 - damping`, and where no edge leads on. The numbers add up to 1.
pub fn page_rank(graph: &Graph, damping: f64, iterations: u32, tolerance: f64) -> Vec<f64> {
    let count = graph.len();
    let leaving: Vec<f64> = (0..count).map(|node| graph.neighbors(node).map(|(_, weight)| weight).sum()).collect();
    let mut ranks = vec![1.0 / count as f64; count];
    for _ in 0..iterations {
        let lost: f64 = (0..count).filter(|node| leaving[*node] == 0.0).map(|node| ranks[node]).sum();
        let mut next = vec![(1.0 - damping + damping * lost) / count as f64; count];
        for node in (0..count).filter(|node| leaving[*node] > 0.0) {
            for (to, weight) in graph.neighbors(node) {
                next[to] += damping * ranks[node] * weight / leaving[node];
            }
        }
        let change: f64 = ranks.iter().zip(&next).map(|(before, after)| (before - after).abs()).sum();
        ranks = next;
        if change < tolerance {
            break;
        }
    }
    ranks
}

/// The share of the other nodes that a node has an edge with, in either direction.
pub fn degree(graph: &Graph) -> Vec<f64> {
    let mut degrees = vec![0.0; graph.len()];
    for edge in graph.edges().iter().filter(|edge| edge.from != edge.to) {
        degrees[edge.from] += 1.0;
        degrees[edge.to] += 1.0;
    }
    let others = others(graph);
    degrees.into_iter().map(|degree| degree / others).collect()
}

/// How near the nodes are that can be reached, scaled by how many they are (Wasserman and Faust 1994).
pub fn closeness(graph: &Graph) -> Vec<f64> {
    let others = others(graph);
    (0..graph.len())
        .map(|node| {
            let reached = paths::breadth_first(graph, node);
            let steps: usize = reached.iter().map(|(_, depth)| depth).sum();
            let count = (reached.len() - 1) as f64;
            if steps == 0 { 0.0 } else { count / steps as f64 * (count / others) }
        })
        .collect()
}

/// The share of the shortest paths between other nodes that lead through a node (Brandes 2001), edges counting 1 each.
pub fn betweenness(graph: &Graph) -> Vec<f64> {
    let count = graph.len();
    let mut scores = vec![0.0; count];
    for start in 0..count {
        let mut paths = vec![0.0; count];
        let mut depths = vec![usize::MAX; count];
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut order = Vec::new();
        let mut waiting = VecDeque::from([start]);
        (paths[start], depths[start]) = (1.0, 0);
        while let Some(node) = waiting.pop_front() {
            order.push(node);
            for (next, _) in graph.neighbors(node) {
                if depths[next] == usize::MAX {
                    depths[next] = depths[node] + 1;
                    waiting.push_back(next);
                }
                if depths[next] == depths[node] + 1 {
                    paths[next] += paths[node];
                    before[next].push(node);
                }
            }
        }
        let mut shares = vec![0.0; count];
        for node in order.into_iter().rev() {
            for earlier in &before[node] {
                shares[*earlier] += paths[*earlier] / paths[node] * (1.0 + shares[node]);
            }
            if node != start {
                scores[node] += shares[node];
            }
        }
    }
    // Every pair is walked from both ends, so the scale is the same with directions and without.
    let pairs = others(graph) * (others(graph) - 1.0).max(1.0);
    scores.into_iter().map(|score| score / pairs).collect()
}

fn others(graph: &Graph) -> f64 {
    graph.len().saturating_sub(1).max(1) as f64
}
