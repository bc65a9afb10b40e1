//! Valid frames out of a fuzzer's bytes, to fuzz an application of your own with.

use alloc::vec::Vec;
use core::slice;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::encode::Sendable;
use super::spelling::Rules;
use super::{Command, ContentLength, Frame, FrameBuf, Header, HeaderName, Headers, Text, Version};

/// A valid frame of any command and version: what passes every check of the codec, and may still be wrong where it comes.
impl<'a> Arbitrary<'a> for FrameBuf<Vec<u8>> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let version = Option::<Version>::arbitrary(u)?;
        let commands = Command::ALL.into_iter().filter(|command| version.is_none_or(|version| command.is_in(version)));
        let command = *u.choose(&commands.collect::<Vec<_>>())?;
        let headers = headers(u, command, version)?;
        let body = if command.may_have_body(version) { body(u, command, version)? } else { &[] };
        // Only who counts can have a NUL in the body.
        let content_length = if body.contains(&0) { ContentLength::WithNul } else { u.arbitrary()? };
        let frame = Frame { body, content_length, ..Frame::new(command, headers.as_slice()) };
        Self::encode(&frame, version).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

/// Those that must be there, and some others.
fn headers<'a>(u: &mut Unstructured<'a>, command: Command, version: Option<Version>) -> Result<Vec<Header<'a>>> {
    let rules = Rules::of(version, command);
    let fits = |header: &Header<'_>| Headers::new(slice::from_ref(header)).measure(rules).is_ok();
    let mut all = Vec::new();
    let one_of_two = if command == Command::Unsubscribe { &[HeaderName::Destination][..] } else { &[] };
    for name in command.required_headers(version).iter().chain(one_of_two) {
        let header = Header::new(name.as_str(), text(u)?);
        all.push(if fits(&header) { header } else { Header::new(name.as_str(), "1") });
    }
    for _ in 0..u.int_in_range(0..=4)? {
        let name = match u.int_in_range(0..=3)? {
            0 => text(u)?,
            _ => (*u.choose(&["receipt", "transaction", "ack", "id", "heart-beat", "login", "content-type", "x"])?)
                .into(),
        };
        let header = Header::new(name, text(u)?);
        // How long the body is, is said when it is written.
        if fits(&header) && header.name != HeaderName::ContentLength.as_str() {
            all.push(header);
        }
    }
    Ok(all)
}

fn text<'a>(u: &mut Unstructured<'a>) -> Result<Text<'a>> {
    Ok(match u.int_in_range(0..=7)? {
        0 => <&[u8]>::arbitrary(u)?.into(),
        1 => (*u.choose(&["1", "1.2", "a", "/queue/a", "client", "0,0", "1.0,1.1,1.2"])?).into(),
        _ => <&str>::arbitrary(u)?.into(),
    })
}

fn body<'a>(u: &mut Unstructured<'a>, command: Command, version: Option<Version>) -> Result<&'a [u8]> {
    let body = <&[u8]>::arbitrary(u)?;
    if command.is_counted(version) {
        return Ok(body);
    }
    // NUL ends it.
    Ok(body.split(|byte| *byte == 0).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made::made;

    /// Bytes that are there are a frame; all commands come up, in all versions that have them, and before one was agreed.
    #[test]
    fn all_frames_are_valid() {
        let mut seen = Vec::new();
        let (mut escaped, mut bodies) = (0, 0);
        for buf in made::<FrameBuf<Vec<u8>>>(4000) {
            FrameBuf::new(buf.bytes().clone(), buf.version()).expect("valid");
            let frame = buf.frame();
            seen.push((frame.command.as_str(), buf.version()));
            escaped += usize::from(frame.headers.iter().any(|it| it.value.chunks().count() > 1));
            bodies += usize::from(!frame.body.is_empty());
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4 * Command::ALL.len() - 2, "1.0 has no NACK and no STOMP");
        assert!(escaped > 0 && bodies > 100, "{escaped} {bodies}");
    }
}
