//! What is shown of each method: its bytes, who may send it and when, and what answers it.

use fourwire::amqp::{
    Config, Decoder, EncodeError, Error, ErrorKind, Event, Frame, Login, Method, MethodId, Properties, ReplyCode,
    Request, SendError, Sender, Unit, Violation, access, basic, channel, confirm, tx,
};

use crate::amqp::support::{NOW, Pair, first_method};
use crate::hex;

/// A method whose bytes were found to be as the specification lays them out.
pub(super) struct Layout<'a> {
    method: Method<'a>,
}

/// The class and the method, then the arguments: these bytes are this method, the other way round too; and they are
/// refused if one is missing or one is too many.
#[track_caller]
pub(super) fn layout<'a>(payload: &str, method: impl Into<Method<'a>>) -> Layout<'a> {
    let (payload, method) = (hex(payload), method.into());
    let (id, channel) = (method.id(), home(&method));
    let whole = frame(channel, &payload);
    let (decoded, used) = Decoder::new().decode(&whole).expect("no error").expect("a whole frame");
    assert_eq!((decoded, used), (Frame::Method(channel, method), whole.len()));

    let mut written = Vec::new();
    Frame::Method(channel, method).encode(0, &mut written).unwrap();
    assert_eq!(written, whole, "what is written is what was read");
    assert_eq!(Frame::Method(channel, method).encoded_len(), whole.len());

    for len in 0..payload.len() {
        let error = Decoder::new().decode(&frame(channel, &payload[..len])).expect_err("a method that is cut");
        let wanted = if len < 4 { ErrorKind::NoMethod } else { ErrorKind::Truncated(Unit::Method(id)) };
        assert_eq!((error.kind, error.kind.reply_code()), (wanted, ReplyCode::FrameError), "{len} bytes");
    }
    let error = Decoder::new().decode(&frame(channel, &[&payload[..], b"\0"].concat())).expect_err("a byte too many");
    assert_eq!(error.kind, ErrorKind::TrailingBytes(Unit::Method(id)));
    assert_eq!(error.kind.reply_code(), ReplyCode::FrameError);

    // On a channel that it cannot be on it is neither read nor written. (RabbitMQ's codes)
    let elsewhere = 1 - channel;
    let error = Decoder::new().decode(&frame(elsewhere, &payload)).expect_err("on another channel");
    let code = if id.is_connection() { ReplyCode::CommandInvalid } else { ReplyCode::ChannelError };
    assert_eq!((error.kind, error.kind.reply_code()), (ErrorKind::MethodChannel(id), code));
    let refused = Frame::Method(elsewhere, method).encode(0, &mut Vec::new());
    assert_eq!(refused, Err(EncodeError::Channel));
    Layout { method }
}

