//! One exported function for each public entry point of the library, with nothing known of its arguments.
//!
//! Linked as a whole with fat LTO, this is all the machine code that a program can reach through the library. If any of
//! it can panic, the panic handler stays, and with it the symbol `a_panic_is_reachable`, which nobody defines. If any of
//! it calls itself, the call graph has a cycle.
//!
//! A function's symbol is the path of the entry point and the types of its arguments; `list.py` compares these with the
//! documented API.

#![no_std]
#![allow(improper_ctypes_definitions, reason = "nobody calls these")]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "amqp")]
mod amqp;
#[cfg(feature = "control")]
mod control;
#[cfg(feature = "alloc")]
mod heap;
#[cfg(feature = "mqtt")]
mod mqtt;
mod shared;
#[cfg(feature = "stomp")]
mod stomp;

use fourwire::{Output, SliceOutput};

/// An output of which nothing is known: it may even lend less space than it was asked for.
type Any<'o> = &'o mut dyn Output;
/// The library's own.
type Slice<'o> = SliceOutput<'o>;

/// `PATH = TYPE { fn NAME(ARGUMENTS) -> RESULT; … }` calls `TYPE::NAME` for the entry point `PATH::NAME`.
///
/// `PATH: TRAIT = …` is for a trait's methods. `fn NAME(ARGUMENTS) for ITEM;` walks the iterator that is returned.
#[macro_export]
macro_rules! entries {
    ($($path:path $(: $trait:path)? = $ty:ty { $($methods:tt)* })*) => {
        $($crate::entries!(@ [$path] [$(as $trait)?] [$ty] $($methods)*);)*
    };
    (@ $path:tt $trait:tt $ty:tt) => {};
    (@ [$path:path] [$(as $trait:path)?] [$ty:ty]
        fn $name:ident $(<$life:lifetime>)? ($($arg:ident: $arg_ty:ty),*) $(-> $result:ty)?; $($more:tt)*) => {
        const _: () = {
            #[unsafe(export_name = concat!(
                stringify!($path), $(": ", stringify!($trait),)? "::", stringify!($name),
                "(", $(stringify!($arg_ty), ",",)* ")" $(, stringify!($result))?
            ))]
            pub fn entry $(<$life>)? ($($arg: $arg_ty),*) $(-> $result)? {
                <$ty $(as $trait)?>::$name($($arg),*)
            }
        };
        $crate::entries!(@ [$path] [$(as $trait)?] [$ty] $($more)*);
    };
    (@ [$path:path] [] [$ty:ty]
        fn $name:ident $(<$life:lifetime>)? ($($arg:ident: $arg_ty:ty),*) for $item:ty; $($more:tt)*) => {
        const _: () = {
            #[unsafe(export_name = concat!(
                stringify!($path), "::", stringify!($name), "(", $(stringify!($arg_ty), ",",)* ")"
            ))]
            pub fn entry $(<$life>)? ($($arg: $arg_ty,)* each: &mut dyn FnMut($item)) {
                let mut items = <$ty>::$name($($arg),*);
                // One by one is one function, all the rest at once another.
                items.next().into_iter().for_each(&mut *each);
                items.for_each(each);
            }
        };
        $crate::entries!(@ [$path] [] [$ty] $($more)*);
    };
}

/// `free!(MODULE: FUNCTION(ARGUMENTS) -> RESULT)`
#[macro_export]
macro_rules! free {
    ($module:path: $name:ident($($arg:ident: $arg_ty:ty),*) -> $result:ty) => {
        const _: () = {
            use $module as module;
            #[unsafe(export_name = concat!(
                stringify!($module), "::", stringify!($name), "(", $(stringify!($arg_ty), ",",)* ")"
            ))]
            pub fn entry($($arg: $arg_ty),*) -> $result {
                module::$name($($arg),*)
            }
        };
    };
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        // That it looks at what was the matter keeps panics apart that stand in different places.
        fn a_panic_is_reachable(info: *const ()) -> !;
    }
    unsafe { a_panic_is_reachable(core::ptr::from_ref(info).cast()) }
}
