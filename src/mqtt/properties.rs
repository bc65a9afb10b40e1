//! A list of properties: validated once, read lazily.

use super::property::Place;
use super::{EncodeError, ErrorKind, Field, PacketType, Property, PropertyId, varint};
use crate::Output;
use crate::list::{Item, List};
use crate::read::{Fault, Parsed, behind, fault, take};

/// The properties of a packet or of a will: bytes that decoding has validated, or a slice that you wrote.
///
/// ```
/// use fourwire::mqtt::{Properties, Property};
///
/// let properties = Properties::new(&[
///     Property::ContentType("application/json"),
///     Property::UserProperty("room", "kitchen"),
/// ]);
/// assert_eq!(properties.content_type(), Some("application/json"));
/// assert_eq!(properties.user_properties().next(), Some(("room", "kitchen")));
/// ```
pub type Properties<'a> = List<'a, Property<'a>>;

impl<'a> Properties<'a> {
    /// The first property with this identifier.
    pub fn find(&self, id: PropertyId) -> Option<Property<'a>> {
        let Some(mut wire) = self.wire() else {
            return self.iter().find(|property| property.id() == id);
        };
        while let [first, value @ ..] = wire {
            if *first == id as u8 {
                return Property::split(wire).map(|(property, _)| property);
            }
            wire = skip(PropertyId::from_value(*first)?, value)?;
        }
        None
    }

    /// All user properties in order, names and values.
    pub fn user_properties(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.iter().filter_map(|property| match property {
            Property::UserProperty(name, value) => Some((name, value)),
            _ => None,
        })
    }

    /// All subscription identifiers: a PUBLISH has one for each of the subscriptions that it matched and that have one.
    pub fn subscription_identifiers(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.iter().filter_map(|property| match property {
            Property::SubscriptionIdentifier(id) => Some(id),
            _ => None,
        })
    }

    /// Bytes on the wire with the property length before them.
    #[inline]
    pub(super) fn prefixed_len(&self) -> usize {
        self.prefixed_len_with(0)
    }

    /// The same with `more` bytes of properties behind these.
    #[inline]
    pub(super) fn prefixed_len_with(&self, more: usize) -> usize {
        let len = self.encoded_len().saturating_add(more);
        len.saturating_add(varint::encoded_len(u32::try_from(len).unwrap_or(u32::MAX)))
    }

    /// Whether the properties can be sent in `place`.
    #[inline]
    pub(super) fn check(&self, place: Place) -> Result<(), EncodeError> {
        if self.is_empty() { Ok(()) } else { self.check_each(place) }
    }

    fn check_each(&self, place: Place) -> Result<(), EncodeError> {
        let mut seen = Seen::default();
        for property in self {
            let id = property.id();
            if !place.has(id) {
                return Err(ErrorKind::PropertyNotAllowed(id).into());
            }
            if !seen.first(id, place) {
                return Err(ErrorKind::PropertyTwice(id).into());
            }
            // What was decoded was checked then, but perhaps for another packet.
            if self.wire().is_none() {
                property.check()?;
            }
        }
        seen.complete(place)?;
        if self.encoded_len() > varint::MAX as usize {
            return Err(EncodeError::TooLong(Field::Properties));
        }
        Ok(())
    }

    /// Puts the property length and the properties. [`check`](Self::check) was asked before.
    #[inline]
    pub(super) fn put_prefixed(&self, out: &mut impl Output) {
        self.put_prefixed_with(0, out);
    }

    /// The same with a property length for `more` bytes that the caller puts behind these.
    #[inline]
    pub(super) fn put_prefixed_with(&self, more: usize, out: &mut impl Output) {
        let len = u32::try_from(self.encoded_len().saturating_add(more)).unwrap_or(u32::MAX);
        let bytes = varint::encode(len);
        out.put(bytes.get(..varint::encoded_len(len)).unwrap_or(&bytes));
        self.put(out);
    }
}