impl Layout<'_> {
    /// A client sends it, and these answer it. A client that gets it closes the connection.
    #[track_caller]
    pub(super) fn sent_by_client(self, answers: &[MethodId]) {
        self.declared(Sender::Client, answers);
        self.server_takes();
        self.client_refuses();
    }

    /// A server sends it of its own accord, and these answer it. A server that gets it closes the connection.
    #[track_caller]
    pub(super) fn sent_by_server(self, answers: &[MethodId]) {
        self.declared(Sender::Server, answers);
        self.client_takes();
        self.server_refuses();
    }

    /// Both send it, and these answer it.
    #[track_caller]
    pub(super) fn sent_by_both(self, answers: &[MethodId]) {
        self.declared(Sender::Both, answers);
        self.server_takes();
        self.client_takes();
    }

    /// A server answers this call with it, and does so with no method that is no answer to it. Unasked for, it closes the
    /// connection.
    #[track_caller]
    pub(super) fn answers<'c>(self, call: impl Into<Method<'c>>) {
        let (id, call) = (self.method.id(), call.into());
        self.declared(id.sender(), &[]);
        assert!(call.id().answers().contains(&id), "{call} is answered by it");
        self.server_refuses_or_knows();
        self.client_refuses();

        let (mut pair, ours, theirs) = Pair::open();
        if let Method::TxCommit(_) | Method::TxRollback(_) = call {
            pair.client.call(NOW, ours, tx::Select {}, &mut pair.up).unwrap();
            pair.server(|_| ());
            pair.server.answer(NOW, theirs, tx::SelectOk {}, &mut pair.down).unwrap();
            pair.client(|_| ());
        }
        pair.client.call(NOW, ours, call, &mut pair.up).unwrap();
        if let Method::ChannelFlow(_) | Method::BasicRecover(_) = call {
            // These the server answers itself.
            pair.server(|_| ());
            return pair.client(|event| assert_eq!(event, Event::Answer(ours, self.method)));
        }
        pair.server(|request| assert_eq!(request, Request::Call(theirs, call)));
        let wrong =
            if id == MethodId::TxSelectOk { access::RequestOk::default().into() } else { tx::SelectOk {}.into() };
        let refused = pair.server.answer(NOW, theirs, wrong, &mut pair.down);
        assert_eq!(refused, Err(SendError::Method(Method::id(&wrong))));
        if let Method::BasicGetOk(got) = self.method {
            let sent = pair.server.get_ok(NOW, theirs, &got, false, Properties::EMPTY, b"x", &mut pair.down);
            assert_eq!(sent.unwrap().number(), got.delivery_tag);
            pair.client(|event| assert!(matches!(event, Event::Got(_, seen) if seen == got)));
            pair.client(|event| assert!(matches!(event, Event::Header(..))));
            pair.client(|event| assert!(matches!(event, Event::Body(_, b"x", 0))));
        } else {
            pair.server.answer(NOW, theirs, self.method, &mut pair.down).unwrap();
            pair.client(|event| assert_eq!(event, Event::Answer(ours, self.method)));
        }
        let again = pair.server.answer(NOW, theirs, self.method, &mut pair.down);
        assert_eq!(again, Err(SendError::OutOfOrder), "it was answered");
    }

    fn declared(&self, sender: Sender, answers: &[MethodId]) {
        let id = self.method.id();
        assert_eq!((id.sender(), id.answers()), (sender, answers));
        let content = matches!(id.name(), "basic.publish" | "basic.return" | "basic.deliver" | "basic.get-ok");
        assert_eq!(id.has_content(), content);
    }

    /// The code that closes the connection: 504 for the connection's own methods, 503 for others. (RabbitMQ)
    #[track_caller]
    fn refused(&self, error: Error, answer: Option<Method<'_>>) {
        let id = self.method.id();
        let code = if id.is_connection() { ReplyCode::ChannelError } else { ReplyCode::CommandInvalid };
        assert_eq!(error, Error::Violation(Violation::Unexpected(id)));
        let Some(Method::ConnectionClose(close)) = answer else { panic!("{answer:?}") };
        assert_eq!((close.reply_code, close.class_id, close.method_id), (code, id.class(), id.method()));
    }

    #[track_caller]
    fn server_refuses(&self) {
        let (mut pair, ..) = Pair::open();
        pair.server_refuses(&self.frame(), |error, answer| self.refused(error, answer));
    }

    #[track_caller]
    fn client_refuses(&self) {
        let (mut pair, ..) = Pair::open();
        pair.client_refuses(&self.frame(), |error, answer| self.refused(error, answer));
    }

    /// What both ends answer with, a server takes note of.
    #[track_caller]
    fn server_refuses_or_knows(&self) {
        if self.method.id().sender() == Sender::Server {
            return self.server_refuses();
        }
        let (mut pair, ..) = Pair::open();
        self.frame().encode(0, &mut pair.up).unwrap();
        pair.server(|request| assert_eq!(request, Request::Ignored));
    }

    /// The server takes it where it belongs; content must follow where it is to.
    #[track_caller]
    fn server_takes(&self) {
        let mut pair = server_before(self.method.id());
        pair.up.clear();
        let number = if self.method.id() == MethodId::ChannelOpen { 2 } else { home(&self.method) };
        Frame::Method(number, self.method).encode(0, &mut pair.up).unwrap();
        pair.server(|request| assert_ne!(request, Request::Ignored));
        if self.method.id().has_content() {
            pair.server_refuses(&Frame::Method(1, tx::Select {}.into()), |error, _| {
                assert_eq!(error.reply_code(), ReplyCode::UnexpectedFrame);
            });
        }
    }

    #[track_caller]
    fn client_takes(&self) {
        let mut pair = client_before(self.method.id());
        pair.down.clear();
        let number = if self.method.id() == MethodId::ChannelOpenOk { 2 } else { home(&self.method) };
        Frame::Method(number, self.method).encode(0, &mut pair.down).unwrap();
        pair.client(|event| assert_ne!(event, Event::Ignored));
        if self.method.id().has_content() {
            pair.client_refuses(&Frame::Method(1, basic::Deliver::default().into()), |error, _| {
                assert_eq!(error.reply_code(), ReplyCode::UnexpectedFrame);
            });
        }
    }

    fn frame(&self) -> Frame<'_> {
        Frame::Method(home(&self.method), self.method)
    }
}

