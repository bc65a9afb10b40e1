//! MQTT packets as a stream and a sink, with tokio: a tiny echo server and its client in one program.
//!
//! The codec alone, without the machines: what is sent and what it means is up to this program.

#![allow(clippy::arithmetic_side_effects, reason = "an example, for people")]

use std::error::Error;

use fourwire::mqtt::{ConnAck, Connect, Disconnect, Packet, PacketCodec, Publish, Version};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Framed;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (served, answer) = tokio::join!(serve(listener), ask(address));
    served?;
    println!("the answer is {:?}", answer?);
    Ok(())
}

/// Answers CONNECT, and sends every message back under another topic.
async fn serve(listener: TcpListener) -> Result<()> {
    let (socket, _) = listener.accept().await?;
    // The version is learned from the CONNECT.
    let mut packets = Framed::new(socket, PacketCodec::new(Version::V3_1_1));
    while let Some(buf) = packets.next().await.transpose()? {
        // `buf` owns its bytes, and could be sent to another task.
        match buf.packet() {
            Packet::Connect(_) => packets.send(Packet::from(ConnAck::default())).await?,
            Packet::Publish(publish) => {
                let topic = format!("echo/{}", publish.topic);
                packets.send(Packet::from(Publish { topic: &topic, ..publish })).await?;
            }
            _ => break,
        }
    }
    Ok(())
}

async fn ask(address: std::net::SocketAddr) -> Result<String> {
    let socket = TcpStream::connect(address).await?;
    let mut packets = Framed::new(socket, PacketCodec::new(Version::V5));
    packets.send(Packet::from(&Connect::default())).await?;
    packets.send(Packet::from(Publish::new("greeting", b"hello"))).await?;
    while let Some(buf) = packets.next().await.transpose()? {
        if let Packet::Publish(publish) = buf.packet() {
            let answer = format!("{}: {}", publish.topic, String::from_utf8_lossy(publish.payload));
            packets.send(Packet::from(Disconnect::default())).await?;
            return Ok(answer);
        }
    }
    Err("the server ended the connection".into())
}
