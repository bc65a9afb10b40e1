//! If any panic can be reached from an entry point of the library, the symbol `a_panic_is_reachable` stays in the archive.
#![no_std]

mod codec;
mod machines;

unsafe extern "C" {
    fn a_panic_is_reachable() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // Undefined on purpose: only a reachable panic keeps the reference.
    unsafe { a_panic_is_reachable() }
}

/// Bytes from outside, of which nothing is known.
///
/// # Safety
/// `data` points to `len` bytes.
unsafe fn bytes<'a>(data: *const u8, len: usize) -> &'a [u8] {
    unsafe { core::slice::from_raw_parts(data, len) }
}

/// # Safety
/// `data` points to `len` bytes that nobody else uses.
unsafe fn room<'a>(data: *mut u8, len: usize) -> &'a mut [u8] {
    unsafe { core::slice::from_raw_parts_mut(data, len) }
}

/// Something that the optimizer can neither foresee nor drop.
fn opaque<T>(value: T) -> T {
    core::hint::black_box(value)
}

/// Uses a value, as far as the optimizer knows.
fn sink<T>(value: T) {
    opaque(&value);
}

/// The negative control: an index out of range.
#[cfg(feature = "control")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn control(data: *const u8, len: usize, at: usize) -> u8 {
    let bytes = unsafe { bytes(data, len) };
    bytes[at]
}
