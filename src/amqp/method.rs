//! What is made of the table in `methods.rs`: a struct for each method, the enum of all, decoding and encoding.

/// Which end sends a method.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Sender {
    /// Clients alone.
    Client,
    /// Servers alone.
    Server,
    /// Both.
    Both,
}

// A class: its name and number, and its methods. A method: the variant's name, the struct's, its number and its name on
// paper; who sends it; whether content follows; which methods answer it; the fields. Types in brackets
// or parentheses are fields without a meaning, before and behind the others: they are read and not looked at, and written
// as nothing.
macro_rules! methods {
    ($(
        $(#[$class_doc:meta])*
        $class:ident $class_id:literal {
            $(
                $(#[$doc:meta])*
                $variant:ident: $name:ident $(<$lt:lifetime>)? $id:literal $text:literal
                    from $sender:ident $(with $content:ident)? $(answered by $($answer:ident)|+)?
                {
                    $([$before:ty])?
                    $($(#[$field_doc:meta])* $field:ident: $ty:ty,)*
                    $(($($after:ty),+))?
                }
            )*
        }
    )*) => {
        $(
            $(#[$class_doc])*
            pub mod $class {
                use super::super::decode::Decoded;
                use super::super::encode::Arguments;
                #[allow(unused_imports, reason = "not every class has fields")]
                use super::super::domain::{Domain, Fields, Put, Sum};
                use super::super::error::Unit;
                #[allow(unused_imports, reason = "not every class has fields")]
                use super::super::show::secret;
                use super::super::table::Rules;
                use crate::write::Writer;
                #[cfg(feature = "serde")]
                use serde::ser::SerializeStruct;
                #[allow(unused_imports, reason = "not every class has all")]
                use super::super::{Argument, EncodeError, Frame, Method, MethodId, ReplyCode, ShortStr, Table};

                $(
                    $(#[$doc])*
                    #[derive(Clone, Copy, PartialEq, Default)]
                    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
                    pub struct $name $(<$lt>)? {
                        $($(#[$field_doc])* pub $field: $ty,)*
                    }

                    /// What a peer authenticates by is not shown, only how long it is.
                    impl $(<$lt>)? core::fmt::Debug for $name $(<$lt>)? {
                        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                            #[allow(clippy::allow_attributes, unused_mut, reason = "some have no fields")]
                            let mut shown = f.debug_struct(stringify!($name));
                            $(match secret(stringify!($field), self.$field.into()) {
                                Some(hidden) => shown.field(stringify!($field), &hidden),
                                None => shown.field(stringify!($field), &self.$field),
                            };)*
                            shown.finish()
                        }
                    }

                    /// What a peer authenticates by is not shown, only how long it is.
                    #[cfg(feature = "serde")]
                    impl $(<$lt>)? serde::Serialize for $name $(<$lt>)? {
                        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                            const FIELDS: &[&str] = &[$(stringify!($field)),*];
                            #[allow(clippy::allow_attributes, unused_mut, reason = "some have no fields")]
                            let mut shown = serializer.serialize_struct(stringify!($name), FIELDS.len())?;
                            $(match secret(stringify!($field), self.$field.into()) {
                                Some(hidden) => shown.serialize_field(stringify!($field), &hidden)?,
                                None => shown.serialize_field(stringify!($field), &self.$field)?,
                            })*
                            shown.end()
                        }
                    }

                    impl<'a> From<$name $(<$lt>)?> for Method<'a> {
                        fn from(method: $name $(<$lt>)?) -> Self {
                            Self::$variant(method)
                        }
                    }

                    impl $(<$lt>)? $name $(<$lt>)? {
                        /// Makes all of what the decoder returns: it is large, and would be copied on its way out.
                        #[allow(clippy::allow_attributes, unused_mut, reason = "some have no fields")]
                        pub(in super::super) fn decode<'i>(
                            arguments: &'i [u8],
                            rules: Rules,
                            channel: u16,
                            used: usize,
                        ) -> Decoded<'i> {
                            let unit = Unit::Method(MethodId::$variant);
                            let mut fields = Fields::new(arguments, unit, rules, used);
                            $(let _: $before = Domain::read(&mut fields)?;)?
                            $(let $field = Domain::read(&mut fields)?;)*
                            $($(let _: $after = Domain::read(&mut fields)?;)+)?
                            fields.end()?;
                            Ok(Some((Frame::Method(channel, Method::$variant($name { $($field,)* })), used)))
                        }

                        #[allow(unused_variables, reason = "some have none")]
                        pub(in super::super) fn each_argument(&self, see: &mut dyn FnMut(&'static str, Argument<'_>)) {
                            $(see(super::super::domain::spelled(stringify!($field)), self.$field.into());)*
                        }
                    }

                    impl $(<$lt>)? Arguments for $name $(<$lt>)? {
                        const ID: MethodId = MethodId::$variant;

                        #[allow(clippy::allow_attributes, unused_mut, reason = "some have no fields")]
                        #[inline]
                        fn measure(&self) -> Result<usize, EncodeError> {
                            let mut sum = Sum::default();
                            $(<$before>::default().sum(&mut sum)?;)?
                            $(self.$field.sum(&mut sum)?;)*
                            $($(<$after>::default().sum(&mut sum)?;)+)?
                            Ok(sum.len)
                        }

                        #[inline]
                        fn put(&self, out: Writer<'_>) {
                            #[allow(clippy::allow_attributes, unused_mut, reason = "some have no fields")]
                            let mut out = Put::new(out);
                            $(<$before>::default().put(&mut out);)?
                            $(self.$field.put(&mut out);)*
                            $($(<$after>::default().put(&mut out);)+)?
                            out.end();
                        }
                    }
                )*
            }
        )*

        /// A method, by name.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(u16)]
        pub enum MethodId {
            // No number is larger than 255: so one that is kept takes two bytes.
            $($($(#[$doc])* $variant = $class_id << 8 | $id,)*)*
        }

        impl MethodId {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];

            /// The method of these numbers, if somebody knows it.
            #[inline]
            pub const fn from_ids(class: u16, method: u16) -> Option<Self> {
                Some(match (class, method) {
                    $($(($class_id, $id) => Self::$variant,)*)*
                    _ => return None,
                })
            }

            /// The name, as the specification writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$variant => $text,)*)*
                }
            }

            /// Who sends it.
            pub const fn sender(self) -> Sender {
                match self {
                    $($(Self::$variant => Sender::$sender,)*)*
                }
            }

            /// Whether a content header, and perhaps bodies, follow.
            pub const fn has_content(self) -> bool {
                match self {
                    $($($(Self::$variant => { const _: &str = stringify!($content); true })?)*)*
                    _ => false,
                }
            }

            /// The methods that answer it, if it is a synchronous one.
            pub const fn answers(self) -> &'static [Self] {
                match self {
                    $($($(Self::$variant => &[$(Self::$answer),+],)?)*)*
                    _ => &[],
                }
            }
        }

        /// Any method with its arguments.
        #[derive(Clone, Copy, PartialEq, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub enum Method<'a> {
            $($($(#[$doc])* $variant($class::$name $(<$lt>)?),)*)*
        }

        impl<'a> Method<'a> {
            /// Which it is.
            #[inline]
            pub const fn id(&self) -> MethodId {
                match self {
                    $($(Self::$variant(_) => MethodId::$variant,)*)*
                }
            }

            /// Shows each argument with its name, in order: for logs and tools.
            pub fn each_argument(&self, see: &mut dyn FnMut(&'static str, Argument<'_>)) {
                match self {
                    $($(Self::$variant(method) => method.each_argument(see),)*)*
                }
            }

            /// The frame with the method of these numbers and arguments.
            #[inline]
            pub(super) fn decode(
                id: (u16, u16),
                arguments: &'a [u8],
                rules: Rules,
                channel: u16,
                used: usize,
            ) -> Decoded<'a> {
                match id {
                    $($(($class_id, $id) => $class::$name::decode(arguments, rules, channel, used),)*)*
                    (class, method) => Err(no_method(class, method)),
                }
            }

            /// The length of the arguments, if they can be sent.
            #[inline]
            pub(super) fn measure(&self) -> Result<usize, EncodeError> {
                match self {
                    $($(Self::$variant(method) => method.measure(),)*)*
                }
            }

            /// Writes the frame.
            #[inline]
            pub(super) fn encode(
                &self,
                channel: u16,
                frame_max: u32,
                out: &mut impl Output,
            ) -> Result<(), EncodeError> {
                match self {
                    $($(Self::$variant(arguments) => encode::method(channel, arguments, frame_max, out),)*)*
                }
            }
        }
    };
}

pub(super) use methods;
