//! Model checking: the machines as they are, over a line that is cut at any point, in all interleavings up to a bound.
//!
//! `MODEL=large` explores further; `docs/mqtt-model.md` says what, and has the figures.
#![cfg(all(feature = "mqtt", feature = "amqp", feature = "alloc"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    missing_docs
)]

#[path = "model/amqp.rs"]
mod amqp;
#[path = "model/books.rs"]
mod books;
#[path = "model/explore.rs"]
mod explore;
#[path = "model/machine.rs"]
mod machine;
#[path = "model/world.rs"]
mod world;

use explore::{explore, is_large};
use fourwire::mqtt::{Growing, QoS, Slot, Slots, Version};
use world::{Fault, Plan, World};

const Q1: QoS = QoS::AtLeastOnce;
const Q2: QoS = QoS::ExactlyOnce;

/// Two cuts more, if there is time.
fn cuts(small: u8) -> u8 {
    if is_large() { small + 2 } else { small }
}

fn holds<S: Slots + Clone + core::fmt::Debug>(name: &str, plan: Plan, slots: fn() -> S) {
    let found = explore(name, World::new(plan, slots));
    assert_eq!(found, None, "{name}");
}

#[test]
fn qos_2_from_the_client() {
    let plan = Plan { up: &[Q2, Q2], cuts: cuts(3), window: 2, ..Plan::default() };
    holds("QoS 2 twice, window 2", plan, Growing::default);
}

#[test]
fn qos_2_from_the_client_one_at_a_time() {
    let plan = Plan { up: &[Q2, Q2, Q2], cuts: cuts(2), window: 1, ..Plan::default() };
    holds("QoS 2 three times, window 1", plan, Growing::default);
}

#[test]
fn qos_1_from_the_client() {
    let plan = Plan { up: &[Q1, Q1, Q1], cuts: cuts(3), window: 2, ..Plan::default() };
    holds("QoS 1 three times, window 2", plan, Growing::default);
}

#[test]
fn qos_2_from_the_server() {
    let plan = Plan { down: &[Q2, Q2], cuts: cuts(3), window: 2, ..Plan::default() };
    holds("QoS 2 twice from the server", plan, Growing::default);
}

#[test]
fn both_ways_at_once() {
    let plan = Plan { up: &[Q2, Q1], down: &[Q2, Q1], cuts: cuts(1), window: 2, ..Plan::default() };
    holds("QoS 2 and 1 both ways", plan, Growing::default);
}

#[test]
fn acknowledged_by_the_application_in_any_order() {
    let plan = Plan { up: &[Q2, Q1, Q2], cuts: cuts(1), window: 3, manual: true, ..Plan::default() };
    holds("manual acknowledgements", plan, Growing::default);
}

#[test]
fn sessions_are_lost() {
    let plan = Plan { up: &[Q2, Q1], down: &[Q2], cuts: cuts(1), window: 2, losses: 1, ..Plan::default() };
    holds("the session is lost", plan, Growing::default);
}

#[test]
fn sessions_are_saved_and_restored() {
    let plan = Plan { up: &[Q2, Q1], down: &[Q2], cuts: cuts(2), window: 2, saves: true, ..Plan::default() };
    holds("sessions go to another process", plan, Growing::default);
}

#[test]
fn fixed_slots() {
    // A server keeps one slot for requests.
    let plan = Plan { up: &[Q2, Q2], down: &[Q1], cuts: cuts(1), window: 2, ..Plan::default() };
    holds("three slots on each side", plan, || [Slot::EMPTY; 3]);
}

#[test]
fn version_3_1_1() {
    let plan = Plan { version: Version::V3_1_1, up: &[Q2, Q1], down: &[Q2], cuts: cuts(2), ..Plan::default() };
    holds("3.1.1", plan, Growing::default);
}

// --- AMQP ------------------------------------------------------------------------------------------------------------

#[test]
fn amqp_publishes_are_confirmed() {
    let publishes = if is_large() { 5 } else { 4 };
    assert_eq!(explore("AMQP confirms", amqp::Confirms::new(publishes, 0)), None);
}

#[test]
fn amqp_deliveries_are_acknowledged() {
    let deliveries = if is_large() { 5 } else { 4 };
    assert_eq!(explore("AMQP acknowledgements", amqp::Confirms::new(0, deliveries)), None);
}

#[test]
fn amqp_both_at_once() {
    let (publishes, deliveries) = if is_large() { (3, 2) } else { (2, 2) };
    assert_eq!(explore("AMQP confirms and acknowledgements", amqp::Confirms::new(publishes, deliveries)), None);
}

// --- what must be found ----------------------------------------------------------------------------------------------

/// The explorer finds `fault`, which breaks a promise.
fn finds(fault: Fault, plan: Plan, promise: &str) {
    let found = explore("control", World::new(Plan { fault: Some(fault), ..plan }, Growing::default));
    let found = found.unwrap_or_else(|| panic!("{fault:?} is not found"));
    assert!(found.contains(promise), "{fault:?}: {found}");
}

#[test]
fn control_a_line_that_repeats_a_packet() {
    // The repetition of a PUBLISH of QoS 1 is a second delivery that nobody was told of by DUP.
    finds(Fault::LineRepeats, Plan { up: &[Q1], cuts: 0, ..Plan::default() }, "again without DUP");
}

#[test]
fn control_a_line_that_loses_a_packet() {
    finds(Fault::LineLoses, Plan { up: &[Q2], cuts: 0, ..Plan::default() }, "does not come to rest");
}

#[test]
fn control_an_application_that_does_not_send_again() {
    finds(Fault::ForgetsToResend, Plan { up: &[Q1], cuts: 1, ..Plan::default() }, "does not come to rest");
}

#[test]
fn control_a_sender_that_starts_anew() {
    // It publishes what was in flight once more, as a new message: that is how QoS 2 comes twice.
    finds(Fault::PublishesAnew, Plan { up: &[Q2], cuts: 1, ..Plan::default() }, "twice");
}

#[test]
fn control_a_receiver_that_loses_its_session_alone() {
    finds(Fault::ReceiverForgets, Plan { up: &[Q2], cuts: 1, ..Plan::default() }, "twice");
}

#[test]
fn control_a_server_that_miscounts_a_multiple() {
    let found = explore("control", amqp::Confirms::careless()).unwrap_or_else(|| panic!("it is not found"));
    assert!(found.contains("was decided as None"), "{found}");
}
