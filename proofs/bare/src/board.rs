//! What the program needs of the system: a start, a line to standard output, an end.

use core::fmt::{self, Write};

unsafe extern "C" {
    fn write(file: i32, bytes: *const u8, n: usize) -> isize;
    fn _exit(code: i32) -> !;
}

// The kernel starts a program with an aligned stack; a function wants the place of a return address on top.
#[cfg(target_arch = "x86_64")]
core::arch::global_asm!(".globl _start", "_start:", "and rsp, -16", "call {main}", "ud2", main = sym crate::main);
#[cfg(target_arch = "aarch64")]
core::arch::global_asm!(".globl _start", "_start:", "bl {main}", "brk #0", main = sym crate::main);

/// Says a line, with format arguments.
macro_rules! say {
    ($($line:tt)*) => { $crate::board::write_line(format_args!($($line)*)) };
}
pub(crate) use say;

pub fn write_line(line: fmt::Arguments<'_>) {
    let _ = writeln!(Console, "{line}");
}

pub fn exit(code: i32) -> ! {
    // SAFETY: it takes any number.
    unsafe { _exit(code) }
}

struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: the text is as long as it says.
        let written = unsafe { write(1, text.as_ptr(), text.len()) };
        if usize::try_from(written) == Ok(text.len()) { Ok(()) } else { Err(fmt::Error) }
    }
}
