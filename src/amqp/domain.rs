//! The domains of fields: each read, measured and written. (§4.2.5)

use super::error::Unit;
use super::frame::END;
use super::table::{Rules, validate};
use super::{DecodeError, EncodeError, ErrorKind, ReplyCode, ShortStr, Table, wire};
use crate::list::List;
use crate::read::{next_chunk, next_u8};
use crate::write::Writer;

/// What is left of the fields of one method or content header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'i> {
    pub(super) rest: &'i [u8],
    /// The octet that bits are read from, and the next one's place in it.
    bits: u8,
    next_bit: u8,
    unit: Unit,
    rules: Rules,
    /// The offset of the end of `rest` from the frame's start.
    end: usize,
}

/// An argument of a method, or a property, of any type: for logs and tools.
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Argument<'a> {
    /// A bit.
    Bit(bool),
    /// An integer of eight bits up to 64, without a sign.
    Number(u64),
    /// A short string.
    ShortStr(ShortStr<'a>),
    /// A long string: bytes.
    LongStr(&'a [u8]),
    /// A table.
    Table(Table<'a>),
}

impl From<bool> for Argument<'_> {
    fn from(bit: bool) -> Self {
        Self::Bit(bit)
    }
}

impl From<ReplyCode> for Argument<'_> {
    fn from(code: ReplyCode) -> Self {
        Self::Number(code.0.into())
    }
}

impl<'a> From<ShortStr<'a>> for Argument<'a> {
    fn from(text: ShortStr<'a>) -> Self {
        Self::ShortStr(text)
    }
}

impl<'a> From<&'a [u8]> for Argument<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::LongStr(bytes)
    }
}

impl<'a> From<Table<'a>> for Argument<'a> {
    fn from(table: Table<'a>) -> Self {
        Self::Table(table)
    }
}

/// A field's name as the specification has it: `type` cannot be a field's name here.
pub(super) const fn spelled(name: &'static str) -> &'static str {
    if let b"kind" = name.as_bytes() { "type" } else { name }
}

type Faulty<T> = Result<T, DecodeError>;

impl<'i> Fields<'i> {
    /// The fields in `rest`, behind which the frame of `used` bytes has one more.
    #[inline]
    pub(super) const fn new(rest: &'i [u8], unit: Unit, rules: Rules, used: usize) -> Self {
        Self { rest, bits: 0, next_bit: 0, unit, rules, end: used.saturating_sub(1) }
    }

    pub(super) const fn rules(&self) -> Rules {
        self.rules
    }

    /// That nothing is left.
    #[inline]
    pub(super) fn end(&self) -> Faulty<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(ErrorKind::TrailingBytes(self.unit))) }
    }

    /// The error at what is left.
    #[cold]
    pub(super) const fn error(&self, kind: ErrorKind) -> DecodeError {
        DecodeError { kind, offset: self.end.saturating_sub(self.rest.len()) }
    }

    #[cold]
    fn short(&self) -> DecodeError {
        self.error(ErrorKind::Truncated(self.unit))
    }

    #[inline]
    fn chunk<const N: usize>(&mut self) -> Faulty<[u8; N]> {
        self.next_bit = 0;
        match next_chunk(&mut self.rest) {
            Some(chunk) => Ok(*chunk),
            None => Err(self.short()),
        }
    }

    #[inline]
    fn take(&mut self, len: usize) -> Faulty<&'i [u8]> {
        match self.rest.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.short()),
        }
    }

    #[inline]
    fn long(&mut self) -> Faulty<&'i [u8]> {
        let [a, b, c, d] = self.chunk()?;
        self.take(usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX))
    }
}

/// Puts fields, bits eight to an octet.
///
/// It owns the writer, and is never lent to what is not inlined: so what is left of the space stays in registers.
#[derive(Debug)]
pub(super) struct Put<'o> {
    out: Writer<'o>,
    bits: u8,
    next_bit: u8,
}

impl<'o> Put<'o> {
    #[inline]
    pub(super) const fn new(out: Writer<'o>) -> Self {
        Self { out, bits: 0, next_bit: 0 }
    }

    /// Puts the bits that wait for an octet.
    #[inline]
    fn flush(&mut self) {
        if self.next_bit != 0 {
            self.out.put(&[self.bits]);
            (self.bits, self.next_bit) = (0, 0);
        }
    }

    /// Puts what `put` puts as a long string.
    pub(super) fn put_counted(&mut self, put: impl FnOnce(&mut Writer<'o>)) {
        self.flush();
        self.out.put_counted(put);
    }

    /// Puts what waits, and the frame's end.
    #[inline]
    pub(super) fn end(mut self) {
        self.flush();
        self.out.put(&[END]);
    }
}

/// Sums up lengths, with an octet for each run of bits.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Sum {
    pub(super) len: usize,
    in_bits: bool,
    place: Place,
}

/// Where a table is to be sent: who reads a header is tolerant of what is nested too deep.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Place {
    #[default]
    Method,
    Header,
}

impl Sum {
    pub(super) const HEADER: Self = Self { len: 0, in_bits: false, place: Place::Header };

