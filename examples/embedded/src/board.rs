//! What the program needs of the machine: a line to the debugger (semihosting), and how deep the stack was.

use core::arch::asm;
use core::fmt::{self, Write};

const SYS_WRITE0: usize = 0x04;
const SYS_EXIT: usize = 0x18;
const STOPPED: usize = 0x2_0026;
const FAILED: usize = 0x2_0023;

/// Asks the debugger, here QEMU.
fn semihosting(operation: usize, argument: usize) {
    // SAFETY: the debugger reads the argument, which is a number or a text that ends with 0.
    unsafe {
        asm!("bkpt 0xAB", inout("r0") operation => _, in("r1") argument, options(nostack, preserves_flags));
    }
}

/// Ends the program, and QEMU with it.
pub fn exit(success: bool) -> ! {
    semihosting(SYS_EXIT, if success { STOPPED } else { FAILED });
    loop {
        core::hint::spin_loop();
    }
}

/// Says a line, with format arguments, if the feature `talk` is on.
macro_rules! say {
    ($($line:tt)*) => { $crate::board::write_line(format_args!($($line)*)) };
}
pub(crate) use say;

/// Writes a line to the debugger.
pub fn write_line(line: fmt::Arguments<'_>) {
    if cfg!(feature = "talk") {
        let _ = writeln!(Debugger, "{line}");
    }
}

struct Debugger;

impl Write for Debugger {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.as_bytes().chunks(63) {
            let mut ended = [0; 64];
            ended.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
            semihosting(SYS_WRITE0, ended.as_ptr().addr());
        }
        Ok(())
    }
}

const PAINT: u32 = 0x5AFE_57AC;

unsafe extern "C" {
    /// The end of the static variables, from the linker script: the stack grows down to it…
    static mut __sheap: u32;
    /// … from here.
    static _stack_start: u32;
}

/// Fills the free stack with a pattern.
#[inline(never)]
pub fn paint_stack() {
    let here = stack_pointer();
    let mut at = &raw mut __sheap;
    while at.addr() + 64 < here {
        // SAFETY: between the static variables and the stack pointer nothing lives.
        unsafe {
            at.write_volatile(PAINT);
            at = at.add(1);
        }
    }
}

/// How deep the stack ever was since, in bytes.
pub fn stack_depth() -> usize {
    let mut at = &raw const __sheap;
    // SAFETY: as above; the paint ends before the stack does.
    unsafe {
        while at.read_volatile() == PAINT {
            at = at.add(1);
        }
    }
    (&raw const _stack_start).addr().wrapping_sub(at.addr())
}

fn stack_pointer() -> usize {
    let pointer: usize;
    // SAFETY: a register is read.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}
