//! Reply codes.

use core::fmt;

macro_rules! replies {
    ($($(#[$doc:meta])* $name:ident = $value:literal $text:literal $hard:literal,)*) => {
        /// Why a channel or a connection is closed, or a message comes back. (§1.2, constants)
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub struct ReplyCode(pub u16);

        #[allow(non_upper_case_globals, reason = "they read like variants; a peer may send others")]
        impl ReplyCode {
            $($(#[$doc])* pub const $name: Self = Self($value);)*

            /// The name, as the specification writes it.
            pub const fn name(self) -> &'static str {
                match self.0 {
                    $($value => $text,)*
                    _ => "UNKNOWN",
                }
            }

            /// Whether the error ends the connection, and not the channel alone.
            pub const fn is_hard(self) -> bool {
                match self.0 {
                    $($value => $hard,)*
                    // What nobody knows is not gone on with.
                    _ => true,
                }
            }
        }
    };
}

replies! {
    /// All went well.
    Success = 200 "REPLY_SUCCESS" false,
    /// The content is larger than the server takes now.
    ContentTooLarge = 311 "CONTENT_TOO_LARGE" false,
    /// Nothing takes a mandatory message.
    NoRoute = 312 "NO_ROUTE" false,
    /// Nobody takes an immediate message now.
    NoConsumers = 313 "NO_CONSUMERS" false,
    /// An operator closed the connection.
    ConnectionForced = 320 "CONNECTION_FORCED" true,
    /// The virtual host is not known.
    InvalidPath = 402 "INVALID_PATH" true,
    /// It is not allowed.
    AccessRefused = 403 "ACCESS_REFUSED" false,
    /// There is no such exchange, or queue.
    NotFound = 404 "NOT_FOUND" false,
    /// Another client has it for itself.
    ResourceLocked = 405 "RESOURCE_LOCKED" false,
    /// It is there, and not as it was asked for; or a delivery tag is not known.
    PreconditionFailed = 406 "PRECONDITION_FAILED" false,
    /// A frame cannot be read.
    FrameError = 501 "FRAME_ERROR" true,
    /// A field has a value that it cannot have.
    SyntaxError = 502 "SYNTAX_ERROR" true,
    /// A method that is not possible here and now.
    CommandInvalid = 503 "COMMAND_INVALID" true,
    /// The channel is not open, or cannot be.
    ChannelError = 504 "CHANNEL_ERROR" true,
    /// A frame that is not possible here and now.
    UnexpectedFrame = 505 "UNEXPECTED_FRAME" true,
    /// The server is out of something.
    ResourceError = 506 "RESOURCE_ERROR" true,
    /// It is forbidden whatever the rights.
    NotAllowed = 530 "NOT_ALLOWED" true,
    /// The method is not known.
    NotImplemented = 540 "NOT_IMPLEMENTED" true,
    /// The peer is broken.
    InternalError = 541 "INTERNAL_ERROR" true,
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.name())
    }
}

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
