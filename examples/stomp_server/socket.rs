//! Bytes, as they are on TCP or in WebSocket messages: for each connection one thread reads and one writes.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use bytes::Buf;
use fourwire::Gather;
use fourwire::stomp::{Version, Versions};
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::http::{HeaderValue, header::SEC_WEBSOCKET_PROTOCOL};
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{Message, WebSocket};

use crate::{News, Tell};

/// Whoever takes nothing for so long, or says nothing before it has made a WebSocket, is gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the thread that writes is given.
pub(crate) enum Written {
    Frames(Gather),
    /// WebSocket's own: the answer to a ping, and its like.
    Raw(Vec<u8>),
    /// There is nothing more.
    End,
}

/// Begins to read and to write.
pub(crate) fn serve(id: u64, socket: TcpStream, is_websocket: bool, tell: Tell) {
    std::thread::spawn(move || {
        // Whatever ends it, it is over.
        let _ = run(id, socket, is_websocket, &tell);
        let _ = tell.send((id, News::Gone));
    });
}

fn run(id: u64, socket: TcpStream, is_websocket: bool, tell: &Tell) -> Result<(), Box<dyn std::error::Error>> {
    socket.set_nodelay(true)?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let (writer, output) = channel();
    let (writing, writer_tells) = (socket.try_clone()?, tell.clone());
    std::thread::spawn(move || write(id, writing, is_websocket, &output, &writer_tells));
    if is_websocket {
        let (mut websocket, versions) = accept(Ends { socket, writer: writer.clone() })?;
        tell.send((id, News::Connected(versions, writer)))?;
        loop {
            if let message @ (Message::Text(_) | Message::Binary(_)) = websocket.read()? {
                tell.send((id, News::Received(message.into_data().into())))?;
            }
        }
    }
    tell.send((id, News::Connected(Versions::ALL, writer.clone())))?;
    let (mut socket, mut buffer) = (socket, vec![0; 1 << 16]);
    while let len @ 1.. = socket.read(&mut buffer)? {
        tell.send((id, News::Received(buffer[..len].to_vec())))?;
    }
    Ok(())
}

/// Writes until the connection is over, and nothing is left.
fn write(id: u64, mut socket: TcpStream, is_websocket: bool, output: &Receiver<Written>, tell: &Tell) {
    let written = write_all(id, &mut socket, is_websocket, output, tell);
    // If we do not read what still comes, the other end may never see our last words.
    if written.is_ok() && socket.shutdown(Shutdown::Write).is_ok() {
        while output.recv_timeout(Duration::from_secs(5)).is_ok() {}
    }
    let _ = socket.shutdown(Shutdown::Both);
}

fn write_all(
    id: u64,
    socket: &mut TcpStream,
    is_websocket: bool,
    output: &Receiver<Written>,
    tell: &Tell,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    for written in output {
        match written {
            Written::Frames(out) => {
                let len = out.remaining();
                if is_websocket {
                    framed(out, &mut bytes)?;
                    socket.write_all(&bytes)?;
                } else {
                    // A large body is written from where it is, for whichever subscriber.
                    out.chunks().try_for_each(|chunk| socket.write_all(chunk))?;
                }
                let _ = tell.send((id, News::Written(len)));
            }
            Written::Raw(raw) => socket.write_all(&raw)?,
            Written::End if is_websocket => {
                closed(&mut bytes)?;
                return socket.write_all(&bytes);
            }
            Written::End => break,
        }
    }
    Ok(())
}

// --- WebSocket -------------------------------------------------------------------------------------------------------

/// The two ends of a WebSocket. What it writes itself goes to the thread that writes: so no frame is cut in two.
struct Ends {
    socket: TcpStream,
    writer: Sender<Written>,
}

impl Read for Ends {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.read(buffer)
    }
}

impl Write for Ends {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.writer.send(Written::Raw(bytes.to_vec()));
        sent.map_or(Err(io::ErrorKind::BrokenPipe.into()), |()| Ok(bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes a WebSocket, and says which versions its subprotocol stands for.
fn accept(ends: Ends) -> Result<(WebSocket<Ends>, Versions), Box<dyn std::error::Error>> {
    let mut versions = Versions::ALL;
    #[allow(clippy::result_large_err, reason = "tungstenite wants it so")]
    let choose = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        let headers = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
        let offered: Vec<_> =
            headers.iter().filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')).collect();
        let is_offered = |version: &Version| offered.iter().any(|name| name.trim() == version.subprotocol());
        if let Some(version) = Version::ALL.into_iter().rev().find(is_offered) {
            versions = Versions::only(version);
            let name = HeaderValue::from_static(version.subprotocol());
            response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, name);
        }
        Ok(response)
    };
    ends.socket.set_read_timeout(Some(PATIENCE))?;
    let websocket = tungstenite::accept_hdr(ends, choose).map_err(|error| error.to_string())?;
    websocket.get_ref().socket.set_read_timeout(None)?;
    Ok((websocket, versions))
}

/// Frames as one message: text, as most clients like it, unless a body is none.
fn framed(mut out: Gather, bytes: &mut Vec<u8>) -> io::Result<()> {
    let frames = out.copy_to_bytes(out.remaining());
    let kind = if std::str::from_utf8(&frames).is_ok() { Data::Text } else { Data::Binary };
    bytes.clear();
    Frame::message(frames, OpCode::Data(kind), true).format(bytes).map_err(io::Error::other)
}

fn closed(bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    Frame::close(None).format(bytes).map_err(io::Error::other)
}
