mod flows;
mod handshake;
mod message;
mod rules;
mod support;
