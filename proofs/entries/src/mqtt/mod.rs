//! MQTT.

mod codec;
mod lists;
mod machines;
mod session;
mod values;
