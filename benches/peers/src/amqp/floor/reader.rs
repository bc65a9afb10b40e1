//! A cursor over what is left.

/// What is wrong. Fourwire says more: which field, of which method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    FrameType,
    FrameTooLarge,
    FrameEnd,
    Channel,
    ProtocolHeader,
    Method,
    Header,
    Truncated,
    Trailing,
    Table,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error {
    pub kind: Kind,
    pub offset: usize,
}

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

    #[cold]
    pub fn error(&self, kind: Kind) -> Error {
        Error { kind, offset: self.end - self.rest.len() }
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

    #[inline(always)]
    pub fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_be_bytes)
    }

    #[inline(always)]
    pub fn short(&mut self) -> Result<&'a [u8], Error> {
        let len = self.u8()?;
        self.take(usize::from(len))
    }

    #[inline(always)]
    pub fn long(&mut self) -> Result<&'a [u8], Error> {
        let len = self.u32()?;
        self.take(len as usize)
    }

    #[inline(always)]
    pub fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(Kind::Trailing)) }
    }
}
