//! PLAIN (RFC 4616) and AMQPLAIN.

use fourwire::amqp::{Credentials, EncodeError, connection};
use fourwire::{Full, SliceOutput};

const GUEST: Credentials<'static> = Credentials { user_name: "guest", password: "geheim" };
/// The specification does not have it: RabbitMQ reads it so, and amqplib writes it so.
const AMQPLAIN: &[u8] = b"\x05LOGINS\0\0\0\x05guest\x08PASSWORDS\0\0\0\x06geheim";

#[test]
fn both_are_written_and_read() {
    let (mut plain, mut amqplain) = (Vec::new(), Vec::new());
    GUEST.encode_plain(&mut plain).unwrap();
    GUEST.encode_amqplain(&mut amqplain).unwrap();
    assert_eq!((plain.as_slice(), amqplain.as_slice()), (&b"\0guest\0geheim"[..], AMQPLAIN));
    for (mechanism, response) in [("PLAIN", &plain), ("AMQPLAIN", &amqplain)] {
        let start_ok = connection::StartOk { mechanism: mechanism.into(), response, ..Default::default() };
        assert_eq!(Credentials::from_start_ok(&start_ok), Some(GUEST));
    }
    let external = connection::StartOk { mechanism: "EXTERNAL".into(), response: &plain, ..Default::default() };
    assert_eq!(Credentials::from_start_ok(&external), None);
}

#[test]
fn what_is_not_well_formed() {
    for plain in
        [&b""[..], b"\0", b"guest", b"\0guest", b"me\0guest\0geheim", b"\0guest\0geheim\0", b"\0gu\xFFst\0geheim"]
    {
        assert_eq!(Credentials::from_plain(plain), None, "{plain:?}");
    }
    let cut = &AMQPLAIN[..AMQPLAIN.len() - 1];
    let number = b"\x05LOGINI\0\0\0\x05\x08PASSWORDS\0\0\0\x06geheim";
    let nested = b"\x05LOGINF\0\0\0\0\x08PASSWORDS\0\0\0\x06geheim";
    let missing = b"\x05LOGINS\0\0\0\x05guest";
    for amqplain in [&b""[..], cut, number, nested, missing] {
        assert_eq!(Credentials::from_amqplain(amqplain), None, "{amqplain:?}");
    }
    // Nothing is between the bytes 0: that is for the application to judge.
    assert_eq!(Credentials::from_plain(b"\0\0"), Some(Credentials { user_name: "", password: "" }));
}

#[test]
fn what_cannot_be_written() {
    let odd = Credentials { user_name: "a\0b", password: "" };
    let mut out = Vec::new();
    assert_eq!((odd.encode_plain(&mut out), out.len()), (Err(EncodeError::Credentials), 0));
    odd.encode_amqplain(&mut out).unwrap();
    assert_eq!(Credentials::from_amqplain(&out), Some(odd));
    let mut room = [0; 12];
    let full = GUEST.encode_plain(&mut SliceOutput::new(&mut room));
    assert_eq!(full, Err(EncodeError::from(Full)));
}

#[test]
fn a_password_is_in_no_log() {
    let shown = format!("{GUEST:?}");
    assert!(shown.contains("guest") && !shown.contains("geheim"), "{shown}");
}
