#![no_main]

#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Too little data makes no packet.
    let _ = properties::mqtt::structured(&mut arbitrary::Unstructured::new(data));
});
