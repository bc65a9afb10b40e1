//! Frames of every kind, written and not decoded: many are valid, the others nearly so; headers hold what could be
//! taken for the end of a line, of a header, or of a frame.

use arbitrary::{Result, Unstructured};
use fourwire::stomp::{Command, ContentLength, Decoder, Frame, Header, HeaderName, Headers, Text, Unit, Version};

use super::super::decoding::encodes;
use super::{Stomp, VERSIONS};

/// Laws 3 and 4 for frames that were written: each is refused, and nothing is put; or what comes back is the same frame,
/// with the same headers and no other but the length of the body, in this version and sent on in any other.
///
/// Whether it was written.
pub fn structured(u: &mut Unstructured<'_>) -> Result<bool> {
    let mut is_written = false;
    structured_frame(u, |version, frame| is_written = check(version, frame))?;
    Ok(is_written)
}

/// Makes a frame, and hands it to `check`.
pub fn structured_frame(u: &mut Unstructured<'_>, check: impl FnOnce(Option<Version>, &Frame<'_>)) -> Result<()> {
    let version = *u.choose(&VERSIONS)?;
    let command = *u.choose(&Command::ALL)?;
    let mut headers = Vec::new();
    for name in command.required_headers(version) {
        if u.arbitrary::<u8>()? != 0xA5 {
            headers.push(Header::new(name.as_str(), text(u)?));
        }
    }
    for _ in 0..u.int_in_range(0..=3)? {
        let name = match u.int_in_range(0..=8)? {
            0 => text(u)?,
            1 => HeaderName::ContentLength.as_str().into(),
            2 => HeaderName::Id.as_str().into(),
            _ => (*u.choose(&["a", "receipt", "größer", "content-type", "x-y"])?).into(),
        };
        headers.push(Header { name, value: if u.ratio(1, 4)? { "3".into() } else { text(u)? } });
    }
    let body: &[u8] = match u.int_in_range(0..=3)? {
        0 => &[],
        1 => b"a\0b",
        _ => u.arbitrary()?,
    };
    let content_length = *u.choose(&[ContentLength::Always, ContentLength::WithNul, ContentLength::Never])?;
    let frame = Frame { body, content_length, ..Frame::new(command, &headers[..]) };
    check(version, &frame);
    Ok(())
}

fn check(version: Option<Version>, frame: &Frame<'_>) -> bool {
    let decoder = Decoder::new(version);
    let Some(bytes) = encodes::<Stomp>(&decoder, &Unit::Frame(*frame)) else { return false };
    let (back, rest) = decoded(decoder, &bytes);
    assert_eq!((back.command, back.body), (frame.command, frame.body));
    assert_eq!(rest, 0, "{:?} is in {frame:?}", bytes.escape_ascii().to_string());
    same(frame.headers, back.headers);
    for other in VERSIONS {
        // As it came, or in other words, or not at all.
        let decoder = Decoder::new(other);
        if let Some(bytes) = encodes::<Stomp>(&decoder, &Unit::Frame(back)) {
            let (again, rest) = decoded(decoder, &bytes);
            assert_eq!((again.command, again.body, rest), (frame.command, frame.body, 0));
            same(back.headers, again.headers);
        }
    }
    true
}

fn decoded(mut decoder: Decoder, bytes: &[u8]) -> (Frame<'_>, usize) {
    match decoder.decode(bytes) {
        Ok(Some((Unit::Frame(frame), used))) => (frame, bytes.len() - used),
        other => panic!("{:?} is read as {other:?}", bytes.escape_ascii().to_string()),
    }
}

fn same(written: Headers<'_>, back: Headers<'_>) {
    let mut rest = back.iter();
    for header in written {
        assert_eq!(rest.next(), Some(header));
    }
    let more: Vec<_> = rest.map(|header| header.name.to_string()).collect();
    assert!(more.is_empty() || more == ["content-length"], "{more:?}");
}

/// What headers hold as a rule; and what would end them.
const TEXTS: [&str; 14] = [
    "",
    "/queue/a",
    "1",
    "größer",
    "a:b",
    "a\nb:c",
    "\r",
    "a\r\n",
    "\\",
    "a\\nb",
    "\\\\c",
    "\0",
    "x\0\nSEND\n",
    "日本 🐇",
];

fn text<'a>(u: &mut Unstructured<'a>) -> Result<Text<'a>> {
    Ok(match u.int_in_range(0..=15)? {
        0 => u.arbitrary::<&[u8]>()?.into(),
        1 => u.arbitrary::<&str>()?.into(),
        2..=7 => (*u.choose(&TEXTS)?).into(),
        _ => (*u.choose(&TEXTS[..4])?).into(),
    })
}
