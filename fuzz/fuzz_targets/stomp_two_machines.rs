#![no_main]

#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // What happened is no matter here.
    let _ = properties::stomp::two_machines(data);
});
