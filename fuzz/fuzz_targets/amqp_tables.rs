#![no_main]

#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Whether it is a table, and how deep, is no matter here.
    let _ = properties::amqp::tables(data);
});
