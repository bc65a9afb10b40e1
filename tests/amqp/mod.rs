mod deliveries;
mod flows;
mod handshake;
mod message;
mod modes;
mod owned;
mod rules;
mod support;
