//! MQTT 5.0.

mod connect;
mod data;
mod flows;
mod packets;
mod publish;
mod server_side;
mod session;
mod topics;