/// Reads the property length and validates the properties behind it.
#[inline]
pub(super) fn properties(place: Place) -> impl Fn(&[u8]) -> Parsed<'_, Properties<'_>, ErrorKind> {
    move |input| {
        // Most packets have none.
        if let [0, rest @ ..] = input {
            required(place, input)?;
            return Ok((rest, Properties::EMPTY));
        }
        let (rest, len) = varint::minimal(Field::PropertyLength)(input)?;
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let (rest, wire) = take(len, ErrorKind::Truncated(Field::Properties))(rest)?;
        validate(wire, place).map_err(|error| behind(error, rest.len()))?;
        Ok((rest, Properties::from_wire(wire)))
    }
}

fn validate(wire: &[u8], place: Place) -> Result<(), nom::Err<Fault<ErrorKind>>> {
    let mut seen = Seen::default();
    let mut input = wire;
    while let [first, value @ ..] = input {
        let Some(id) = PropertyId::from_value(*first) else {
            return Err(fault(ErrorKind::UnknownProperty, input));
        };
        if !place.has(id) {
            return Err(fault(ErrorKind::PropertyNotAllowed(id), input));
        }
        if !seen.first(id, place) {
            return Err(fault(ErrorKind::PropertyTwice(id), input));
        }
        (input, ()) = id.validate(value)?;
    }
    seen.complete(place).map_err(|kind| fault(kind, wire))
}

#[inline]
fn required(place: Place, at: &[u8]) -> Result<(), nom::Err<Fault<ErrorKind>>> {
    Seen::default().complete(place).map_err(|kind| fault(kind, at))
}

/// Which properties were there: a bit for each identifier.
#[derive(Clone, Copy, Default)]
struct Seen(u64);

impl Seen {
    /// Whether the property may stand here (again): user properties always may, subscription identifiers in PUBLISH.
    #[inline]
    fn first(&mut self, id: PropertyId, place: Place) -> bool {
        let bit = 1_u64 << (id as u8 & 63);
        let first = self.0 & bit == 0;
        self.0 |= bit;
        first
            || match id {
                PropertyId::UserProperty => true,
                PropertyId::SubscriptionIdentifier => place == Place::of(PacketType::Publish),
                _ => false,
            }
    }

    #[inline]
    const fn has(self, id: PropertyId) -> bool {
        self.0 & 1 << (id as u8 & 63) != 0
    }

    /// Whether what must be there is: the method in AUTH, and beside authentication data.
    #[inline]
    fn complete(self, place: Place) -> Result<(), ErrorKind> {
        let needs_method = place == Place::of(PacketType::Auth) || self.has(PropertyId::AuthenticationData);
        if needs_method && !self.has(PropertyId::AuthenticationMethod) {
            return Err(ErrorKind::PropertyMissing(PropertyId::AuthenticationMethod));
        }
        Ok(())
    }
}

/// The bytes behind a value that was validated.
fn skip(id: PropertyId, value: &[u8]) -> Option<&[u8]> {
    use PropertyId as Id;
    let len = match id {
        Id::PayloadFormatIndicator
        | Id::RequestProblemInformation
        | Id::RequestResponseInformation
        | Id::MaximumQoS
        | Id::RetainAvailable
        | Id::WildcardSubscriptionAvailable
        | Id::SubscriptionIdentifierAvailable
        | Id::SharedSubscriptionAvailable => 1,
        Id::ServerKeepAlive | Id::ReceiveMaximum | Id::TopicAliasMaximum | Id::TopicAlias => 2,
        Id::MessageExpiryInterval | Id::SessionExpiryInterval | Id::WillDelayInterval | Id::MaximumPacketSize => 4,
        Id::SubscriptionIdentifier => value.iter().position(|byte| *byte < 0x80)?.saturating_add(1),
        Id::UserProperty => {
            let name = prefixed(value)?;
            return value.get(name.saturating_add(prefixed(value.get(name..)?)?)..);
        }
        _ => prefixed(value)?,
    };
    value.get(len..)
}

fn prefixed(value: &[u8]) -> Option<usize> {
    value.first_chunk().map(|len| usize::from(u16::from_be_bytes(*len)).saturating_add(2))
}
