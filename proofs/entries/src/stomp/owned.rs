//! What owns its bytes.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use fourwire::stomp::*;

use crate::entries;

type Owned = FrameBuf<Vec<u8>>;
type Shrunk = FrameBuf<Box<[u8]>>;

entries! {
    fourwire::stomp::FrameBuf = Owned {
        fn encode(frame: &Frame<'_>, version: Option<Version>) -> Result<Owned, EncodeError>;
        fn replace(buf: &mut Owned, frame: &Frame<'_>) -> Result<(), EncodeError>;
        fn into(buf: Owned) -> Shrunk;
    }
    fourwire::stomp::Text = Text<'_> {
        fn to_cow<'a>(text: Text<'a>) -> Cow<'a, [u8]>;
    }
}
