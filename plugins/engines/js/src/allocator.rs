//! Rust's memory is libc's, as that of quickjs-ng is, and memory that runs out stops the instance: the host's cap is a boundary,
//! so a failed allocation traps at once; the host knows that it refused to grow the memory and says so.

#[cfg(target_arch = "wasm32")]
mod trapping {
    use std::alloc::{GlobalAlloc, Layout};
    use std::ffi::c_void;

    unsafe extern "C" {
        fn malloc(size: usize) -> *mut c_void;
        fn calloc(count: usize, size: usize) -> *mut c_void;
        fn realloc(pointer: *mut c_void, size: usize) -> *mut c_void;
        fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
        fn free(pointer: *mut c_void);
    }

    /// What wasi-libc's malloc aligns every block to.
    const ALIGNMENT: usize = 16;

    struct Trapping;

    #[global_allocator]
    static ALLOCATOR: Trapping = Trapping;

    // SAFETY: every block is one of libc's, large and aligned as asked; null is never returned.
    unsafe impl GlobalAlloc for Trapping {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            checked(if layout.align() <= ALIGNMENT {
                unsafe { malloc(layout.size()) }
            } else {
                unsafe { aligned_alloc(layout.align(), layout.pad_to_align().size()) }
            })
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            if layout.align() <= ALIGNMENT {
                return checked(unsafe { calloc(1, layout.size()) });
            }
            let pointer = unsafe { self.alloc(layout) };
            unsafe { pointer.write_bytes(0, layout.size()) };
            pointer
        }

        unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            if layout.align() <= ALIGNMENT {
                return checked(unsafe { realloc(pointer.cast(), size) });
            }
            // SAFETY: the caller gives a size that is valid with this alignment.
            let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
            unsafe {
                new.copy_from_nonoverlapping(pointer, layout.size().min(size));
                free(pointer.cast());
            }
            new
        }

        unsafe fn dealloc(&self, pointer: *mut u8, _: Layout) {
            unsafe { free(pointer.cast()) }
        }
    }

    #[inline]
    fn checked(pointer: *mut c_void) -> *mut u8 {
        if pointer.is_null() {
            core::arch::wasm32::unreachable();
        }
        pointer.cast()
    }
}
