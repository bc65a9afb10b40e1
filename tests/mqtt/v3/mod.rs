//! MQTT 3.1.1, and what is different in 3.1.

mod codec;
mod endpoints;
mod v3_1;
