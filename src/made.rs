//! For tests: what `Arbitrary` makes.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Unstructured};

/// So many values, each out of enough bytes, which look like chance and are always the same.
pub(crate) fn made<T: for<'a> Arbitrary<'a>>(count: usize) -> impl Iterator<Item = T> {
    let mut state = 1_u64;
    (0..count).map(move |_| {
        let bytes: Vec<u8> = (0..400)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        T::arbitrary(&mut Unstructured::new(&bytes)).expect("enough bytes")
    })
}
