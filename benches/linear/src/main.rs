//! One stream, decoded in pieces: what callgrind counts.
//!
//! `fourwire-linear PROTOCOL WHAT BYTES PIECE`: WHAT is made of about BYTES bytes, and arrives PIECE bytes at a time;
//! `whole`; or `none`: then it is only made, to be subtracted.

mod amqp;
mod mqtt;
mod stomp;

use std::env;
use std::hint::black_box;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let number = |at: usize| arguments[at].parse::<usize>().expect("a number");
    let (protocol, what, size) = (arguments[1].as_str(), arguments[2].as_str(), number(3));
    let (stream, mut decode) = match protocol {
        "mqtt" => (mqtt::stream(what, size), mqtt::decoder(what)),
        "amqp" => (amqp::stream(what, size), amqp::decoder()),
        "stomp" => (stomp::stream(what, size), stomp::decoder()),
        other => panic!("{other} is not known"),
    };
    let stream = black_box(stream);
    let piece = match arguments[4].as_str() {
        "none" => return,
        "whole" => stream.len(),
        _ => number(4),
    };
    let (mut start, mut there, mut units) = (0, 0, 0_usize);
    while there < stream.len() {
        there = stream.len().min(there + piece);
        while let Some(used) = decode(&stream[start..there]) {
            (start, units) = (start + used, units + 1);
        }
    }
    assert!(start == stream.len() && units > 0);
}
