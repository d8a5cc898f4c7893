//! Where the frontmatter of a note ends: between a first line `---` and the next one.

/// The YAML text, and what is behind it. Without a line that ends it there is no frontmatter.
pub fn split(note: &str) -> (Option<&str>, &str) {
    let Some(rest) = ["---\n", "---\r\n"].iter().find_map(|mark| note.strip_prefix(mark)) else {
        return (None, note);
    };
    let mut start = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end_matches(['\r', '\n']) == "---" {
            return (Some(&rest[..start]), &rest[start + line.len()..]);
        }
        start += line.len();
    }
    (None, note)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn ends_at_the_next_line_of_three_hyphens() {
        assert_eq!(split("---\na: 1\n---\nbody\n---\n"), (Some("a: 1\n"), "body\n---\n"));
        assert_eq!(split("---\r\na: 1\r\n---\r\nbody"), (Some("a: 1\r\n"), "body"));
        assert_eq!(split("---\n---"), (Some(""), ""));
        assert_eq!(split("---\na: 1\n----\n"), (None, "---\na: 1\n----\n"));
        assert_eq!(split("body\n---\n"), (None, "body\n---\n"));
    }
}
