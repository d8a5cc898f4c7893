//! Memory: small blocks by size, and an end to the instance where there is none left.
//!
//! Rune makes and drops a small value at nearly every step. A block of up to 256 bytes comes from the list of free blocks of its
//! size, or else from a chunk; the system's allocator gives the chunks and everything larger. A freed small block is only ever
//! used for its own size again, so that a program holds at most the sum of what it held of each size at once.
//!
//! Rune reports a failed allocation as an ordinary error that a program could meet and go on after. The host's memory cap is a
//! boundary, so here a failed allocation traps at once; the host knows that it refused to grow the memory and says so.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: Small<trapping::Trapping> = Small::new(trapping::Trapping);

/// Sizes are multiples of this, which is also the alignment of small blocks.
const STEP: usize = 8;

/// The largest small block, in bytes.
const LARGEST: usize = 256;

const CHUNK: usize = 16 << 10;

/// The lists in front of another allocator. For one thread.
pub struct Small<A> {
    lists: UnsafeCell<Lists>,
    large: A,
}

struct Lists {
    /// The first free block of each size; each holds the address of the next.
    free: [*mut u8; LARGEST / STEP + 1],
    /// What is left of the last chunk.
    rest: *mut u8,
    rest_bytes: usize,
}

// SAFETY: an instance has one thread.
unsafe impl<A> Sync for Small<A> {}

impl<A: GlobalAlloc> Small<A> {
    pub const fn new(large: A) -> Self {
        let lists = Lists { free: [null_mut(); LARGEST / STEP + 1], rest: null_mut(), rest_bytes: 0 };
        Self { lists: UnsafeCell::new(lists), large }
    }

    /// A block of this many steps.
    #[inline]
    unsafe fn take(&self, steps: usize) -> *mut u8 {
        // SAFETY: nothing below calls back into this allocator while the lists are borrowed.
        let lists = unsafe { &mut *self.lists.get() };
        let block = lists.free[steps];
        if block.is_null() {
            return unsafe { self.cut(lists, steps * STEP) };
        }
        // SAFETY: a free block holds the address of the next.
        lists.free[steps] = unsafe { block.cast::<*mut u8>().read() };
        block
    }

    #[cold]
    unsafe fn cut(&self, lists: &mut Lists, bytes: usize) -> *mut u8 {
        if lists.rest_bytes < bytes {
            // SAFETY: the layout has a size and a valid alignment.
            let chunk = unsafe { self.large.alloc(Layout::from_size_align_unchecked(CHUNK, STEP)) };
            if chunk.is_null() {
                return chunk;
            }
            // The rest of the old chunk, smaller than any block that is wanted now, is a free block of its own size.
            if lists.rest_bytes > 0 {
                unsafe { lists.put(lists.rest, lists.rest_bytes / STEP) };
            }
            (lists.rest, lists.rest_bytes) = (chunk, CHUNK);
        }
        let block = lists.rest;
        // SAFETY: the chunk has that many bytes left.
        lists.rest = unsafe { block.add(bytes) };
        lists.rest_bytes -= bytes;
        block
    }
}

impl Lists {
    /// # Safety
    /// The block has this many steps and nobody uses it.
    #[inline]
    unsafe fn put(&mut self, block: *mut u8, steps: usize) {
        unsafe { block.cast::<*mut u8>().write(self.free[steps]) };
        self.free[steps] = block;
    }
}

/// How many steps a small block has; none for a large one.
#[inline]
fn steps(size: usize, align: usize) -> Option<usize> {
    (size <= LARGEST && align <= STEP).then(|| size.div_ceil(STEP))
}

// SAFETY: a block has at least the size that was asked for and is used by one owner until it is freed; a size of 0 is not asked for.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Small<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match steps(layout.size(), layout.align()) {
            Some(steps) => unsafe { self.take(steps) },
            None => unsafe { self.large.alloc(layout) },
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if steps(layout.size(), layout.align()).is_none() {
            return unsafe { self.large.alloc_zeroed(layout) };
        }
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match steps(layout.size(), layout.align()) {
            // SAFETY: the caller frees a block that it got with this layout.
            Some(steps) => unsafe { (*self.lists.get()).put(block, steps) },
            None => unsafe { self.large.dealloc(block, layout) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match (steps(layout.size(), layout.align()), steps(size, layout.align())) {
            (None, None) => unsafe { self.large.realloc(block, layout, size) },
            (Some(old), Some(new)) if old == new => block,
            _ => {
                // SAFETY: the size is not 0 and not too large for the alignment, as the caller promises.
                let other = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
                if !other.is_null() {
                    unsafe {
                        other.copy_from_nonoverlapping(block, layout.size().min(size));
                        self.dealloc(block, layout);
                    }
                }
                other
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod trapping {
    use std::alloc::{GlobalAlloc, Layout, System};

    pub struct Trapping;

    // SAFETY: every method forwards to the system allocator and returns only what that returned, never null.
    unsafe impl GlobalAlloc for Trapping {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            checked(unsafe { System.alloc(layout) })
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            checked(unsafe { System.alloc_zeroed(layout) })
        }

        unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            checked(unsafe { System.realloc(pointer, layout, size) })
        }

        unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
            unsafe { System.dealloc(pointer, layout) }
        }
    }

    #[inline]
    fn checked(pointer: *mut u8) -> *mut u8 {
        if pointer.is_null() {
            core::arch::wasm32::unreachable();
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use std::alloc::{GlobalAlloc, Layout, System};

    use super::Small;

    /// Numbers from a fixed seed (Marsaglia's xorshift, 64 bits).
    fn next(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state as usize
    }

    #[test]
    fn blocks_never_overlap_and_keep_what_is_in_them() {
        let small = Small::new(System);
        let mut seed = 88_172_645_463_325_252;
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        for round in 0..200_000 {
            let size = 1 + next(&mut seed) % 600;
            let mark = round as u8;
            match next(&mut seed) % 3 {
                0 | 1 if held.len() < 500 => {
                    let layout = Layout::from_size_align(size, 1 << (next(&mut seed) % 6)).unwrap();
                    let block = unsafe { small.alloc(layout) };
                    assert_eq!(block as usize % layout.align(), 0);
                    unsafe { block.write_bytes(mark, size) };
                    held.push((block, layout, mark));
                }
                2 if !held.is_empty() => {
                    let index = next(&mut seed) % held.len();
                    let (block, layout, old) = held[index];
                    let block = unsafe { small.realloc(block, layout, size) };
                    let kept = unsafe { std::slice::from_raw_parts(block, size.min(layout.size())) };
                    assert!(kept.iter().all(|byte| *byte == old));
                    unsafe { block.write_bytes(mark, size) };
                    held[index] = (block, Layout::from_size_align(size, layout.align()).unwrap(), mark);
                }
                _ => {
                    let index = next(&mut seed) % held.len().max(1);
                    if index < held.len() {
                        let (block, layout, mark) = held.swap_remove(index);
                        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
                        assert!(bytes.iter().all(|byte| *byte == mark));
                        unsafe { small.dealloc(block, layout) };
                    }
                }
            }
        }
    }

    #[test]
    fn a_block_that_was_freed_is_the_next_of_its_size() {
        let small = Small::new(System);
        let (layout, other) = (Layout::from_size_align(20, 4).unwrap(), Layout::from_size_align(24, 8).unwrap());
        unsafe {
            let block = small.alloc(layout);
            small.dealloc(block, layout);
            let again = small.alloc_zeroed(other);
            assert_eq!(again, block);
            assert_eq!(*again, 0);
        }
    }
}