    #[inline]
    fn add(&mut self, len: usize) {
        self.len = self.len.saturating_add(len);
        self.in_bits = false;
    }
}

/// A field's type.
pub(super) trait Domain<'i>: Copy {
    fn read(fields: &mut Fields<'i>) -> Faulty<Self>;
    fn sum(self, sum: &mut Sum) -> Result<(), EncodeError>;
    fn put(self, out: &mut Put<'_>);
}

macro_rules! integers {
    ($($ty:ty),*) => {
        $(impl From<$ty> for Argument<'_> {
            fn from(number: $ty) -> Self {
                Self::Number(number.into())
            }
        }

        impl<'i> Domain<'i> for $ty {
            #[inline]
            fn read(fields: &mut Fields<'i>) -> Faulty<Self> {
                fields.chunk().map(Self::from_be_bytes)
            }

            #[inline]
            fn sum(self, sum: &mut Sum) -> Result<(), EncodeError> {
                sum.add(size_of::<Self>());
                Ok(())
            }

            #[inline]
            fn put(self, out: &mut Put<'_>) {
                out.flush();
                out.out.put(&self.to_be_bytes());
            }
        })*
    };
}

integers!(u8, u16, u32, u64);

/// Two octets.
impl<'i> Domain<'i> for ReplyCode {
    #[inline]
    fn read(fields: &mut Fields<'i>) -> Faulty<Self> {
        u16::read(fields).map(Self)
    }

    #[inline]
    fn sum(self, sum: &mut Sum) -> Result<(), EncodeError> {
        self.0.sum(sum)
    }

    #[inline]
    fn put(self, out: &mut Put<'_>) {
        self.0.put(out);
    }
}

/// A bit. Bits that follow each other share an octet, the first in its lowest place. (§4.2.5.2)
impl<'i> Domain<'i> for bool {
    #[inline]
    fn read(fields: &mut Fields<'i>) -> Faulty<Self> {
        if fields.next_bit == 0 {
            match next_u8(&mut fields.rest) {
                Some(bits) => fields.bits = bits,
                None => return Err(fields.short()),
            }
            fields.next_bit = 1;
        }
        let bit = fields.bits & fields.next_bit != 0;
        // Behind the eighth this is 0 again.
        fields.next_bit <<= 1;
        Ok(bit)
    }

    #[inline]
    fn sum(self, sum: &mut Sum) -> Result<(), EncodeError> {
        // No method has more than eight bits.
        if !sum.in_bits {
            sum.add(1);
            sum.in_bits = true;
        }
        Ok(())
    }

    #[inline]
    fn put(self, out: &mut Put<'_>) {
        if out.next_bit == 0 {
            out.next_bit = 1;
        }
        if self {
            out.bits |= out.next_bit;
        }
        out.next_bit <<= 1;
        if out.next_bit == 0 {
            out.out.put(&[out.bits]);
            out.bits = 0;
        }
    }
}

impl<'i> Domain<'i> for ShortStr<'i> {
    #[inline]
    fn read(fields: &mut Fields<'i>) -> Faulty<Self> {
        let start = fields.rest;
        let [len] = fields.chunk()?;
        match fields.rest.split_at_checked(usize::from(len)) {
            Some((bytes, rest)) => {
                fields.rest = rest;
                Ok(Self::new(bytes))
            }
            None => {
                fields.rest = start;
                Err(fields.short())
            }
        }
    }

    #[inline]
    fn sum(self, sum: &mut Sum) -> Result<(), EncodeError> {
        sum.add(self.measure()?);
        Ok(())
    }

    #[inline]
    fn put(self, out: &mut Put<'_>) {
        out.flush();
        wire::put_key(self, &mut out.out);
    }
}

/// A long string: any bytes.
impl<'i> Domain<'i> for &'i [u8] {
    #[inline]
    fn read(fields: &mut Fields<'i>) -> Faulty<Self> {
        fields.long()
    }

    #[inline]
    fn sum(self, sum: &mut Sum) -> Result<(), EncodeError> {
        // What is too long for a length of 32 bits is too long for any frame.
        sum.add(self.len().saturating_add(4));
        Ok(())
    }

    #[inline]
    fn put(self, out: &mut Put<'_>) {
        out.flush();
        out.out.put_head(u32::try_from(self.len()).unwrap_or(u32::MAX).to_be_bytes(), self);
    }
}

impl<'i> Domain<'i> for Table<'i> {
    #[inline]
    fn read(fields: &mut Fields<'i>) -> Faulty<Self> {
        let wire = fields.long()?;
        match validate(wire, fields.rules) {
            Ok(()) => Ok(List::from_wire_in(wire, fields.rules.dialect().spelling())),
            Err(fault) => {
                let DecodeError { kind, offset } = fields.error(fault.kind);
                Err(DecodeError { kind, offset: offset.saturating_sub(fault.left) })
            }
        }
    }

    #[inline]
    fn sum(self, sum: &mut Sum) -> Result<(), EncodeError> {
        sum.add(wire::measure(&self, sum.place)?.saturating_add(4));
        Ok(())
    }

    #[inline]
    fn put(self, out: &mut Put<'_>) {
        out.flush();
        out.out.put_counted(|out| List::put(&self, out));
    }
}
