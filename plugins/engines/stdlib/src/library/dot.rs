//! Graphviz's DOT language (https://graphviz.org/doc/info/lang.html), as far as a drawing needs it.

use std::fmt::Write;

/// A drawing being written.
pub struct Drawing {
    text: String,
    arrow: &'static str,
}

impl Drawing {
    pub fn new(is_directed: bool) -> Self {
        let (kind, arrow) = if is_directed { ("digraph", "->") } else { ("graph", "--") };
        Self { text: format!("{kind} {{\n"), arrow }
    }

    pub fn node(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.line(&quoted(name), attributes);
    }

    pub fn edge(&mut self, from: &str, to: &str, attributes: &[(&str, &str)]) {
        self.line(&format!("{} {} {}", quoted(from), self.arrow, quoted(to)), attributes);
    }

    pub fn finish(mut self) -> String {
        self.text.push_str("}\n");
        self.text
    }

    fn line(&mut self, what: &str, attributes: &[(&str, &str)]) {
        let written: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        let list = if written.is_empty() { String::new() } else { format!(" [{}]", written.join(", ")) };
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "  {what}{list};");
    }
}

/// In quotes only a quote needs an escape; a backslash is doubled, for it begins one in a label.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::Drawing;

    #[test]
    fn names_cannot_leave_their_quotes() {
        let mut drawing = Drawing::new(true);
        drawing.edge("a\"]; b", "c\\\n", &[("label", "\"")]);
        assert_eq!(drawing.finish(), "digraph {\n  \"a\\\"]; b\" -> \"c\\\\\\n\" [label=\"\\\"\"];\n}\n");
    }
}
