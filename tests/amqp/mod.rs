mod flows;
mod handshake;
mod rules;
mod support;
