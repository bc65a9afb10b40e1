//! No start files: the program begins at its own `_start`. The C library is there for memcpy.

fn main() {
    println!("cargo:rustc-link-arg-bins=-nostartfiles");
    println!("cargo:rustc-link-arg-bins=-lc");
}
