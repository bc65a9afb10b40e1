//! Model checking: the machines as they are, over a line that is cut at any point, in all interleavings up to a bound.
//!
//! `MODEL=large` explores further; `docs/mqtt-model.md` says what, and has the figures.
#![cfg(all(feature = "mqtt", feature = "amqp", feature = "stomp", feature = "alloc"))]
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
#[path = "model/stomp/mod.rs"]
mod stomp;
#[path = "model/world.rs"]
mod world;

use explore::{explore, is_large};
use fourwire::mqtt::{Growing, QoS, Slot, Slots, Version};
use fourwire::stomp::{self as stomp_wire, AckMode};
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

// --- STOMP -----------------------------------------------------------------------------------------------------------

/// One more of something, if there is time.
fn more(small: u8) -> u8 {
    if is_large() { small + 1 } else { small }
}

fn stomp_holds(name: &str, plan: stomp::Plan) {
    assert_eq!(explore(name, stomp::World::new(plan)), None, "{name}");
}

#[test]
fn stomp_each_message_alone() {
    let plan = stomp::Plan { messages: 3, prefetch: 3, refusals: 1, cuts: more(1), ..stomp::Plan::default() };
    stomp_holds("STOMP client-individual", plan);
}

#[test]
fn stomp_all_up_to_one() {
    let mode = AckMode::Client;
    let plan = stomp::Plan { mode, messages: 3, prefetch: 3, refusals: 1, cuts: more(1), ..stomp::Plan::default() };
    stomp_holds("STOMP client", plan);
}

#[test]
fn stomp_two_transactions() {
    let plan = stomp::Plan { transactions: 2, refusals: more(0), ..stomp::Plan::default() };
    stomp_holds("STOMP client-individual, two transactions", plan);
}

#[test]
fn stomp_all_up_to_one_in_transactions() {
    let plan = stomp::Plan {
        mode: AckMode::Client,
        messages: more(2),
        prefetch: 3,
        transactions: 2,
        ..stomp::Plan::default()
    };
    stomp_holds("STOMP client, two transactions", plan);
}

#[test]
fn stomp_a_transaction_is_cut() {
    let plan = stomp::Plan { mode: AckMode::Client, transactions: 1, cuts: more(1), ..stomp::Plan::default() };
    stomp_holds("STOMP client, a transaction is cut", plan);
}

#[test]
fn stomp_subscriptions_end() {
    let plan = stomp::Plan { transactions: 1, unsubscribes: more(1), ..stomp::Plan::default() };
    stomp_holds("STOMP a subscription ends in a transaction", plan);
}

#[test]
fn stomp_receipts() {
    let plan = stomp::Plan { receipts: more(2), unsubscribes: 1, cuts: 1, ..stomp::Plan::default() };
    stomp_holds("STOMP receipts", plan);
}

#[test]
fn stomp_receipts_in_transactions() {
    let plan = stomp::Plan { receipts: more(2), transactions: 1, cuts: 1, ..stomp::Plan::default() };
    stomp_holds("STOMP receipts in a transaction", plan);
}

#[test]
fn stomp_messages_are_sent() {
    let plan = stomp::Plan { messages: 0, sends: 2, transactions: 1, cuts: more(1), ..stomp::Plan::default() };
    stomp_holds("STOMP SEND, a transaction", plan);
}

#[test]
fn stomp_1_1_and_1_0() {
    let version = stomp_wire::Version::V1_1;
    let plan = stomp::Plan { version, transactions: 1, refusals: 1, cuts: more(0), ..stomp::Plan::default() };
    stomp_holds("STOMP 1.1", plan);
    let version = stomp_wire::Version::V1_0;
    let plan = stomp::Plan { version, mode: AckMode::Client, transactions: 1, cuts: more(0), ..stomp::Plan::default() };
    stomp_holds("STOMP 1.0", plan);
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

/// The explorer finds `fault`, which breaks a promise of STOMP's.
fn stomp_finds(fault: stomp::Fault, plan: stomp::Plan, promise: &str) {
    let found = explore("control", stomp::World::new(stomp::Plan { fault: Some(fault), ..plan }));
    let found = found.unwrap_or_else(|| panic!("{fault:?} is not found"));
    assert!(found.contains(promise), "{fault:?}: {found}");
}

#[test]
fn control_a_broker_that_does_not_wait_for_commit() {
    let plan = stomp::Plan { transactions: 1, ..stomp::Plan::default() };
    stomp_finds(stomp::Fault::CountsAtOnce, plan, "is settled as Taken, and the word is Held");
}

#[test]
fn control_a_broker_that_does_not_requeue() {
    stomp_finds(stomp::Fault::ForgetsToRequeue, stomp::Plan { cuts: 1, ..stomp::Plan::default() }, "the messages are");
}

#[test]
fn control_a_line_that_loses_a_frame_of_stomp() {
    stomp_finds(stomp::Fault::LineLoses, stomp::Plan::default(), "to the client, and 1 to the server");
}

#[test]
fn control_a_client_that_counts_what_it_aborts() {
    let plan = stomp::Plan { transactions: 1, ..stomp::Plan::default() };
    stomp_finds(stomp::Fault::AbortCounts, plan, "are outstanding to the client, of");
}
