//! Topological order in waves (Kahn's algorithm): what depends on nothing, then what depends on that, and so on.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::wit::crucible::plugin::types::ErrorCode;

/// The waves of `0..count`, where `(one, other)` says that `one` comes before `other`; each sorted. The error is a cycle, in the
/// order in which it goes round.
pub fn waves(count: usize, before: &[(usize, usize)]) -> Result<Vec<Vec<usize>>, Vec<usize>> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waiting = vec![0usize; count];
    let unique: BTreeSet<(usize, usize)> = before.iter().copied().collect();
    for (one, other) in unique {
        after[one].push(other);
        waiting[other] += 1;
    }
    let mut waves: Vec<Vec<usize>> = Vec::new();
    let mut wave: Vec<usize> = (0..count).filter(|index| waiting[*index] == 0).collect();
    while !wave.is_empty() {
        let mut next = Vec::new();
        for other in wave.iter().flat_map(|index| &after[*index]) {
            waiting[*other] -= 1;
            if waiting[*other] == 0 {
                next.push(*other);
            }
        }
        next.sort_unstable();
        waves.push(std::mem::replace(&mut wave, next));
    }
    match waiting.iter().position(|left| *left > 0) {
        None => Ok(waves),
        Some(start) => Err(cycle(start, &after, &waiting)),
    }
}

/// The error that names a cycle.
pub fn cycle_error<'a>(names: impl Iterator<Item = &'a str>) -> Error {
    let names: Vec<&str> = names.collect();
    let first = names.first().copied().unwrap_or_default();
    Error::new(ErrorCode::Conflict, format!("there is a cycle: {} → {first}", names.join(" → ")))
}

/// What is left waits for something that is left: walking back comes round.
fn cycle(start: usize, after: &[Vec<usize>], waiting: &[usize]) -> Vec<usize> {
    let mut needs = vec![usize::MAX; after.len()];
    for (one, others) in after.iter().enumerate().filter(|(one, _)| waiting[*one] > 0) {
        for other in others {
            needs[*other] = needs[*other].min(one);
        }
    }
    let mut seen = vec![usize::MAX; after.len()];
    let mut path = Vec::new();
    let mut index = start;
    while seen[index] == usize::MAX {
        seen[index] = path.len();
        path.push(index);
        index = needs[index];
    }
    let mut cycle = path.split_off(seen[index]);
    cycle.reverse();
    let first = cycle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(place, _)| place);
    cycle.rotate_left(first);
    cycle
}

#[cfg(test)]
mod tests {
    use super::waves;

    #[test]
    fn waves_follow_what_they_need() {
        assert_eq!(waves(4, &[(0, 1), (0, 2), (1, 3), (2, 3), (2, 3)]), Ok(vec![vec![0], vec![1, 2], vec![3]]));
        assert_eq!(waves(0, &[]), Ok(vec![]));
    }

    #[test]
    fn a_cycle_is_named_in_its_order_from_its_first_node() {
        assert_eq!(waves(5, &[(4, 3), (3, 2), (2, 1), (1, 3), (2, 0)]), Err(vec![1, 3, 2]));
        assert_eq!(waves(1, &[(0, 0)]), Err(vec![0]));
    }
}
