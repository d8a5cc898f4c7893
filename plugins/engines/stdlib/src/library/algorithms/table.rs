//! The class `Graph`: its rows, and how nodes and groups become values.

use super::graph::Graph;
use super::{centrality, communities, paths};
use crate::arguments::{Arguments, Options};
use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::object::ObjectRef;
use crate::signature::{Kind, optional, required};
use crate::value::Value;

const NAME: &str = "Graph";
const NODES: Kind = Kind::List(&Kind::Text);
const GROUPS: Kind = Kind::List(&NODES);
const EDGES: Kind = Kind::List(&Kind::Record(&[
    required("from", Kind::Text),
    required("to", Kind::Text),
    optional("weight", Kind::Number),
]));
const SCORES: Kind = Kind::List(&Kind::Record(&[required("node", Kind::Text), required("score", Kind::Number)]));
const HEURISTIC: Kind = Kind::Function(&[required("node", Kind::Text), required("goal", Kind::Text)], &Kind::Number);

type Measure = fn(&Graph) -> Vec<f64>;

const MEASURES: [(&str, Measure); 3] =
    [("degree", centrality::degree), ("closeness", centrality::closeness), ("betweenness", centrality::betweenness)];

pub static GRAPH: Class = Class {
    module: "algorithms",
    name: NAME,
    text: "A graph: nodes with names and edges with weights. Answers are in the order in which nodes and edges came, where nothing else is said.",
    construct: Function {
        module: "algorithms",
        name: NAME,
        parameters: &[optional(
            "options",
            Kind::Record(&[optional("directed", Kind::Bool), optional("nodes", NODES), optional("edges", EDGES)]),
        )],
        returns: Kind::Object(NAME),
        text: "A graph of these nodes and edges; edges have a direction unless `directed` is false.",
        run: construct,
    },
    methods: &[
        method(
            "add_node",
            &[required("node", Kind::Text)],
            Kind::Nothing,
            "Adds a node, if it is not there.",
            |this, args| {
                this.borrow_mut::<Graph>()?.add_node(&args.text()?);
                Ok(Value::Nil)
            },
        ),
        method(
            "add_edge",
            &[required("from", Kind::Text), required("to", Kind::Text), optional("weight", Kind::Number)],
            Kind::Nothing,
            "Adds an edge, and the nodes that are missing; where there is one, changes its weight. Weights are numbers from 0; 1 where none is given.",
            |this, args| {
                let (from, to, weight) = (args.text()?, args.text()?, args.optional_number()?.unwrap_or(1.0));
                Ok(this.borrow_mut::<Graph>()?.add_edge(&from, &to, weight)?.into())
            },
        ),
        method(
            "has_node",
            &[required("node", Kind::Text)],
            Kind::Bool,
            "Whether there is such a node.",
            |this, args| Ok(graph(this)?.place(&args.text()?).is_some().into()),
        ),
        method(
            "weight",
            &[required("from", Kind::Text), required("to", Kind::Text)],
            Kind::Maybe(&Kind::Number),
            "The weight of an edge; nothing where there is none.",
            |this, args| {
                let graph = graph(this)?;
                let (from, to) = (graph.node(&args.text()?)?, graph.node(&args.text()?)?);
                Ok(Value::option(graph.edge(from, to).map(|edge| edge.weight)))
            },
        ),
        method("nodes", &[], NODES, "The names of all nodes.", |this, _| {
            Ok(Value::list(graph(this)?.names().iter().cloned()))
        }),
        method("edges", &[], EDGES, "All edges, `{from, to, weight}`.", |this, _| edges(&*graph(this)?)),
        method("len", &[], Kind::Integer, "How many nodes there are.", |this, _| Ok(Value::count(graph(this)?.len()))),
        method("neighbors", &[required("node", Kind::Text)], NODES, "Where the edges of a node lead.", |this, args| {
            let graph = graph(this)?;
            let node = graph.node(&args.text()?)?;
            Ok(names(&graph, graph.neighbors(node).map(|(next, _)| next)))
        }),
        method("reversed", &[], Kind::Object(NAME), "A new graph with every edge the other way round.", |this, _| {
            let reversed = graph(this)?.reversed();
            Ok(ObjectRef::new(&GRAPH, reversed).into())
        }),
        method(
            "breadth_first",
            &[required("start", Kind::Text)],
            Kind::List(&Kind::Record(&[required("node", Kind::Text), required("depth", Kind::Integer)])),
            "The nodes that can be reached, nearest first, each with the number of edges to it.",
            |this, args| {
                let graph = graph(this)?;
                let reached = paths::breadth_first(&graph, graph.node(&args.text()?)?);
                let visit =
                    |(node, depth)| Value::map([("node", graph.name(node).into()), ("depth", Value::count(depth))]);
                Ok(Value::list(reached.into_iter().map(visit)))
            },
        ),
        method(
            "depth_first",
            &[required("start", Kind::Text)],
            NODES,
            "The nodes that can be reached, in the order in which a walk meets them that goes on as far as it can first.",
            |this, args| {
                let graph = graph(this)?;
                Ok(names(&graph, paths::depth_first(&graph, graph.node(&args.text()?)?)))
            },
        ),
        method(
            "shortest_path",
            &[required("from", Kind::Text), required("to", Kind::Text), optional("heuristic", HEURISTIC)],
            Kind::Maybe(&Kind::Record(&[required("nodes", NODES), required("cost", Kind::Number)])),
            "The path with the smallest sum of weights (Dijkstra), nothing where there is none. With a function that gives what the rest of the way costs at least, fewer nodes are looked at (A*).",
            shortest_path,
        ),
        method(
            "distances",
            &[required("from", Kind::Text)],
            Kind::List(&Kind::Record(&[required("node", Kind::Text), required("cost", Kind::Number)])),
            "The nodes that can be reached, nearest first, each with the cost of its shortest path.",
            |this, args| {
                let graph = graph(this)?;
                let costs = paths::distances(&graph, graph.node(&args.text()?)?);
                let row =
                    |(node, cost): (usize, f64)| Value::map([("node", graph.name(node).into()), ("cost", cost.into())]);
                Ok(Value::list(costs.into_iter().map(row)))
            },
        ),
        method(
            "components",
            &[],
            GROUPS,
            "Groups of nodes that hang together whatever the direction of edges, largest first.",
            |this, _| groups(&*graph(this)?, paths::components(&*graph(this)?)),
        ),
        method(
            "strong_components",
            &[],
            GROUPS,
            "Groups of nodes each of which can be reached from each, largest first.",
            |this, _| groups(&*graph(this)?, paths::strong_components(&*graph(this)?)),
        ),
        method(
            "topological_order",
            &[],
            NODES,
            "The nodes, each after all that lead to it; a cycle is a `conflict` that names it.",
            |this, _| Ok(names(&*graph(this)?, graph(this)?.layers()?.concat())),
        ),
        method(
            "layers",
            &[],
            GROUPS,
            "The nodes in groups: those that nothing leads to, those that only these lead to, and so on; a cycle is a `conflict` that names it.",
            |this, _| groups(&*graph(this)?, graph(this)?.layers()?),
        ),
        method(
            "page_rank",
            &[optional(
                "options",
                Kind::Record(&[
                    optional("damping", Kind::Number),
                    optional("iterations", Kind::Count),
                    optional("tolerance", Kind::Number),
                ]),
            )],
            SCORES,
            "PageRank, highest first; the scores add up to 1. `damping` is 0.85 where nothing is said; it ends after `iterations` (100), or when the scores change by less than `tolerance` (1e-9) in all.",
            page_rank,
        ),
        method(
            "centrality",
            &[required("measure", Kind::Word(&["degree", "closeness", "betweenness"]))],
            SCORES,
            "How much each node matters, highest first, from 0 to 1 (`degree` of a directed graph: to 2); edges count 1 each.",
            |this, args| {
                let measure = args.word(&MEASURES)?;
                let graph = graph(this)?;
                Ok(scores(&graph, &measure(&graph)))
            },
        ),
        method(
            "communities",
            &[optional("resolution", Kind::Number)],
            GROUPS,
            "Groups with more edges inside than between (Louvain), largest first. A resolution above 1 gives smaller groups.",
            |this, args| {
                let resolution = positive(args, 1.0)?;
                let graph = graph(this)?;
                groups(&graph, paths::groups(&communities::louvain(&graph, resolution)))
            },
        ),
        method(
            "modularity",
            &[required("groups", GROUPS)],
            Kind::Number,
            "How well groups of all nodes divide the graph: the share of edges inside of them, less what chance would give.",
            modularity,
        ),
        method("to_dot", &[], Kind::Text, "The graph in Graphviz's language.", |this, _| {
            Ok(graph(this)?.to_dot().into())
        }),
    ],
};

