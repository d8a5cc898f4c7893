//! Memory that runs out stops the instance.
//!
//! Lua reports a failed allocation as an ordinary error that a program could catch and go on after. The host's memory cap is a
//! boundary, so here a failed allocation traps at once; the host knows that it refused to grow the memory and says so.

#[cfg(target_arch = "wasm32")]
mod trapping {
    use std::alloc::{GlobalAlloc, Layout, System};

    struct Trapping;

    #[global_allocator]
    static ALLOCATOR: Trapping = Trapping;

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
