//! Content headers, and the fourteen properties of `basic`. (§4.2.6.1)

use core::fmt;

use super::domain::{Argument, Domain, Fields, Put, Sum, spelled};
use super::frame::END;
use super::wire::next_long;
use super::{DecodeError, Dialect, EncodeError, ShortStr, Table};
use crate::list::List;
use crate::read::{next_chunk, next_u8};
use crate::write::Writer;

/// What is said of a message before its body.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ContentHeader<'a> {
    /// How long the body is, in all its frames together. A body of 0 bytes has no frame.
    pub body_size: u64,
    /// The properties.
    pub properties: Properties<'a>,
}

/// The number of the only class that has content.
pub(super) const BASIC: u16 = 60;

/// A property's value: read again after it was proved, and passed over.
trait Proved<'a>: Domain<'a> {
    fn next(wire: &mut &'a [u8], dialect: Dialect) -> Option<Self>;
}

impl<'a> Proved<'a> for ShortStr<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], _: Dialect) -> Option<Self> {
        let len = usize::from(next_u8(wire)?);
        let (bytes, rest) = wire.split_at_checked(len)?;
        *wire = rest;
        Some(Self::new(bytes))
    }
}

impl<'a> Proved<'a> for Table<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], dialect: Dialect) -> Option<Self> {
        next_long(wire).map(|wire| List::from_wire_in(wire, dialect.tolerated()))
    }
}

impl<'a> Proved<'a> for u8 {
    #[inline]
    fn next(wire: &mut &'a [u8], _: Dialect) -> Option<Self> {
        next_u8(wire)
    }
}

impl<'a> Proved<'a> for u64 {
    #[inline]
    fn next(wire: &mut &'a [u8], _: Dialect) -> Option<Self> {
        next_chunk(wire).map(|bytes| Self::from_be_bytes(*bytes))
    }
}

// One line a property: its flag's bit, its name, its type.
macro_rules! properties {
    (<$a:lifetime> $($(#[$doc:meta])* $bit:literal $name:ident: $ty:ty,)*) => {
        /// The properties of a message that you write: those that are `Some` are sent.
        ///
        /// ```
        /// use fourwire::amqp::BasicProperties;
        ///
        /// let persistent = BasicProperties {
        ///     content_type: Some("application/json".into()),
        ///     delivery_mode: Some(BasicProperties::PERSISTENT),
        ///     ..BasicProperties::default()
        /// };
        /// assert_eq!(persistent.content_type.unwrap(), "application/json");
        /// ```
        #[derive(Clone, Copy, PartialEq, Debug, Default)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub struct BasicProperties<$a> {
            $($(#[$doc])* pub $name: Option<$ty>,)*
        }

        impl<$a> Properties<$a> {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> Option<$ty> {
                    match self.repr {
                        Repr::Written(written) => written.$name,
                        Repr::Wire { flags, bytes, dialect } => {
                            at(flags, bytes, $bit).and_then(|mut wire| Proved::next(&mut wire, dialect))
                        }
                    }
                }
            )*

            /// All properties.
            pub fn get(&self) -> BasicProperties<$a> {
                let (flags, mut bytes, dialect) = match self.repr {
                    Repr::Written(written) => return *written,
                    Repr::Wire { flags, bytes, dialect } => (flags, bytes, dialect),
                };
                // One after the other into their places: all at once they would be more than there are registers.
                let mut all = BasicProperties::default();
                $(if flags & 1 << $bit != 0 {
                    all.$name = Proved::next(&mut bytes, dialect);
                })*
                all
            }
        }

        impl BasicProperties<'_> {
            /// Shows each property that is there with its name, in order: for logs and tools.
            pub fn each(&self, see: &mut dyn FnMut(&'static str, Argument<'_>)) {
                $(if let Some(value) = self.$name {
                    see(spelled(stringify!($name)), value.into());
                })*
            }
        }

        /// Proves the properties that the flags name, to the end.
        #[inline]
        fn prove<$a>(flags: u16, fields: &mut Fields<$a>) -> Result<(), DecodeError> {
            $(if flags & 1 << $bit != 0 {
                let _: $ty = Domain::read(fields)?;
            })*
            fields.end()
        }

        impl<$a> BasicProperties<$a> {
            fn measure(&self) -> Result<usize, EncodeError> {
                let mut sum = Sum::HEADER;
                $(if let Some(value) = self.$name {
                    value.sum(&mut sum)?;
                })*
                Ok(sum.len)
            }

            fn put(&self, out: Writer<'_>) {
                let Some((to, out)) = out.split_first_chunk() else { return };
                let (mut flags, mut out) = (0_u16, Put::new(out));
                $(if let Some(value) = self.$name {
                    flags |= 1 << $bit;
                    value.put(&mut out);
                })*
                *to = flags.to_be_bytes();
                out.end();
            }
        }
    };
}

properties! { <'a>
    /// The MIME type of the body.
    15 content_type: ShortStr<'a>,
    /// The MIME encoding of the body.
    14 content_encoding: ShortStr<'a>,
    /// The headers: for applications, and for headers exchanges.
    13 headers: Table<'a>,
    /// 1: not persistent, 2: persistent.
    12 delivery_mode: u8,
    /// The priority, 0 to 9.
    11 priority: u8,
    /// Which request this answers.
    10 correlation_id: ShortStr<'a>,
    /// The queue that answers are to go to.
    9 reply_to: ShortStr<'a>,
    /// Milliseconds after which the message is dropped or dead-lettered, in decimal digits.
    8 expiration: ShortStr<'a>,
    /// The message's name.
    7 message_id: ShortStr<'a>,
    /// Seconds since 1970.
    6 timestamp: u64,
    /// What kind of message it is. (`type`)
    5 kind: ShortStr<'a>,
    /// Who publishes it: RabbitMQ proves this.
    4 user_id: ShortStr<'a>,
    /// With what application.
    3 app_id: ShortStr<'a>,
    /// Nothing any more; of an older protocol.
    2 cluster_id: ShortStr<'a>,
}

impl BasicProperties<'_> {
    /// The delivery mode of a message that need not outlive the server's restart.
    pub const TRANSIENT: u8 = 1;
    /// The delivery mode of a message that is to outlive the server's restart, in a durable queue.
    pub const PERSISTENT: u8 = 2;
}

