//! A list of properties: validated once, read lazily.

use super::property::Place;
use super::{EncodeError, ErrorKind, Field, PacketType, Property, PropertyId, varint};
use crate::list::{Item, List};
use crate::read::{Fault, Parsed, behind, fault, take};
use crate::write::Writer;

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

    /// Checks that the properties can be sent in `place`, and measures them: how many bytes they take.
    #[inline]
    pub(super) fn measure(&self, place: Place) -> Result<Measured, EncodeError> {
        if self.is_empty() { Ok(Measured { len: 0, is_text: false }) } else { self.measure_each(place) }
    }

    fn measure_each(&self, place: Place) -> Result<Measured, EncodeError> {
        let mut seen = Seen::default();
        let (mut len, mut is_text) = (0_usize, false);
        // What was decoded was checked then, but perhaps for another packet.
        let written = self.wire().is_none();
        for property in self {
            let id = property.id();
            if !place.has(id) {
                return Err(ErrorKind::PropertyNotAllowed(id).into());
            }
            if !seen.first(id, place) {
                return Err(ErrorKind::PropertyTwice(id).into());
            }
            if written {
                property.check()?;
            }
            len = len.saturating_add(property.encoded_len());
            is_text |= matches!(property, Property::PayloadFormatIndicator(true));
        }
        seen.complete(place)?;
        if len > varint::MAX as usize {
            return Err(EncodeError::TooLong(Field::Properties));
        }
        Ok(Measured { len, is_text })
    }

    /// Checks that the properties can be sent in `place`.
    #[inline]
    pub(super) fn check(&self, place: Place) -> Result<(), EncodeError> {
        self.measure(place).map(drop)
    }

    /// Bytes on the wire with the property length before them.
    #[inline]
    pub(super) fn prefixed_len(&self) -> usize {
        prefixed_len(self.encoded_len())
    }

    /// Puts the property length and the properties.
    #[inline]
    pub(super) fn put_prefixed(&self, out: &mut Writer<'_>) {
        self.put_measured(self.encoded_len(), out);
    }

    /// Puts `len`, which may count bytes that the caller puts behind, and the properties.
    #[inline]
    pub(super) fn put_measured(&self, len: usize, out: &mut Writer<'_>) {
        varint::put(u32::try_from(len).unwrap_or(u32::MAX), out);
        self.put(out);
    }
}

/// What the encoder knows of properties once it has looked at them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// Bytes that they take, without the property length.
    pub(super) len: usize,
    /// Whether the payload is said to be UTF-8.
    pub(super) is_text: bool,
}

/// Properties of `len` bytes and the property length before them.
#[inline]
pub(super) fn prefixed_len(len: usize) -> usize {
    len.saturating_add(varint::encoded_len(u32::try_from(len).unwrap_or(u32::MAX)))
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
