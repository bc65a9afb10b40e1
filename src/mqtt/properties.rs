//! A list of properties: validated once, read lazily.

use super::property::Place;
use super::{EncodeError, ErrorKind, Field, Property, PropertyId, Version, varint};
use crate::list::{Item, List, Spelling};
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
                return Property::next(&mut wire, Spelling::USUAL);
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

    /// Checks that the properties can be sent in `place`, and measures them.
    #[inline]
    pub(super) fn measure(&self, version: Version, place: Place) -> Result<Measured, EncodeError> {
        let (len, is_text) = match self.written() {
            _ if self.is_empty() => (0, false),
            _ if !version.is_v5() => return Err(EncodeError::NotInThisVersion(Field::Properties)),
            Some(items) => measure_written(items, place)?,
            None => measure_wire(self.wire().unwrap_or_default(), place)?,
        };
        Ok(Measured { len, is_text, is_v5: version.is_v5() })
    }

    /// Bytes on the wire with the property length before them, or nothing before 5.0.
    #[inline]
    pub(super) fn prefixed_len(&self, version: Version) -> usize {
        Measured { len: self.encoded_len(), is_text: false, is_v5: version.is_v5() }.prefixed_len()
    }

    /// Puts the property length and the properties, or nothing before 5.0.
    #[inline]
    pub(super) fn put_prefixed(&self, measured: Measured, out: &mut Writer<'_>) {
        if measured.is_v5 {
            varint::put(u32::try_from(measured.len).unwrap_or(u32::MAX), out);
            self.put(out);
        }
    }
}

/// What the encoder knows of properties once it has looked at them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// Bytes that they take, without the property length.
    pub(super) len: usize,
    /// Whether the payload is said to be UTF-8.
    pub(super) is_text: bool,
    is_v5: bool,
}

impl Measured {
    /// Bytes on the wire with the property length before them, or nothing before 5.0.
    #[inline]
    pub(super) fn prefixed_len(self) -> usize {
        let length = varint::encoded_len(u32::try_from(self.len).unwrap_or(u32::MAX));
        if self.is_v5 { self.len.saturating_add(length) } else { 0 }
    }
}

fn measure_written(items: &[Property<'_>], place: Place) -> Result<(usize, bool), EncodeError> {
    let mut seen = Seen::default();
    let mut len = 0_usize;
    for property in items {
        seen.note_format(matches!(property, Property::PayloadFormatIndicator(true)));
        len = len.saturating_add(property.measure(place, &mut seen)?);
    }
    seen.complete(place)?;
    if len > varint::MAX as usize {
        return Err(EncodeError::TooLong(Field::Properties));
    }
    Ok((len, seen.is_text()))
}

/// What was decoded was checked then, but perhaps for another packet.
fn measure_wire(wire: &[u8], place: Place) -> Result<(usize, bool), EncodeError> {
    let mut seen = Seen::default();
    let mut rest = wire;
    while let [id, value @ ..] = rest {
        let Some(id) = PropertyId::from_value(*id) else { break };
        seen.see(id, place)?;
        seen.note_format(id == PropertyId::PayloadFormatIndicator && value.first() == Some(&1));
        rest = skip(id, value).unwrap_or_default();
    }
    seen.complete(place)?;
    Ok((wire.len(), seen.is_text()))
}

/// Reads the property length and proves the properties behind it.
#[inline]
pub(super) fn properties(place: Place) -> impl Fn(&[u8]) -> Parsed<'_, Properties<'_>, ErrorKind> {
    move |input| properties_seen(place)(input).map(|(rest, (properties, _))| (rest, properties))
}

/// The same, and tells which there were.
#[inline]
pub(super) fn properties_seen(place: Place) -> impl Fn(&[u8]) -> Parsed<'_, (Properties<'_>, Seen), ErrorKind> {
    move |input| {
        // Most packets have none.
        if let [0, rest @ ..] = input {
            let seen = Seen::default();
            seen.complete(place).map_err(|kind| fault(kind, input))?;
            return Ok((rest, (Properties::EMPTY, seen)));
        }
        let (rest, len) = varint::minimal(Field::PropertyLength)(input)?;
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let (rest, wire) = take(len, ErrorKind::Truncated(Field::Properties))(rest)?;
        let seen = validate(wire, place).map_err(|error| behind(error, rest.len()))?;
        Ok((rest, (Properties::from_wire(wire), seen)))
    }
}

/// Reads properties that were proved.
#[inline]
pub(super) fn next_properties<'i>(input: &mut &'i [u8]) -> Option<Properties<'i>> {
    let varint::VarInt::Whole { value, len, .. } = varint::split(input) else { return None };
    let (wire, rest) = input.get(len..)?.split_at_checked(usize::try_from(value).ok()?)?;
    *input = rest;
    Some(Properties::from_wire(wire))
}

fn validate(wire: &[u8], place: Place) -> Result<Seen, nom::Err<Fault<ErrorKind>>> {
    let mut seen = Seen::default();
    let mut input = wire;
    while let [first, value @ ..] = input {
        let Some(id) = PropertyId::from_value(*first) else {
            return Err(fault(ErrorKind::UnknownProperty, input));
        };
        seen.see(id, place).map_err(|kind| fault(kind, input))?;
        seen.note_format(id == PropertyId::PayloadFormatIndicator && value.first() == Some(&1));
        (input, ()) = id.validate(value)?;
    }
    seen.complete(place).map_err(|kind| fault(kind, wire))?;
    Ok(seen)
}

/// Which properties there were: a bit for each identifier.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen(u64);

impl Seen {
    /// Beside the identifiers, which are below 64: the payload is said to be UTF-8.
    const IS_TEXT: u64 = 1 << 63;

    /// Notes a property, if it may stand here (again).
    #[inline]
    pub(super) fn see(&mut self, id: PropertyId, place: Place) -> Result<(), ErrorKind> {
        let bit = id.bit();
        if place.allowed & bit == 0 {
            return Err(ErrorKind::PropertyNotAllowed(id));
        }
        if self.0 & !place.many & bit != 0 {
            return Err(ErrorKind::PropertyTwice(id));
        }
        self.0 |= bit;
        Ok(())
    }

    #[inline]
    fn note_format(&mut self, is_text: bool) {
        if is_text {
            self.0 |= Self::IS_TEXT;
        }
    }

    #[inline]
    pub(super) const fn has(self, id: PropertyId) -> bool {
        self.0 & id.bit() != 0
    }

    /// Whether the payload is said to be UTF-8.
    #[inline]
    pub(super) const fn is_text(self) -> bool {
        self.0 & Self::IS_TEXT != 0
    }

    /// Whether what must be there is: the method in AUTH, and beside authentication data.
    #[inline]
    fn complete(self, place: Place) -> Result<(), ErrorKind> {
        const METHOD: u64 = PropertyId::AuthenticationMethod.bit();
        let beside_data = if self.has(PropertyId::AuthenticationData) { METHOD } else { 0 };
        if (place.required | beside_data) & !self.0 != 0 {
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
