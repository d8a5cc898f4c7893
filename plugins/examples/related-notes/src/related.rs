//! How close two notes are: the sum over what they share of 1 / ln(1 + how many notes share it), the measure of Adamic and Adar,
//! "Friends and neighbors on the Web" (2003). A neighbour that everybody links to, or a tag that everything carries, counts little.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::note::Note;

#[derive(Debug, Serialize)]
pub struct Suggestion {
    pub path: String,
    /// Higher is closer; comparable inside one answer.
    pub score: f64,
    /// The notes that both link to, or that link to both.
    pub shared_links: Vec<String>,
    pub shared_tags: Vec<String>,
    /// Whether one of the two links to the other already.
    pub linked: bool,
}

/// Notes, what each is connected with, and who carries each tag.
pub struct Graph<'a> {
    notes: &'a BTreeMap<String, Note>,
    neighbours: BTreeMap<&'a str, BTreeSet<&'a str>>,
    carriers: BTreeMap<&'a str, usize>,
}

impl<'a> Graph<'a> {
    pub fn new(notes: &'a BTreeMap<String, Note>) -> Self {
        let mut by_name = BTreeMap::new();
        for path in notes.keys() {
            by_name.entry(name(path)).or_insert(path.as_str());
        }
        let mut neighbours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut carriers = BTreeMap::new();
        for (path, note) in notes {
            for link in &note.links {
                let exact = notes.get_key_value(&format!("{link}.md")).map(|(path, _)| path.as_str());
                let Some(target) = exact.or_else(|| by_name.get(name(link)).copied()).filter(|target| target != path)
                else {
                    continue;
                };
                neighbours.entry(path).or_default().insert(target);
                neighbours.entry(target).or_default().insert(path);
            }
            for tag in &note.tags {
                *carriers.entry(tag.as_str()).or_default() += 1;
            }
        }
        Self { notes, neighbours, carriers }
    }

    /// What shares anything with a note, the closest first, ties by path.
    pub fn related(&self, path: &str) -> Vec<Suggestion> {
        let Some(note) = self.notes.get(path) else { return Vec::new() };
        let own = self.of(path);
        let mut found: Vec<Suggestion> = self
            .notes
            .iter()
            .filter(|(other, _)| *other != path)
            .filter_map(|(other, theirs)| {
                let links: Vec<&str> = own.intersection(&self.of(other)).copied().collect();
                let tags: Vec<&str> = note.tags.intersection(&theirs.tags).map(String::as_str).collect();
                let score = links.iter().map(|link| weight(self.of(link).len())).sum::<f64>()
                    + tags.iter().map(|tag| weight(self.carriers[tag])).sum::<f64>();
                (score > 0.0).then(|| Suggestion {
                    path: other.clone(),
                    score: (score * 1000.0).round() / 1000.0,
                    shared_links: links.into_iter().map(str::to_owned).collect(),
                    shared_tags: tags.into_iter().map(str::to_owned).collect(),
                    linked: own.contains(other.as_str()),
                })
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.path.cmp(&b.path)));
        found
    }

    fn of(&self, path: &str) -> BTreeSet<&'a str> {
        self.neighbours.get(path).cloned().unwrap_or_default()
    }
}

fn weight(count: usize) -> f64 {
    1.0 / (1.0 + count as f64).ln()
}

/// The last part of a path, without `.md`.
fn name(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.strip_suffix(".md").unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::Graph;
    use crate::note::Note;

    #[test]
    fn shared_neighbours_and_tags_count_more_when_they_are_rare() {
        let notes = [
            ("a.md", "[[hub]] [[rare]] #t"),
            ("b.md", "[[hub]] [[x/rare]]"),
            ("c.md", "[[hub]] #t"),
            ("hub.md", "[[nowhere]] [[hub]]"),
            ("x/rare.md", ""),
        ];
        let notes = notes.map(|(path, text)| (path.to_owned(), Note::read(text))).into();
        let found = Graph::new(&notes).related("a.md");
        let paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["b.md", "c.md"]);
        assert_eq!(found[0].shared_links, ["hub.md", "x/rare.md"]);
        assert_eq!(found[1].shared_tags, ["t"]);
        assert!(!found[0].linked);
    }
}
