mod flows;
mod handshake;
mod message;
mod modes;
mod rules;
mod support;
