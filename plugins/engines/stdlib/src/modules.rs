//! What each module is for: one sentence for the reference.

pub const MODULES: [(&str, &str); 22] = [
    ("kiln", "The person's notes; the capabilities `kiln.read` and `kiln.write`."),
    ("search", "Search over the committed notes; the capability `search`."),
    ("graph", "The links between committed notes; the capability `graph`."),
    ("state", "Values that outlive a call, each anything that can be JSON; the capability `state`."),
    ("network", "HTTP requests; the capability `network`."),
    ("clock", "The time, which the person can freeze; the capability `clock`."),
    ("random", "Numbers from the seed of the call; always there."),
    ("log", "Messages for the person who runs the plugin; always there."),
    ("session", "Notes that log the work of agents; the capability `session`."),
    ("plugins", "Other plugins; the capability `plugins`."),
    ("datalog", "Rules and queries; the capability `datalog`."),
    ("ui", "The person at the screen; the capability `ui`."),
    ("json", "JSON text."),
    ("algorithms", "Graphs of a plugin's own data or of the kiln's links, and what is computed on them."),
    ("machine", "State machines."),
    ("workflow", "Steps that depend on each other, run in waves."),
    ("collections", "Containers that a language may lack, and functions over lists. Items are copied in and out."),
    ("text", "Strings as people see them, of any alphabet."),
    ("path", "Paths of notes and folders, from the kiln's root; none leaves the kiln."),
    ("regex", "Patterns that are matched in linear time."),
    (
        "date",
        "Moments, in milliseconds since 1970-01-01 UTC, and the calendar. Offsets from UTC are in minutes, east positive; `clock.utc_offset_minutes` is the person's.",
    ),
    ("yaml", "YAML text, and the frontmatter of notes."),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::MODULES;
    use crate::{classes, functions};

    #[test]
    fn every_module_of_the_tables_is_here_and_no_other() {
        let used: BTreeSet<&str> =
            functions::all().map(|function| function.module).chain(classes::all().map(|class| class.module)).collect();
        let known: BTreeSet<&str> = MODULES.iter().map(|(name, _)| *name).collect();
        assert_eq!(used, known);
    }
}
