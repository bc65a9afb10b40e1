//! Both machines together, on a clock of our own: what takes time, what has no room, what comes late or twice.

mod bodies;
mod full;
mod handles;
mod held_back;
mod receipts;
mod refused;
mod settled;
mod time;
mod transactions;
