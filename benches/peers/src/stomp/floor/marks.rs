//! The bytes of a head that mean something, found 32 at a time.

/// Goes from mark to mark: NUL, LF, CR, colon, backslash, what is not ASCII, and control characters that are taken for them.
pub struct Marks<'a> {
    input: &'a [u8],
    /// Where the block behind this one begins.
    next: usize,
    /// Where this one begins.
    base: usize,
    bits: u32,
}

const BLOCK: usize = 32;

impl<'a> Marks<'a> {
    #[inline(always)]
    pub fn new(input: &'a [u8], from: usize) -> Self {
        Self { input, next: from, base: from, bits: 0 }
    }

    /// Where the next mark is.
    #[inline(always)]
    pub fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            let rest = self.input.get(self.next..)?;
            self.base = self.next;
            if let Some(block) = rest.first_chunk() {
                self.bits = marks(block);
            } else {
                if rest.is_empty() {
                    return None;
                }
                self.bits = self.last(rest);
            }
            self.next += BLOCK;
        }
        let at = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(at)
    }

    /// Those of fewer bytes than a block has: of the last block of the input, or of a copy.
    #[cold]
    fn last(&mut self, rest: &[u8]) -> u32 {
        let block = match self.input.last_chunk() {
            Some(block) => return marks(block) >> (BLOCK - rest.len()),
            None => {
                let mut block = [0x7f; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                block
            }
        };
        marks(&block)
    }
}

/// A bit for each byte that is a mark. Compilers make vectors of it.
#[inline(always)]
fn marks(block: &[u8; BLOCK]) -> u32 {
    let hits = block.map(|byte| u8::from((byte as i8) < 14 || byte == b':' || byte == b'\\'));
    let mut bits = 0;
    for (i, word) in hits.as_chunks::<8>().0.iter().enumerate() {
        // The lowest bit of each byte, side by side.
        bits |= (u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
    }
    bits as u32
}
