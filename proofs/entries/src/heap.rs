//! An allocator of which nothing is known, but that it does not come back if there is no memory.

use core::alloc::{GlobalAlloc, Layout};

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

unsafe extern "C" {
    fn heap_allocate(size: usize, align: usize) -> *mut u8;
    fn heap_free(bytes: *mut u8, size: usize, align: usize);
}

// SAFETY: nobody runs it.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { heap_allocate(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, bytes: *mut u8, layout: Layout) {
        unsafe { heap_free(bytes, layout.size(), layout.align()) }
    }
}
