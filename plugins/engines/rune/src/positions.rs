//! Byte offsets to lines and columns, kept in compiled code so that an error has its place without the source.

use serde::{Deserialize, Serialize};

/// The line starts and wide characters of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTable {
    /// The offset of each line's first byte; the first is 0.
    starts: Vec<u32>,
    /// Each character of more than one byte: its offset and how many bytes follow its first.
    wide: Vec<(u32, u8)>,
}

impl LineTable {
    /// Reads a text, which is shorter than 4 GiB.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let mut wide = Vec::new();
        for (offset, character) in text.char_indices() {
            let offset = offset as u32;
            if character == '\n' {
                starts.push(offset + 1);
            } else if character.len_utf8() > 1 {
                wide.push((offset, character.len_utf8() as u8 - 1));
            }
        }
        Self { starts, wide }
    }

    /// The line and the column, both from 1, the column in Unicode scalar values. An offset inside a character means it,
    /// one behind the end the end of the last line.
    pub fn line_and_column(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let first = self.wide.partition_point(|(at, _)| *at < start);
        let extra: u32 = self
            .wide
            .iter()
            .skip(first)
            .take_while(|(at, _)| *at < offset)
            .map(|(at, following)| u32::from(*following).min(offset - at))
            .sum();
        (line as u32, (offset - start).saturating_sub(extra).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::LineTable;

    #[test]
    fn columns_count_unicode_scalar_values() {
        let table = LineTable::new("a\nä€𝄞x\n");
        assert_eq!(table.line_and_column(0), (1, 1));
        assert_eq!(table.line_and_column(1), (1, 2));
        assert_eq!(table.line_and_column(2), (2, 1));
        assert_eq!(table.line_and_column(4), (2, 2));
        assert_eq!(table.line_and_column(7), (2, 3));
        assert_eq!(table.line_and_column(11), (2, 4));
        assert_eq!(table.line_and_column(13), (3, 1));
    }

    #[test]
    fn an_offset_inside_a_character_means_that_character() {
        let table = LineTable::new("€x");
        assert_eq!(table.line_and_column(1), (1, 1));
        assert_eq!(table.line_and_column(2), (1, 1));
        assert_eq!(table.line_and_column(3), (1, 2));
    }
}