type Run = fn(&ObjectRef, &mut Arguments) -> Result<Value, Error>;

const fn method(
    name: &'static str,
    parameters: &'static [crate::signature::Parameter],
    returns: Kind,
    text: &'static str,
    run: Run,
) -> Method {
    Method { class: NAME, name, parameters, returns, text, run }
}

fn graph(this: &ObjectRef) -> Result<std::cell::Ref<'_, Graph>, Error> {
    this.borrow()
}

fn construct(args: &mut Arguments) -> Result<Value, Error> {
    let mut options = args.options()?;
    let mut graph = Graph::new(options.boolean("directed")?.unwrap_or(true));
    for node in options.texts("nodes")? {
        graph.add_node(&node);
    }
    for edge in options.list("edges")? {
        let mut edge = Options::within(args.path(), edge)?;
        let (from, to) = (edge.text("from")?.unwrap_or_default(), edge.text("to")?.unwrap_or_default());
        graph.add_edge(&from, &to, edge.number("weight")?.unwrap_or(1.0))?;
    }
    Ok(ObjectRef::new(&GRAPH, graph).into())
}

fn shortest_path(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let (from, to, heuristic) = (args.text()?, args.text()?, args.optional_function()?);
    let graph = graph(this)?;
    let ends = (graph.node(&from)?, graph.node(&to)?);
    let found = paths::shortest(&graph, ends, heuristic.as_ref())?;
    let path = found.map(|(nodes, cost)| Value::map([("nodes", names(&graph, nodes)), ("cost", cost.into())]));
    Ok(Value::option(path))
}

