//! The rules that the machines keep: each test bears the id of a statement.

mod acknowledging;
mod connecting;
mod ending;
mod heart_beat;
mod limits;
mod messages;
mod receipts;
mod subscriptions;
mod transactions;
