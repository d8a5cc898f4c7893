//! The kiln's links as a graph. What a plugin may not read is not in it: the nodes come from the capabilities themselves.

use super::graph::Graph;
use super::table::GRAPH;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::host;
use crate::object::ObjectRef;
use crate::signature::{Kind, optional};
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[Function {
    module: "algorithms",
    name: "kiln_graph",
    parameters: &[optional(
        "options",
        Kind::Record(&[
            optional("folder", Kind::Text),
            optional("start", Kind::Text),
            optional("max_depth", Kind::Count),
            optional("max_notes", Kind::Count),
            optional("tags", Kind::List(&Kind::Text)),
        ]),
    )],
    returns: Kind::Object("Graph"),
    text: "A graph of notes and the links between them, weighted by how many there are: the notes of a folder (the whole kiln where none is given), or with `start` those that `graph.traverse` finds from there in both directions. Needs the grant `graph`, and `kiln.read` for a folder.",
    run: kiln_graph,
}];

fn kiln_graph(args: &mut Arguments) -> Result<Value, Error> {
    let mut options = args.options()?;
    let notes = match options.text("start")? {
        Some(start) => {
            let (depth, notes) = (options.count("max_depth")?, options.count("max_notes")?);
            host::graph::around(&start, depth, notes, options.texts("tags")?)?
        }
        None => host::kiln::paths(&options.text("folder")?.unwrap_or_default())?,
    };
    let mut graph = Graph::new(true);
    for note in &notes {
        graph.add_node(note);
    }
    for note in &notes {
        for target in host::graph::targets(note)? {
            let Some(to) = graph.place(&target) else { continue };
            let from = graph.node(note)?;
            let weight = graph.edge(from, to).map_or(0.0, |edge| edge.weight);
            graph.add_edge(note, &target, weight + 1.0)?;
        }
    }
    Ok(ObjectRef::new(&GRAPH, graph).into())
}