/// The properties of a message: bytes that decoding has validated, read when you ask; or [`BasicProperties`] that you
/// wrote. Sending received properties on is one copy.
#[derive(Clone, Copy)]
pub struct Properties<'a> {
    repr: Repr<'a>,
}

#[derive(Clone, Copy)]
enum Repr<'a> {
    Wire { flags: u16, bytes: &'a [u8], dialect: Dialect },
    Written(&'a BasicProperties<'a>),
}

impl<'a> Properties<'a> {
    /// No properties.
    pub const EMPTY: Self = Self { repr: Repr::Wire { flags: 0, bytes: &[], dialect: Dialect::RabbitMq } };

    /// Whether the message is to outlive the server's restart.
    pub fn is_persistent(&self) -> bool {
        self.delivery_mode() == Some(BasicProperties::PERSISTENT)
    }

    /// The length of flags and properties, if they can be sent.
    #[inline]
    pub(super) fn measure(&self) -> Result<usize, EncodeError> {
        let len = match self.repr {
            Repr::Wire { bytes, .. } => bytes.len(),
            Repr::Written(written) => written.measure()?,
        };
        Ok(len.saturating_add(2))
    }

    /// Puts flags and properties, and the frame's end.
    #[inline]
    pub(super) fn put(&self, mut out: Writer<'_>) {
        match self.repr {
            Repr::Wire { flags, bytes, .. } => {
                out.put(&flags.to_be_bytes());
                out.put(bytes);
                out.put(&[END]);
            }
            Repr::Written(written) => written.put(out),
        }
    }

    /// Proves flags and properties, to the frame's end.
    #[inline]
    pub(super) fn read(fields: &mut Fields<'a>) -> Result<Self, DecodeError> {
        // The lowest bit means that more flags follow, which no class has, and the next one nothing. RabbitMQ looks at
        // neither, and hands both on.
        let flags = u16::read(fields)?;
        let bytes = fields.rest;
        prove(flags, fields)?;
        Ok(Self { repr: Repr::Wire { flags, bytes, dialect: fields.rules().dialect() } })
    }
}

/// The bytes from the property with this flag on, if it is there.
fn at(flags: u16, mut wire: &[u8], wanted: u8) -> Option<&[u8]> {
    if flags & 1 << wanted == 0 {
        return None;
    }
    let mut bit = 15;
    while bit > wanted {
        if flags & 1 << bit != 0 {
            match bit {
                13 => drop(next_long(&mut wire)?),
                12 | 11 => drop(next_u8(&mut wire)?),
                6 => drop(next_chunk::<8>(&mut wire)?),
                _ => drop(<ShortStr<'_> as Proved<'_>>::next(&mut wire, Dialect::RabbitMq)?),
            }
        }
        bit = bit.saturating_sub(1);
    }
    Some(wire)
}

impl Default for Properties<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<'a> From<&'a BasicProperties<'a>> for Properties<'a> {
    fn from(written: &'a BasicProperties<'a>) -> Self {
        Self { repr: Repr::Written(written) }
    }
}

impl PartialEq for Properties<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Properties<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}
