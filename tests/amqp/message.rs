//! A message whole, against its frames one by one.

use fourwire::SliceOutput;
use fourwire::amqp::{BasicProperties, ContentHeader, EncodeError, Entry, Frame, Message, Method, Value, basic};

const CHANNEL: u16 = 3;

fn methods() -> [Method<'static>; 4] {
    [
        basic::Publish { exchange: "orders".into(), routing_key: "eu".into(), ..basic::Publish::default() }.into(),
        basic::Deliver { consumer_tag: "c".into(), delivery_tag: 9, ..basic::Deliver::default() }.into(),
        basic::GetOk { delivery_tag: 9, message_count: 4, ..basic::GetOk::default() }.into(),
        basic::Return { reply_text: "NO_ROUTE".into(), ..basic::Return::default() }.into(),
    ]
}

/// Bodies of no frame, of one that is not full, of one that is, of two, of many.
#[test]
fn a_message_is_its_frames() {
    let headers = [Entry { key: "attempt".into(), value: Value::I32(3) }];
    let properties = BasicProperties { headers: Some((&headers).into()), ..BasicProperties::default() };
    let frame_max = 128;
    for method in methods() {
        for len in [0, 1, 119, 120, 121, 240, 1000] {
            let body = vec![b'x'; len];
            let message = Message { method, properties: (&properties).into(), body: &body };
            let mut whole = Vec::new();
            message.encode(CHANNEL, frame_max, &mut whole).unwrap();

            let header = ContentHeader { body_size: len as u64, properties: (&properties).into() };
            let mut frames = Vec::new();
            Frame::Method(CHANNEL, method).encode(frame_max, &mut frames).unwrap();
            Frame::Header(CHANNEL, header).encode(frame_max, &mut frames).unwrap();
            for piece in body.chunks(120) {
                Frame::Body(CHANNEL, piece).encode(frame_max, &mut frames).unwrap();
            }
            assert_eq!(whole, frames, "{method} with {len} bytes");
            assert_eq!(message.encoded_len(frame_max), whole.len(), "{method} with {len} bytes");
        }
    }
}

/// Whatever the room: all of it, or nothing.
#[test]
fn a_message_that_does_not_fit_is_not_begun() {
    let [method, ..] = methods();
    let message = Message { method, properties: Default::default(), body: &[b'x'; 300] };
    let len = message.encoded_len(128);
    for room in 0..len {
        let mut room = vec![0; room];
        let mut out = SliceOutput::new(&mut room);
        assert_eq!(message.encode(CHANNEL, 128, &mut out), Err(EncodeError::Full));
        assert!(out.is_empty());
    }
}

#[test]
fn what_cannot_be_a_message_is_refused() {
    let [method, ..] = methods();
    let message = Message { method, properties: Default::default(), body: b"x" };
    let mut out = Vec::new();
    assert_eq!(message.encode(0, 0, &mut out), Err(EncodeError::Channel));
    assert_eq!(message.encode(1, 20, &mut out), Err(EncodeError::FrameTooLarge), "the method is larger");
    let ack = Message { method: basic::Ack::default().into(), ..message };
    assert_eq!(ack.encode(1, 0, &mut out), Err(EncodeError::NoContent));
    let long = BasicProperties { user_id: Some([b'u'; 256][..].into()), ..BasicProperties::default() };
    let long = Message { properties: (&long).into(), ..message };
    assert_eq!(long.encode(1, 0, &mut out), Err(EncodeError::ShortString));
    assert!(out.is_empty());
}