fn page_rank(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let mut options = args.options()?;
    let damping = options.number("damping")?.unwrap_or(0.85);
    if !(0.0..1.0).contains(&damping) {
        return Err(options.wrong("damping", &format!("must be from 0 to below 1, got {damping}")));
    }
    let iterations = options.count("iterations")?.unwrap_or(100);
    let tolerance = options.number("tolerance")?.unwrap_or(1e-9);
    let graph = graph(this)?;
    Ok(scores(&graph, &centrality::page_rank(&graph, damping, iterations, tolerance)))
}

fn modularity(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let given = args.list()?;
    let graph = graph(this)?;
    let mut labels = vec![usize::MAX; graph.len()];
    for (label, group) in given.into_iter().enumerate() {
        let Value::List(nodes) = group else { continue };
        for node in nodes {
            if let Value::Text(name) = node {
                labels[graph.node(&name)?] = label;
            }
        }
    }
    match labels.iter().position(|label| *label == usize::MAX) {
        Some(node) => Err(args.wrong(&format!("must have every node, and lack \"{}\"", graph.name(node)))),
        None => Ok(communities::modularity(&graph, &labels).into()),
    }
}

fn positive(args: &mut Arguments, default: f64) -> Result<f64, Error> {
    match args.optional_number()? {
        None => Ok(default),
        Some(number) if number > 0.0 && number.is_finite() => Ok(number),
        Some(number) => Err(args.wrong(&format!("must be a number above 0, got {number}"))),
    }
}

fn edges(graph: &Graph) -> Result<Value, Error> {
    let edge = |edge: &super::graph::Edge| {
        let (from, to) = (graph.name(edge.from).into(), graph.name(edge.to).into());
        Value::map([("from", from), ("to", to), ("weight", edge.weight.into())])
    };
    Ok(Value::list(graph.edges().iter().map(edge)))
}

fn names(graph: &Graph, nodes: impl IntoIterator<Item = usize>) -> Value {
    Value::list(nodes.into_iter().map(|node| graph.name(node)))
}

fn groups(graph: &Graph, groups: Vec<Vec<usize>>) -> Result<Value, Error> {
    Ok(Value::list(groups.into_iter().map(|nodes| names(graph, nodes))))
}

/// Highest first, then in the order of the nodes.
fn scores(graph: &Graph, scores: &[f64]) -> Value {
    let mut order: Vec<usize> = (0..graph.len()).collect();
    order.sort_by(|one, two| scores[*two].total_cmp(&scores[*one]));
    let score = |node: usize| Value::map([("node", graph.name(node).into()), ("score", scores[node].into())]);
    Value::list(order.into_iter().map(score))
}
