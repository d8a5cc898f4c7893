//! Portable code: what `compile` writes and `load` reads.
//!
//! MessagePack of one structure, without a header (the bundle around it has one). Hash maps are written with their entries
//! sorted by key, so that the same sources give the same bytes whatever order a map iterates in.

use crucible_stdlib::code;
use crucible_stdlib::docs::Export;
use crucible_stdlib::error::Error;
use rune::runtime::Unit;
use rune::runtime::debug::DebugInfo;
use rune::runtime::unit::Logic;
use serde::{Deserialize, Serialize};

use crate::positions::LineTable;
use crate::wit::crucible::plugin::types::Position;

/// Names the format: the crate's version, our patches' and the serialisation's.
pub const ABI: &str = "rune-0.14.2+crucible.1+msgpack.1";

/// Types nest in code only as constants do; damaged code must not be able to exhaust the stack.
const MAX_DEPTH: usize = 256;

/// A source file as far as positions need it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SourceMap {
    pub path: String,
    pub lines: LineTable,
}

impl SourceMap {
    /// The place of a byte offset in this file.
    pub fn position(&self, offset: u32) -> Position {
        let (line, column) = self.lines.line_and_column(offset);
        Position { file: self.path.clone(), line, column }
    }
}

/// A loaded program.
pub struct Code {
    pub sources: Vec<SourceMap>,
    pub exports: Vec<Export>,
    pub unit: Unit,
}

#[derive(Serialize)]
struct Written<'a> {
    abi: &'a str,
    sources: &'a [SourceMap],
    /// Name, number of parameters, doc comment.
    exports: Vec<(&'a str, u32, &'a str)>,
    logic: &'a Logic,
    debug: Option<&'a DebugInfo>,
}

#[derive(Deserialize)]
struct Read {
    abi: String,
    sources: Vec<SourceMap>,
    exports: Vec<(String, u32, String)>,
    logic: Logic,
    debug: Option<DebugInfo>,
}

impl Code {
    /// The bytes that stand for this program.
    pub fn encode(&self) -> Result<Vec<u8>, String> {
        let written = Written {
            abi: ABI,
            sources: &self.sources,
            exports: self.exports.iter().map(|e| (e.name.as_str(), e.parameters, e.docs.as_str())).collect(),
            logic: self.unit.logic(),
            debug: self.unit.debug_info(),
        };
        let bytes = rmp_serde::to_vec(&written).map_err(|error| error.to_string())?;
        canonical(&bytes).ok_or_else(|| "the code is not MessagePack as expected".to_owned())
    }

    /// Reads code, which may be anything.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut deserializer = rmp_serde::Deserializer::new(bytes);
        deserializer.set_max_depth(MAX_DEPTH);
        let read = match Read::deserialize(&mut deserializer) {
            Ok(read) => read,
            Err(error) => return Err(damaged(bytes, &error.to_string())),
        };
        if read.abi != ABI {
            return Err(code::foreign(&read.abi, ABI));
        }
        if !deserializer.get_ref().is_empty() {
            return Err(damaged(bytes, "there are bytes behind its end"));
        }
        let unit = Unit::from_parts(read.logic, read.debug).map_err(|error| damaged(bytes, &error.to_string()))?;
        let exports = read.exports.into_iter().map(|(name, parameters, docs)| Export { name, parameters, docs });
        Ok(Self { sources: read.sources, exports: exports.collect(), unit })
    }
}

fn damaged(bytes: &[u8], why: &str) -> Error {
    match first_text(bytes) {
        Some(abi) if abi != ABI => code::foreign(&abi, ABI),
        _ => code::damaged(why),
    }
}

/// The ABI that the code claims, where its beginning is intact.
fn first_text(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader { rest: bytes };
    let [marker] = *reader.take(1)? else { return None };
    if marker & 0xf0 != 0x90 {
        return None;
    }
    rmp_serde::from_slice::<String>(reader.rest).ok()
}

