//! §4.2.5: integers, bits, strings.

use fourwire::amqp::{Decoder, EncodeError, Frame, Method, ShortStr, basic, channel, connection, exchange, queue};

use super::method;

/// The method in these bytes.
#[track_caller]
fn read(bytes: &[u8], see: impl FnOnce(Method<'_>)) {
    match Decoder::new().decode(bytes) {
        Ok(Some((Frame::Method(_, method), _))) => see(method),
        other => panic!("{other:?}"),
    }
}

fn written<'a>(method: impl Into<Method<'a>>) -> Result<Vec<u8>, EncodeError> {
    let method = method.into();
    let mut out = Vec::new();
    Frame::Method(u16::from(!method.id().is_connection()), method).encode(0, &mut out)?;
    Ok(out)
}

/// Without a sign, the highest byte first, at any place.
#[test]
fn wire_integers() {
    for place in 0..4_usize {
        let tag = "x".repeat(place);
        let payload = format!("003C 003C 0{place}'{tag}' FEDCBA9876543210 00 00 00");
        read(&method(1, &payload), |deliver| {
            let Method::BasicDeliver(deliver) = deliver else { panic!("{deliver:?}") };
            assert_eq!(deliver.delivery_tag, 0xFEDC_BA98_7654_3210);
        });
    }
    read(&method(0, "000A 001E FFFE FFFFFFFD 8000"), |tune| {
        let wanted = connection::Tune { channel_max: 65_534, frame_max: 4_294_967_293, heartbeat: 32_768 };
        assert_eq!(tune, wanted.into());
    });
}

/// From the lowest place on, and in an octet of their own.
#[test]
fn wire_bits() {
    for bit in 0..5 {
        let declare = exchange::Declare {
            passive: bit == 0,
            durable: bit == 1,
            auto_delete: bit == 2,
            internal: bit == 3,
            no_wait: bit == 4,
            ..Default::default()
        };
        let bytes = method(1, &format!("0028 000A 0000 00 00 {:02X} 00000000", 1_u8 << bit));
        read(&bytes, |method| assert_eq!(method, declare.into()));
        assert_eq!(written(declare), Ok(bytes));
    }
}

/// Those that no field has are not looked at, and written as 0.
#[test]
fn wire_bits_unused() {
    read(&method(1, "003C 0050 0000000000000001 FE"), |ack| {
        assert_eq!(ack, basic::Ack { delivery_tag: 1, multiple: false }.into());
        assert_eq!(written(ack), Ok(method(1, "003C 0050 0000000000000001 00")));
    });
}

/// Fields of older protocols are not looked at, and written as nothing.
#[test]
fn wire_reserved() {
    read(&method(0, "000A 0028 01'/' 03'cap' 01"), |open| {
        assert_eq!(open, connection::Open { virtual_host: "/".into() }.into());
        assert_eq!(written(open), Ok(method(0, "000A 0028 01'/' 00 00")));
    });
    read(&method(1, "0014 000B 00000003 'abc'"), |open_ok| assert_eq!(open_ok, channel::OpenOk {}.into()));
    read(&method(1, "0032 001E 0777 00 00"), |purge| assert_eq!(purge, queue::Purge::default().into()));
}

#[test]
fn wire_short_string() {
    let (longest, too_long) = ([b'k'; 255], [b'k'; 256]);
    let publish = |key| basic::Publish { routing_key: ShortStr::new(key), ..Default::default() };
    let bytes = written(publish(&longest)).unwrap();
    assert_eq!(bytes[14], 255, "its length");
    read(&bytes, |method| assert_eq!(method, publish(&longest).into()));
    assert_eq!(written(publish(&too_long)), Err(EncodeError::ShortString));
    assert_eq!(written(publish(b"")), Ok(method(1, "003C 0028 0000 00 00 00")));
}

/// They are sent on as they came. (RabbitMQ does so with a zero octet, and with routing keys that are no UTF-8.)
#[test]
fn wire_short_string_octets() {
    let bytes = method(1, "003C 0028 0000 00 04 FF'a'00'b' 00");
    read(&bytes, |method| {
        let Method::BasicPublish(publish) = method else { panic!("{method:?}") };
        assert_eq!(publish.routing_key.as_bytes(), b"\xFFa\0b");
        assert!(publish.routing_key.as_str().is_err());
        assert_eq!(written(method), Ok(bytes.clone()));
    });
}

#[test]
fn wire_long_string() {
    let long: Vec<u8> = (0..70_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let bytes = written(connection::Secure { challenge: &long }).unwrap();
    assert_eq!(bytes[11..15], [0x00, 0x01, 0x11, 0x70], "its length");
    read(&bytes, |method| assert_eq!(method, connection::Secure { challenge: &long }.into()));
}
