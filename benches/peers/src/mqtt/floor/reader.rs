//! A cursor over what is left, which knows where it is.

use super::error::{Error, Kind};

#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub rest: &'a [u8],
    /// The offset of the end of `rest`.
    end: usize,
}

impl<'a> Reader<'a> {
    #[inline(always)]
    pub fn new(rest: &'a [u8], end: usize) -> Self {
        Self { rest, end }
    }

    #[inline(always)]
    pub fn offset(&self) -> usize {
        self.end - self.rest.len()
    }

    #[inline(always)]
    pub fn error(&self, kind: Kind) -> Error {
        Error { kind, offset: self.offset() }
    }

    #[inline(always)]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Error> {
        let Some((head, rest)) = self.rest.split_at_checked(n) else { return Err(self.error(Kind::Truncated)) };
        self.rest = rest;
        Ok(head)
    }

    #[inline(always)]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let Some((head, rest)) = self.rest.split_first_chunk() else { return Err(self.error(Kind::Truncated)) };
        self.rest = rest;
        Ok(*head)
    }

    #[inline(always)]
    pub fn u8(&mut self) -> Result<u8, Error> {
        self.array().map(|[byte]| byte)
    }

    #[inline(always)]
    pub fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline(always)]
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    /// A minimal variable byte integer.
    #[inline(always)]
    pub fn varint(&mut self) -> Result<u32, Error> {
        match self.rest {
            [a, rest @ ..] if *a < 0x80 => {
                self.rest = rest;
                Ok(u32::from(*a))
            }
            _ => self.long_varint(),
        }
    }

    #[cold]
    fn long_varint(&mut self) -> Result<u32, Error> {
        let mut value = 0;
        for (i, &byte) in self.rest.iter().take(4).enumerate() {
            value |= u32::from(byte & 0x7f) << (7 * i);
            if byte < 0x80 {
                if byte == 0 && i > 0 {
                    return Err(self.error(Kind::Length));
                }
                self.rest = &self.rest[i + 1..];
                return Ok(value);
            }
        }
        Err(self.error(if self.rest.len() < 4 { Kind::Truncated } else { Kind::Length }))
    }

    #[inline(always)]
    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    #[inline]
    pub fn text(&mut self) -> Result<&'a str, Error> {
        let bytes = self.bytes()?;
        text(bytes).ok_or_else(|| self.why(bytes))
    }

    /// Text that is proved now and read later.
    #[inline]
    pub fn prove_text(&mut self) -> Result<(), Error> {
        let bytes = self.bytes()?;
        let special = has(bytes, |b| b == 0 || b >= 0x80);
        if special && text(bytes).is_none() { Err(self.why(bytes)) } else { Ok(()) }
    }

    /// A topic name, which may be empty.
    #[inline]
    pub fn topic_name(&mut self) -> Result<&'a str, Error> {
        let bytes = self.bytes()?;
        topic_name(bytes).ok_or_else(|| self.why(bytes))
    }

    /// What is wrong with the text that was taken last.
    #[cold]
    fn why(&self, bytes: &[u8]) -> Error {
        let Error { kind, offset } = self.error_in(bytes, Kind::Utf8);
        match std::str::from_utf8(bytes) {
            Err(error) => Error { kind, offset: offset + error.valid_up_to() },
            Ok(text) if text.contains('\0') => Error { kind: Kind::Nul, offset },
            Ok(_) => Error { kind: Kind::TopicName, offset },
        }
    }

    #[inline(always)]
    pub fn packet_id(&mut self) -> Result<u16, Error> {
        match self.u16()? {
            0 => Err(Error { kind: Kind::PacketId, offset: self.offset() - 2 }),
            id => Ok(id),
        }
    }

    #[inline(always)]
    pub fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(Kind::Trailing)) }
    }

    /// Text that may still be anything, or that was proved before.
    #[inline]
    pub fn utf8(&self, bytes: &'a [u8]) -> Result<&'a str, Error> {
        std::str::from_utf8(bytes).map_err(|_| self.why(bytes))
    }

    /// An error in bytes that were taken last.
    pub fn error_in(&self, bytes: &[u8], kind: Kind) -> Error {
        Error { kind, offset: self.offset() - bytes.len() }
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    if has(bytes, |b| b == 0) { None } else { std::str::from_utf8(bytes).ok() }
}

fn topic_name(bytes: &[u8]) -> Option<&str> {
    if has(bytes, |b| b == 0 || b == b'+' || b == b'#') { None } else { std::str::from_utf8(bytes).ok() }
}

/// Whether one of the bytes is such a one; without an early exit, so that it is done sixteen at a time.
#[inline]
pub fn has(bytes: &[u8], is: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(false, |found, &byte| found | is(byte))
}
