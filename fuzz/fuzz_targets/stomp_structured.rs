#![no_main]

#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Too little data makes no frame.
    let _ = properties::stomp::structured(&mut arbitrary::Unstructured::new(data));
});
