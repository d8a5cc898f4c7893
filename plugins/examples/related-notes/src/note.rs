//! What a note says of its relations: the targets of its wikilinks, and its tags. Frontmatter gives tags only; code gives nothing.

use std::collections::BTreeSet;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// The texts of `[[…]]` before `#` and `|`, as they are written.
    pub links: Vec<String>,
    /// In lower case, without `#`.
    pub tags: BTreeSet<String>,
}

impl Note {
    pub fn read(text: &str) -> Self {
        let mut note = Self::default();
        let (frontmatter, body) = split_frontmatter(text);
        frontmatter_tags(frontmatter, &mut note.tags);
        let mut fence: Option<&str> = None;
        for line in body.lines() {
            let mark = fence_mark(line);
            match fence {
                None if mark.is_some() => fence = mark,
                None => note.read_line(line),
                Some(open) if mark.is_some_and(|mark| mark.starts_with(open) && mark == line.trim()) => fence = None,
                Some(_) => {}
            }
        }
        note
    }

    fn read_line(&mut self, line: &str) {
        // Every second part between backticks is code.
        for prose in line.split('`').step_by(2) {
            self.read_links(prose);
            for word in prose.split_whitespace() {
                if let Some(tag) = word.strip_prefix('#').and_then(tag_at) {
                    self.tags.insert(tag.to_lowercase());
                }
            }
        }
    }

    fn read_links(&mut self, prose: &str) {
        for part in prose.split("[[").skip(1) {
            let Some((inner, _)) = part.split_once("]]") else { continue };
            let target = inner.split(['#', '|']).next().unwrap_or_default().trim_end_matches('\\').trim();
            if !target.is_empty() {
                self.links.push(target.to_owned());
            }
        }
    }
}

/// The tag that a text begins with; a number alone is none.
fn tag_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphanumeric() && !"-_/".contains(c)).unwrap_or(text.len());
    let tag = &text[..end];
    tag.contains(|c: char| c.is_alphabetic()).then_some(tag)
}

fn split_frontmatter(text: &str) -> (&str, &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return ("", text) };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return (&rest[..at], &rest[at + line.len()..]);
        }
        at += line.len();
    }
    ("", text)
}

/// `tags: [a, b]`, `tags: a, b`, or a list of lines with dashes.
fn frontmatter_tags(frontmatter: &str, tags: &mut BTreeSet<String>) {
    let mut is_list = false;
    for line in frontmatter.lines() {
        if let Some(value) = line.strip_prefix("tags:") {
            is_list = value.trim().is_empty();
            let inner = value.trim().trim_start_matches('[').trim_end_matches(']');
            inner.split(',').for_each(|tag| insert(tag, tags));
        } else if let Some(item) = line.trim_start().strip_prefix("- ").filter(|_| is_list) {
            insert(item, tags);
        } else {
            is_list = false;
        }
    }
}

fn insert(tag: &str, tags: &mut BTreeSet<String>) {
    let tag = tag.trim().trim_matches(['"', '\'']).trim_start_matches('#');
    if !tag.is_empty() {
        tags.insert(tag.to_lowercase());
    }
}

/// The three or more backticks or tildes that a line begins with.
fn fence_mark(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ['`', '~'].into_iter().find_map(|mark| {
        let rest = line.trim_start_matches(mark);
        let length = line.len() - rest.len();
        (length >= 3).then(|| &line[..length])
    })
}

#[cfg(test)]
mod tests {
    use super::Note;

    #[test]
    fn links_and_tags_are_found_outside_of_code() {
        let note = Note::read(
            "---\ntitle: x\ntags: [A, 'b']\n---\n[[one|alias]] ![[two#head]] `[[no]]` #c/d #3 a#no\n```\n[[no]] #no\n````\n| [[three\\|x]] |\n",
        );
        assert_eq!(note.links, ["one", "two", "three"]);
        assert_eq!(note.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c/d"]);
    }

    #[test]
    fn tags_may_stand_on_lines_of_their_own() {
        let note = Note::read("---\ntags:\n  - a\n  - \"b\"\nother:\n  - c\n---\n");
        assert_eq!(note.tags.len(), 2);
    }
}
