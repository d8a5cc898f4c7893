//! Communities: groups with more edges inside than between, found by the Louvain method (Blondel, Guillaume, Lambiotte, Lefebvre
//! 2008). Nodes are visited in their order, so that the same graph gives the same groups. Directions do not matter.

use std::collections::BTreeMap;

use super::graph::Graph;

/// A gain that is only a rounding error moves nobody.
const SMALLEST_GAIN: f64 = 1e-12;

/// A graph in which each node may stand for many: what hangs on it, and what hangs together inside of it.
struct Network {
    neighbors: Vec<BTreeMap<usize, f64>>,
    /// Twice the weight of the edges inside of each node.
    inside: Vec<f64>,
}

impl Network {
    fn new(count: usize) -> Self {
        Self { neighbors: vec![BTreeMap::new(); count], inside: vec![0.0; count] }
    }

    fn of(graph: &Graph) -> Self {
        let mut network = Self::new(graph.len());
        for edge in graph.edges() {
            network.add(edge.from, edge.to, edge.weight);
        }
        network
    }

    fn add(&mut self, one: usize, two: usize, weight: f64) {
        if one == two {
            self.inside[one] += 2.0 * weight;
        } else {
            *self.neighbors[one].entry(two).or_insert(0.0) += weight;
            *self.neighbors[two].entry(one).or_insert(0.0) += weight;
        }
    }

    /// The weight of all ends of edges at a node.
    fn ends(&self, node: usize) -> f64 {
        self.inside[node] + self.neighbors[node].values().sum::<f64>()
    }
}

/// The community of each node, as a number. A larger resolution gives smaller communities; 1 is the usual one.
pub fn louvain(graph: &Graph, resolution: f64) -> Vec<usize> {
    let mut network = Network::of(graph);
    let mut labels: Vec<usize> = (0..graph.len()).collect();
    loop {
        let (moved, is_changed) = move_nodes(&network, resolution);
        if !is_changed {
            return labels;
        }
        let numbers = numbered(&moved);
        for label in &mut labels {
            *label = numbers[&moved[*label]];
        }
        network = merged(&network, &moved, &numbers);
    }
}

/// Moves nodes to the community of a neighbour as long as the modularity grows.
fn move_nodes(network: &Network, resolution: f64) -> (Vec<usize>, bool) {
    let count = network.inside.len();
    let ends: Vec<f64> = (0..count).map(|node| network.ends(node)).collect();
    let total: f64 = ends.iter().sum();
    let mut community: Vec<usize> = (0..count).collect();
    let mut sizes = ends.clone();
    let mut is_changed = false;
    let mut is_moving = total > 0.0;
    while is_moving {
        is_moving = false;
        for node in 0..count {
            let mut links: BTreeMap<usize, f64> = BTreeMap::from([(community[node], 0.0)]);
            for (neighbor, weight) in &network.neighbors[node] {
                *links.entry(community[*neighbor]).or_insert(0.0) += weight;
            }
            let own = community[node];
            sizes[own] -= ends[node];
            let gain = |candidate: usize, links: f64| links - resolution * sizes[candidate] * ends[node] / total;
            let mut best = (own, gain(own, links[&own]));
            for (candidate, weight) in links {
                let gained = gain(candidate, weight);
                if gained > best.1 + SMALLEST_GAIN {
                    best = (candidate, gained);
                }
            }
            sizes[best.0] += ends[node];
            community[node] = best.0;
            is_moving |= best.0 != own;
        }
        is_changed |= is_moving;
    }
    (community, is_changed)
}

/// The communities as numbers from 0, in the order of their first nodes.
fn numbered(community: &[usize]) -> BTreeMap<usize, usize> {
    let mut numbers = BTreeMap::new();
    for label in community {
        let next = numbers.len();
        numbers.entry(*label).or_insert(next);
    }
    numbers
}

/// Each community as one node.
fn merged(network: &Network, community: &[usize], numbers: &BTreeMap<usize, usize>) -> Network {
    let mut merged = Network::new(numbers.len());
    for (node, neighbors) in network.neighbors.iter().enumerate() {
        let place = numbers[&community[node]];
        merged.inside[place] += network.inside[node];
        // Every edge is seen from both of its ends.
        for (neighbor, weight) in neighbors.iter().filter(|(neighbor, _)| node < **neighbor) {
            merged.add(place, numbers[&community[*neighbor]], *weight);
        }
    }
    merged
}

/// How good a division is: the share of edges inside of communities, less what chance would give (Newman and Girvan 2004).
pub fn modularity(graph: &Graph, labels: &[usize]) -> f64 {
    let network = Network::of(graph);
    let total: f64 = (0..labels.len()).map(|node| network.ends(node)).sum();
    let mut inside: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (node, label) in labels.iter().enumerate() {
        let (within, ends) = inside.entry(*label).or_default();
        *ends += network.ends(node);
        *within += network.inside[node];
        *within += network.neighbors[node]
            .iter()
            .filter(|(neighbor, _)| labels[**neighbor] == *label)
            .map(|(_, weight)| weight)
            .sum::<f64>();
    }
    if total == 0.0 {
        return 0.0;
    }
    inside.values().map(|(within, ends)| within / total - (ends / total).powi(2)).sum()
}
