//! A client and a server in one process, and what goes between them.

use fourwire::Instant;
use fourwire::amqp::{
    Channel, Client, Config, Decoder, Error, Event, Frame, Limits, Login, Method, Request, Server, Session, connection,
};

pub(super) const NOW: Instant = Instant::from_secs(1);

/// Both ends, and the bytes on their way.
pub(super) struct Pair {
    pub(super) client: Client,
    pub(super) server: Server,
    pub(super) up: Vec<u8>,
    pub(super) down: Vec<u8>,
}

impl Pair {
    pub(super) fn new(client: Config, server: Config) -> Self {
        Self {
            client: Client::new(client, Session::new()),
            server: Server::new(NOW, server, Session::new()),
            up: Vec::new(),
            down: Vec::new(),
        }
    }

    /// Both are open, and a channel is, on both sides.
    pub(super) fn open() -> (Self, Channel, Channel) {
        Self::open_with(Config::default(), Config::default())
    }

    pub(super) fn open_with(client: Config, server: Config) -> (Self, Channel, Channel) {
        let mut pair = Self::new(client, server);
        pair.handshake();
        let ours = pair.client.open_channel(NOW, &mut pair.up).unwrap();
        let theirs = pair.server(|request| match request {
            Request::ChannelOpened(channel) => channel,
            other => panic!("{other:?}"),
        });
        pair.client(|event| assert_eq!(event, Event::ChannelOpened(ours)));
        (pair, ours, theirs)
    }

    pub(super) fn handshake(&mut self) {
        self.client.start(NOW, &mut self.up).unwrap();
        self.server(|request| assert_eq!(request, Request::Hello));
        let start = connection::Start { mechanisms: b"PLAIN", ..self.server.introduction() };
        self.server.start(NOW, &start, &mut self.down).unwrap();
        self.client(|event| assert!(matches!(event, Event::Start(_))));
        self.client.login(NOW, &Login::plain("guest", "guest"), &mut self.up).unwrap();
        self.server(|request| assert!(matches!(request, Request::Login(start_ok) if start_ok.mechanism == "PLAIN")));
        self.server.tune(NOW, &mut self.down).unwrap();
        self.client(|event| assert!(matches!(event, Event::Tune(_))));
        self.client.open(NOW, "/", &mut self.up).unwrap();
        self.server(|request| assert!(matches!(request, Request::Tuned(_))));
        self.server(|request| assert!(matches!(request, Request::Open(host) if host == "/")));
        self.server.accept(NOW, &mut self.down).unwrap();
        self.client(|event| assert_eq!(event, Event::Connected));
    }

    /// The server reads one frame.
    #[track_caller]
    pub(super) fn server<T>(&mut self, see: impl FnOnce(Request<'_>) -> T) -> T {
        let input = self.up.clone();
        let (request, used) = self.server.receive(NOW, &input, &mut self.down).unwrap().expect("a whole frame");
        self.up.drain(..used);
        see(request)
    }

    /// The client reads one frame.
    #[track_caller]
    pub(super) fn client<T>(&mut self, see: impl FnOnce(Event<'_>) -> T) -> T {
        let input = self.down.clone();
        let (event, used) = self.client.receive(NOW, &input, &mut self.up).unwrap().expect("a whole frame");
        self.down.drain(..used);
        see(event)
    }

    /// The server reads this, and says what is wrong; what it answers is the method that is told.
    #[track_caller]
    pub(super) fn server_refuses(&mut self, frame: &Frame<'_>, see: impl FnOnce(Error, Option<Method<'_>>)) {
        let mut bytes = Vec::new();
        frame.encode(0, &mut bytes).unwrap();
        self.server_refuses_bytes(&bytes, see);
    }

    #[track_caller]
    pub(super) fn server_refuses_bytes(&mut self, bytes: &[u8], see: impl FnOnce(Error, Option<Method<'_>>)) {
        let mut out = Vec::new();
        let error = self.server.receive(NOW, bytes, &mut out).expect_err("an error");
        assert!(self.server.is_closed());
        see(error, first_method(&out));
    }

    #[track_caller]
    pub(super) fn client_refuses(&mut self, frame: &Frame<'_>, see: impl FnOnce(Error, Option<Method<'_>>)) {
        let mut bytes = Vec::new();
        frame.encode(0, &mut bytes).unwrap();
        self.client_refuses_bytes(&bytes, see);
    }

    #[track_caller]
    pub(super) fn client_refuses_bytes(&mut self, bytes: &[u8], see: impl FnOnce(Error, Option<Method<'_>>)) {
        let mut out = Vec::new();
        let error = self.client.receive(NOW, bytes, &mut out).expect_err("an error");
        assert!(self.client.is_closed());
        see(error, first_method(&out));
    }
}

/// The method in the first frame, if one was written.
pub(super) fn first_method(bytes: &[u8]) -> Option<Method<'_>> {
    let mut decoder = Decoder::with_limits(Limits { frame: u32::MAX, ..Limits::default() });
    match decoder.decode(bytes).unwrap() {
        Some((Frame::Method(_, method), _)) => Some(method),
        _ => None,
    }
}

/// The names of all frames in these bytes, methods by their own.
pub(super) fn names(bytes: &[u8]) -> Vec<String> {
    let mut decoder = Decoder::with_limits(Limits { frame: u32::MAX, ..Limits::default() });
    let (mut rest, mut names) = (bytes, Vec::new());
    while let Some((frame, used)) = decoder.decode(rest).unwrap() {
        rest = &rest[used..];
        names.push(match frame {
            Frame::ProtocolHeader(_) => "protocol header".into(),
            Frame::Method(_, method) => method.id().to_string(),
            Frame::Header(_, header) => format!("header of {}", header.body_size),
            Frame::Body(_, body) => format!("body of {}", body.len()),
            Frame::Heartbeat => "heartbeat".into(),
        });
    }
    assert!(rest.is_empty());
    names
}