/// Channel 0 for the connection's own, else channel 1.
fn home(method: &Method<'_>) -> u16 {
    u16::from(!method.id().is_connection())
}

fn frame(channel: u16, payload: &[u8]) -> Vec<u8> {
    let [_, _, a, b] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let [high, low] = channel.to_be_bytes();
    [&[1, high, low, 0, 0, a, b], payload, &[0xCE]].concat()
}

/// A server that awaits this method.
fn server_before(id: MethodId) -> Pair {
    let steps = match id {
        MethodId::ConnectionStartOk => 1,
        MethodId::ConnectionSecureOk => 2,
        MethodId::ConnectionTuneOk => 3,
        MethodId::ConnectionOpen => 4,
        _ => return open_server_before(id),
    };
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.client.start(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    if steps > 1 {
        pair.client(|_| ());
        pair.client.login(NOW, &Login::external(), &mut pair.up).unwrap();
        pair.server(|_| ());
    }
    if steps == 2 {
        pair.server.secure(NOW, b"?", &mut pair.down).unwrap();
    }
    if steps > 2 {
        pair.server.tune(NOW, &mut pair.down).unwrap();
    }
    if steps > 3 {
        pair.client(|_| ());
        pair.client.open(NOW, "/", &mut pair.up).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Tuned(_))));
    }
    pair
}

fn open_server_before(id: MethodId) -> Pair {
    let (mut pair, ours, theirs) = Pair::open();
    match id {
        MethodId::ConnectionCloseOk => {
            pair.server.close(NOW, ReplyCode::ConnectionForced, "", &mut pair.down).unwrap();
        }
        MethodId::ChannelCloseOk => {
            let code = ReplyCode::NotFound;
            pair.server.close_channel(NOW, theirs, code, "", None, &mut pair.down).unwrap();
        }
        MethodId::BasicAck | MethodId::BasicNack | MethodId::BasicReject => {
            for _ in 0..2 {
                let deliver = basic::Deliver::default();
                let sent = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down);
                sent.unwrap();
            }
        }
        MethodId::TxCommit | MethodId::TxRollback => {
            pair.client.call(NOW, ours, tx::Select {}, &mut pair.up).unwrap();
            pair.server(|_| ());
        }
        _ => {}
    }
    pair
}

/// A client that awaits this method.
fn client_before(id: MethodId) -> Pair {
    if let MethodId::ConnectionStart
    | MethodId::ConnectionSecure
    | MethodId::ConnectionTune
    | MethodId::ConnectionOpenOk = id
    {
        let mut pair = Pair::new(Config::default(), Config::default());
        pair.client.start(NOW, &mut pair.up).unwrap();
        if id == MethodId::ConnectionStart {
            return pair;
        }
        pair.server(|_| ());
        let start = pair.server.introduction();
        pair.server.start(NOW, &start, &mut pair.down).unwrap();
        pair.client(|_| ());
        pair.client.login(NOW, &Login::external(), &mut pair.up).unwrap();
        if id == MethodId::ConnectionOpenOk {
            pair.server(|_| ());
            pair.server.tune(NOW, &mut pair.down).unwrap();
            pair.client(|_| ());
            pair.client.open(NOW, "/", &mut pair.up).unwrap();
        }
        return pair;
    }
    let (mut pair, ours, _) = Pair::open();
    match id {
        MethodId::ConnectionCloseOk => {
            pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
        }
        MethodId::ConnectionUpdateSecretOk => {
            pair.client.update_secret(NOW, b"new", "", &mut pair.up).unwrap();
        }
        MethodId::ChannelOpenOk => {
            pair.client.open_channel(NOW, &mut pair.up).unwrap();
        }
        MethodId::ChannelCloseOk => pair.client.close_channel(NOW, ours, &mut pair.up).unwrap(),
        MethodId::ChannelFlowOk => {
            pair.client.call(NOW, ours, channel::Flow { active: true }, &mut pair.up).unwrap();
        }
        MethodId::BasicAck | MethodId::BasicNack => {
            pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
            for _ in 0..2 {
                let publish = basic::Publish::default();
                pair.client.publish(NOW, ours, &publish, Properties::EMPTY, b"", &mut pair.up).unwrap();
            }
        }
        _ => {}
    }
    assert!(first_method(&pair.down).is_none());
    pair
}
