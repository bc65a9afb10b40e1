//! Bytes read as choices: what a fuzzer changes is what a test does next.

/// Choices, until the bytes are used up; from then on every choice is the first one.
#[derive(Clone, Debug)]
pub struct Script<'d> {
    data: &'d [u8],
}

impl<'d> Script<'d> {
    pub const fn new(data: &'d [u8]) -> Self {
        Self { data }
    }

    pub const fn is_done(&self) -> bool {
        self.data.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        match self.data {
            [first, rest @ ..] => {
                self.data = rest;
                *first
            }
            [] => 0,
        }
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    /// Yes, once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        !self.is_done() && self.below(n) == n - 1
    }

    /// All that was not read yet.
    pub const fn rest(self) -> &'d [u8] {
        self.data
    }
}

/// Marsaglia's 64-bit xorshift: sizes and mutations that are the same on every machine.
#[derive(Clone, Debug)]
pub struct Xorshift(u64);

impl Xorshift {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }
}
