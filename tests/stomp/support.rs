//! Machines in few words: what one says, as text, and what the other makes of it.

use fourwire::Instant;
use fourwire::stomp::{
    Accept, Client, Config, Connect, Decoder, Error, Event, Request, Server, Session, Unit, Version, Violation,
};

pub(super) const NOW: Instant = Instant::from_secs(1000);

// --- what is written -------------------------------------------------------------------------------------------------

/// Frames as text, headers by name: `SEND destination:/queue/a [hello]`. A line end is a `beat`.
#[track_caller]
pub(super) fn shown(version: Option<Version>, mut bytes: &[u8]) -> Vec<String> {
    let (mut decoder, mut shown) = (Decoder::new(version), Vec::new());
    while let Some((unit, used)) = decoder.decode(bytes).unwrap() {
        bytes = &bytes[used..];
        shown.push(match unit {
            Unit::EndOfLine => "beat".to_owned(),
            Unit::Frame(frame) => {
                let mut words: Vec<_> =
                    frame.headers.iter().map(|header| format!("{}:{}", header.name, header.value)).collect();
                words.sort();
                words.insert(0, frame.command.to_string());
                if !frame.body.is_empty() {
                    words.push(format!("[{}]", frame.body.escape_ascii()));
                }
                words.join(" ")
            }
        });
    }
    assert!(bytes.is_empty(), "{} is no frame", bytes.escape_ascii());
    shown
}

/// The one frame that a call writes, and what it returns.
#[track_caller]
pub(super) fn says<R>(version: Version, call: impl FnOnce(&mut Vec<u8>) -> R) -> (R, String) {
    let mut out = Vec::new();
    let result = call(&mut out);
    let mut said = shown(Some(version), &out);
    assert_eq!(said.len(), 1, "{said:?}");
    (result, said.remove(0))
}

/// The frame alone.
#[track_caller]
pub(super) fn said<R>(version: Version, call: impl FnOnce(&mut Vec<u8>) -> R) -> String {
    says(version, call).1
}

// --- one end, and bytes by hand --------------------------------------------------------------------------------------

/// A client that is connected.
pub(super) fn client(version: Version) -> Client {
    client_with(version, Config::default())
}

pub(super) fn client_with(version: Version, config: Config) -> Client {
    let mut client = Client::new(config, Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    let connected = match version {
        Version::V1_0 => "CONNECTED\n\n\0".to_owned(),
        _ => format!("CONNECTED\nversion:{version}\n\n\0"),
    };
    assert!(matches!(hears(&mut client, connected.as_bytes()), Event::Connected(_)));
    client
}

/// What this one frame is to the client.
#[track_caller]
pub(super) fn hears<'i>(client: &mut Client, bytes: &'i [u8]) -> Event<'i> {
    match client.receive(NOW, bytes, &mut Vec::new()) {
        Ok(Some((event, used))) if used == bytes.len() => event,
        other => panic!("{other:?}"),
    }
}

/// The client refuses these bytes, and says nothing.
#[track_caller]
pub(super) fn client_refuses(client: &mut Client, bytes: &[u8]) -> Error {
    let mut out = Vec::new();
    let error = client.receive(NOW, bytes, &mut out).expect_err("an error");
    assert!(client.is_closed() && out.is_empty() && error.is_final());
    assert_eq!(client.receive(NOW, bytes, &mut out), Ok(None), "nothing more is read");
    error
}

/// The nth MESSAGE of a subscription, to a client: `m1` is its message-id, and `a1` its ack.
pub(super) fn message(version: Version, subscription: &str, n: u32) -> Vec<u8> {
    let ack = if version == Version::V1_2 { format!("ack:a{n}\n") } else { String::new() };
    format!("MESSAGE\ndestination:/q\nmessage-id:m{n}\nsubscription:{subscription}\n{ack}\nbody {n}\0").into_bytes()
}