/// The same MessagePack with the entries of every map sorted by their key's bytes. None where it is not well formed.
fn canonical(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader { rest: bytes };
    let mut out = Vec::with_capacity(bytes.len());
    reader.copy(&mut out)?;
    reader.rest.is_empty().then_some(out)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// A big-endian length of `width` bytes, which also goes to the output.
    fn length(&mut self, width: usize, out: &mut Vec<u8>) -> Option<usize> {
        let bytes = self.take(width)?;
        out.extend_from_slice(bytes);
        Some(bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }

    fn raw(&mut self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        out.extend_from_slice(self.take(count)?);
        Some(())
    }

    /// Copies one value. The format's specification calls the cases fixint, fixmap, fixarray, fixstr, nil, bool, bin, ext,
    /// float, uint, int, fixext, str, array and map.
    fn copy(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let [marker] = *self.take(1)? else { return None };
        out.push(marker);
        match marker {
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => Some(()),
            0x80..=0x8f => self.map(usize::from(marker & 0x0f), out),
            0x90..=0x9f => self.array(usize::from(marker & 0x0f), out),
            0xa0..=0xbf => self.raw(usize::from(marker & 0x1f), out),
            0xc1 => None,
            0xc4..=0xc6 => {
                let length = self.length(1 << (marker - 0xc4), out)?;
                self.raw(length, out)
            }
            0xc7..=0xc9 => {
                let length = self.length(1 << (marker - 0xc7), out)?;
                self.raw(length + 1, out)
            }
            0xca => self.raw(4, out),
            0xcb => self.raw(8, out),
            0xcc..=0xcf => self.raw(1 << (marker - 0xcc), out),
            0xd0..=0xd3 => self.raw(1 << (marker - 0xd0), out),
            0xd4..=0xd8 => self.raw(1 + (1 << (marker - 0xd4)), out),
            0xd9..=0xdb => {
                let length = self.length(1 << (marker - 0xd9), out)?;
                self.raw(length, out)
            }
            0xdc | 0xdd => {
                let length = self.length(2 << (marker - 0xdc), out)?;
                self.array(length, out)
            }
            0xde | 0xdf => {
                let length = self.length(2 << (marker - 0xde), out)?;
                self.map(length, out)
            }
        }
    }

    fn array(&mut self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        for _ in 0..count {
            self.copy(out)?;
        }
        Some(())
    }

    fn map(&mut self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        let mut entries = Vec::new();
        for _ in 0..count {
            let (mut key, mut value) = (Vec::new(), Vec::new());
            self.copy(&mut key)?;
            self.copy(&mut value)?;
            entries.push((key, value));
        }
        entries.sort();
        for (key, value) in entries {
            out.extend_from_slice(&key);
            out.extend_from_slice(&value);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::canonical;

    #[test]
    fn the_order_of_a_map_does_not_reach_the_bytes() {
        let one = [0x82, 0xa1, b'b', 0x01, 0xa1, b'a', 0xde, 0, 2, 0x02, 0xc0, 0x01, 0xc3];
        let two = [0x82, 0xa1, b'a', 0xde, 0, 2, 0x01, 0xc3, 0x02, 0xc0, 0xa1, b'b', 0x01];
        assert_ne!(one, two);
        assert_eq!(canonical(&one), canonical(&two));
    }

    #[test]
    fn every_kind_of_value_is_copied_whole() {
        let long = "x".repeat(300);
        let many: Vec<u32> = (0..70_000).collect();
        let value = (
            (0u8, -1i8, 200u8, -200i16, u32::MAX, i64::MIN, u64::MAX),
            (1.5f32, -2.5f64, true, None::<u8>, "short", "y".repeat(40), &long),
            (serde_bytes_like(&long), many, BTreeMap::from([(1, "a"), (2, "b")])),
        );
        let bytes = rmp_serde::to_vec(&value).unwrap();
        assert_eq!(canonical(&bytes), Some(bytes));
    }

    #[test]
    fn a_truncated_value_is_refused() {
        let bytes = rmp_serde::to_vec(&("abc", vec![1, 2, 3])).unwrap();
        for end in 0..bytes.len() {
            assert_eq!(canonical(&bytes[..end]), None);
        }
    }

    fn serde_bytes_like(text: &str) -> Vec<char> {
        text.chars().collect()
    }
}