/// A server that has accepted a client.
pub(super) fn server(version: Version) -> Server<u32> {
    server_with(version, Config::default())
}

pub(super) fn server_with(version: Version, config: Config) -> Server<u32> {
    let mut server = Server::new(NOW, config, Session::new());
    let connect = match version {
        Version::V1_0 => "CONNECT\n\n\0".to_owned(),
        _ => format!("CONNECT\naccept-version:{version}\nhost:/\n\n\0"),
    };
    assert!(matches!(reads(&mut server, connect.as_bytes()), Request::Connect(_)));
    server.accept(NOW, &Accept::default(), &mut Vec::new()).unwrap();
    server
}

/// What this one frame is to the server.
#[track_caller]
pub(super) fn reads<'i>(server: &mut Server<u32>, bytes: &'i [u8]) -> Request<'i> {
    match server.receive(NOW, bytes, &mut Vec::new()) {
        Ok(Some((request, used))) if used == bytes.len() => request,
        other => panic!("{other:?}"),
    }
}

/// The server refuses these bytes, and says so in an ERROR.
#[track_caller]
pub(super) fn refuses(server: &mut Server<u32>, bytes: &[u8]) -> (Error, String) {
    let mut out = Vec::new();
    let error = server.receive(NOW, bytes, &mut out).expect_err("an error");
    assert!(server.is_closed() && error.is_final());
    let mut said = shown(server.version(), &out);
    assert!(said.len() == 1 && said[0].starts_with("ERROR message:"), "{said:?}");
    assert_eq!(server.receive(NOW, bytes, &mut out), Ok(None), "nothing more is read");
    (error, said.remove(0))
}

/// The server refuses these bytes for this.
#[track_caller]
pub(super) fn violates(server: &mut Server<u32>, bytes: &[u8], violation: Violation) {
    let (error, said) = refuses(server, bytes);
    assert_eq!(error, violation.into());
    assert!(said.contains(&violation.to_string()), "{said}");
}

// --- both ends -------------------------------------------------------------------------------------------------------

/// Both ends, the bytes on their way, and the clock.
pub(super) struct Pair {
    pub(super) client: Client,
    pub(super) server: Server<u32>,
    pub(super) up: Vec<u8>,
    pub(super) down: Vec<u8>,
    pub(super) now: Instant,
}

impl Pair {
    /// Connected in this version.
    pub(super) fn connected(version: Version) -> Self {
        Self::connected_with(version, Config::default(), Config::default())
    }

    pub(super) fn connected_with(version: Version, client: Config, server: Config) -> Self {
        let client = Config { versions: fourwire::stomp::Versions::only(version), ..client };
        let mut pair = Self {
            client: Client::new(client, Session::new()),
            server: Server::new(NOW, server, Session::new()),
            up: Vec::new(),
            down: Vec::new(),
            now: NOW,
        };
        pair.client.connect(NOW, &Connect::to("/"), &mut pair.up).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Connect(_)), "{request:?}"));
        pair.server.accept(NOW, &Accept::default(), &mut pair.down).unwrap();
        pair.client(|event| assert!(matches!(event, Event::Connected(_)), "{event:?}"));
        assert_eq!((pair.client.version(), pair.server.version()), (Some(version), Some(version)));
        pair
    }

    /// The server reads one frame.
    #[track_caller]
    pub(super) fn server<T>(&mut self, see: impl FnOnce(Request<'_>) -> T) -> T {
        let input = self.up.clone();
        let (request, used) = self.server.receive(self.now, &input, &mut self.down).unwrap().expect("a whole frame");
        self.up.drain(..used);
        see(request)
    }

    /// The client reads one frame.
    #[track_caller]
    pub(super) fn client<T>(&mut self, see: impl FnOnce(Event<'_>) -> T) -> T {
        let input = self.down.clone();
        let (event, used) = self.client.receive(self.now, &input, &mut self.up).unwrap().expect("a whole frame");
        self.down.drain(..used);
        see(event)
    }
}
