//! One machine with its application: what it has in flight, what it was delivered, what it is owed.

use std::collections::{BTreeMap, BTreeSet};

use fourwire::Instant;
use fourwire::mqtt::{Delivery, Error, PacketId, Publish, QoS, ReasonCode, SendError};

use super::super::super::repeat::{IsFull, repeat};
use super::super::super::script::Script;
use super::super::super::strict::Strict;
use super::end::{End, Got};
use super::ledger::Ledger;

/// A message of ours that is in flight.
#[derive(Debug)]
struct Flight {
    number: usize,
    received: bool,
    /// Sent on this connection: it counts against the peer's receive maximum.
    counts: bool,
}

/// How an application uses its machine.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    pub manual: bool,
    pub parts: bool,
    pub v5: bool,
}

#[derive(Debug)]
pub struct Side<E> {
    pub machine: Option<E>,
    pub habits: Habits,
    pub sent: Ledger,
    /// What came and was not consumed yet.
    pub inbox: Vec<u8>,
    /// What goes to the peer.
    pub wire: Vec<u8>,
    in_flight: BTreeMap<u16, Flight>,
    asked: BTreeSet<u16>,
    /// SUBSCRIBE and UNSUBSCRIBE that are to be answered.
    pub owed: Vec<(bool, PacketId, usize)>,
    deliveries: Vec<(Delivery, usize)>,
    /// Receipts of earlier connections.
    stale: Vec<Delivery>,
    /// A large message in the middle of its pieces.
    stream: Option<(Delivery, String, Vec<u8>)>,
}

/// What the rig has to do with what a machine said.
pub enum Todo {
    Connect,
    Connected(bool),
    Nothing,
}

impl<E: End> Side<E> {
    pub const fn new(habits: Habits) -> Self {
        Self {
            machine: None,
            habits,
            sent: Ledger::empty(),
            inbox: Vec::new(),
            wire: Vec::new(),
            in_flight: BTreeMap::new(),
            asked: BTreeSet::new(),
            owed: Vec::new(),
            deliveries: Vec::new(),
            stale: Vec::new(),
            stream: None,
        }
    }

    /// Calls the machine, sometimes with so little room that the call must be repeated.
    pub fn call<T, X: IsFull>(
        &mut self,
        script: &mut Script<'_>,
        call: impl FnMut(&mut E, &mut Strict) -> Result<T, X>,
    ) -> Option<Result<T, X>> {
        Some(repeat(self.machine.as_mut()?, script, &mut self.wire, call))
    }

    pub fn is_connected(&self) -> bool {
        self.machine.as_ref().is_some_and(End::is_connected)
    }

    // --- the connection ------------------------------------------------------------------------------------------

    /// The line was cut: what was on it is lost, and receipts are of no use any more.
    pub fn cut(&mut self) {
        self.inbox.clear();
        self.wire.clear();
        self.stream = None;
        self.asked.clear();
        self.owed.clear();
        self.stale.extend(self.deliveries.drain(..).map(|(delivery, _)| delivery));
        self.in_flight.values_mut().for_each(|flight| flight.counts = false);
    }

    /// Another process goes on with the session, or with a new one: nobody has the old receipts.
    pub fn forget_receipts(&mut self) {
        self.stale.clear();
    }

    /// The session was dropped, and what was in flight with it.
    pub fn drop_in_flight(&mut self) {
        for flight in core::mem::take(&mut self.in_flight).into_values() {
            self.sent.drop_message(flight.number);
        }
    }

    // --- commands ------------------------------------------------------------------------------------------------

    pub fn publish(&mut self, now: Instant, script: &mut Script<'_>) {
        let qos = QoS::from_level(script.below(3) as u8).unwrap();
        let len = if script.one_in(4) { 100 + script.below(100) } else { 4 + script.below(16) };
        let number = self.sent.add(qos, len);
        let (topic, payload) = (topic(number), payload(number, len));
        let publish = Publish { retain: script.one_in(5), ..Publish::new(&topic, &payload).with_qos(qos) };
        match self.call(script, |machine, out| machine.publish(now, &publish, out)) {
            Some(Ok(None)) => assert_eq!(qos, QoS::AtMostOnce),
            Some(Ok(Some(id))) => {
                let id = id.get();
                assert!(!self.asked.contains(&id), "identifier {id} is in use for a request");
                let before = self.in_flight.insert(id, Flight { number, received: false, counts: true });
                assert!(before.is_none(), "identifier {id} is in flight");
                self.check_receive_maximum();
            }
            None => self.sent.take_back(),
            Some(Err(error)) => {
                let machine = self.machine.as_ref().unwrap();
                match error {
                    SendError::NotConnected => assert!(!machine.is_connected()),
                    SendError::Resuming => assert!(machine.is_resuming()),
                    SendError::WindowFull => {}
                    error => panic!("{error:?}"),
                }
                self.sent.take_back();
            }
        }
    }

    fn check_receive_maximum(&self) {
        let counted = self.in_flight.values().filter(|flight| flight.counts).count();
        let maximum = self.machine.as_ref().unwrap().receive_maximum();
        assert!(counted <= usize::from(maximum), "{counted} in flight, the peer takes {maximum}");
    }

    /// Sends again what is to be sent again, as much as goes now.
    pub fn resume(&mut self, now: Instant, script: &mut Script<'_>, peer_may_lose: bool) {
        if !self.is_connected() {
            return;
        }
        while let Some(Ok(Some(id))) = self.call(script, |machine, out| machine.resume(now, out)) {
            let flight = self.in_flight.get_mut(&id.get()).expect("named, and not in flight");
            assert!(!flight.received, "named for sending again, though the peer has it");
            let number = flight.number;
            if peer_may_lose && script.one_in(16) {
                self.sent.drop_message(number);
                if self.sent.get(number).qos == QoS::AtLeastOnce {
                    self.in_flight.remove(&id.get());
                } else {
                    flight.received = true;
                }
                self.call(script, |machine, out| machine.abandon(now, id, out)).unwrap().unwrap();
                continue;
            }
            flight.counts = true;
            let (topic, payload) = (topic(number), payload(number, self.sent.get(number).len));
            // The QoS is the session's to know.
            let publish = Publish::new(&topic, &payload);
            self.call(script, |machine, out| machine.resend(now, id, &publish, out)).unwrap().unwrap();
            self.check_receive_maximum();
        }
    }

    /// Acknowledges one of the messages that wait for it, in any order.
    pub fn ack(&mut self, now: Instant, script: &mut Script<'_>, theirs: &mut Ledger) {
        if self.deliveries.is_empty() || !self.is_connected() {
            return;
        }
        let (delivery, number) = self.deliveries.remove(script.below(self.deliveries.len()));
        let refuse = self.habits.v5 && script.one_in(8);
        let code = if refuse { ReasonCode::QuotaExceeded } else { ReasonCode::Success };
        let answer = self.call(script, |machine, out| machine.ack(now, delivery, code, out));
        assert_eq!(answer, Some(Ok(())));
        theirs.acknowledged(number, !refuse);
        // Once is enough.
        let answer = self.call(script, |machine, out| machine.ack(now, delivery, code, out));
        assert_eq!(answer, Some(Err(SendError::StaleDelivery)));
    }

    /// A receipt of an earlier connection acknowledges nothing.
    pub fn ack_stale(&mut self, now: Instant, script: &mut Script<'_>) {
        if self.stale.is_empty() || !self.is_connected() {
            return;
        }
        let delivery = self.stale.swap_remove(script.below(self.stale.len()));
        let answer = self.call(script, |machine, out| machine.ack(now, delivery, ReasonCode::Success, out));
        assert_eq!(answer, Some(Err(SendError::StaleDelivery)));
    }

    pub fn has_deliveries(&self) -> bool {
        !self.deliveries.is_empty()
    }

    pub fn ask(&mut self, now: Instant, script: &mut Script<'_>, subscribe: bool) {
        let Some(Some(answer)) = self
            .call(script, |machine, out| {
                let asked = if subscribe { machine.subscribe(now, out) } else { machine.unsubscribe(now, out) };
                asked.map_or(Ok(None), |answer| answer.map(Some))
            })
            .map(|answer| answer.map_or_else(|error| Some(Err(error)), |id| id.map(Ok)))
        else {
            return;
        };
        match answer {
            Ok(id) => {
                assert!(!self.in_flight.contains_key(&id.get()), "identifier {id} is in flight");
                assert!(self.asked.insert(id.get()), "identifier {id} is in use");
            }
            Err(SendError::NotConnected | SendError::WindowFull) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    // --- receiving -----------------------------------------------------------------------------------------------

    /// Lets the machine have its next packet.
    pub fn receive(&mut self, now: Instant, script: &mut Script<'_>, theirs: &mut Ledger) -> Option<Todo> {
        let inbox = core::mem::take(&mut self.inbox);
        let parts = self.habits.parts;
        let answer = self.call(script, |machine, out| machine.receive(now, &inbox, parts, out))?;
        let (todo, used) = match answer {
            Ok(Some((got, used))) => (Some(self.got(got, theirs)), used),
            Ok(None) => (None, 0),
            Err(error) => panic!("a line that cuts and delays is no reason for {error:?}"),
        };
        self.inbox = inbox;
        self.inbox.drain(..used);
        self.check_in_flight();
        todo
    }

    fn got(&mut self, got: Got<'_>, theirs: &mut Ledger) -> Todo {
        match got {
            Got::Connect => return Todo::Connect,
            Got::Connected(present) => return Todo::Connected(present),
            Got::Publish(publish, delivery) => {
                let topic = self.machine.as_ref().unwrap().topic_of(&publish);
                self.delivered(delivery, &topic, publish.payload, theirs);
            }
            Got::Head(publish, delivery, _) => {
                assert!(self.stream.is_none());
                let topic = self.machine.as_ref().unwrap().topic_of(&publish);
                self.stream = Some((delivery, topic, Vec::new()));
            }
            Got::Payload(bytes, remaining) => {
                let (_, _, body) = self.stream.as_mut().expect("a payload behind its head");
                body.extend_from_slice(bytes);
                if remaining == 0 {
                    let (delivery, topic, body) = self.stream.take().unwrap();
                    self.delivered(delivery, &topic, &body, theirs);
                }
            }
            Got::Published(id) => {
                let flight = self.in_flight.remove(&id.get()).expect("published, and not in flight");
                self.sent.published(flight.number);
            }
            Got::Received(id) => {
                self.in_flight.get_mut(&id.get()).expect("received, and not in flight").received = true
            }
            Got::Asked(subscribe, id, count) => self.owed.push((subscribe, id, count)),
            Got::Answered(id) => assert!(self.asked.remove(&id.get()), "an answer to what was not asked"),
            Got::Quiet => {}
        }
        Todo::Nothing
    }

    fn delivered(&mut self, delivery: Delivery, topic: &str, body: &[u8], theirs: &mut Ledger) {
        let number = u32::from_be_bytes(*body.first_chunk().expect("a number")) as usize;
        let message = theirs.get(number);
        assert_eq!((topic, body), (&*self::topic(number), &*payload(number, message.len)), "changed on its way");
        assert_eq!(delivery.packet_id().is_some(), message.qos != QoS::AtMostOnce);
        theirs.delivered(number, self.habits.manual);
        if delivery.packet_id().is_some() && self.habits.manual {
            self.deliveries.push((delivery, number));
        }
    }

    /// The session knows the same as the application.
    pub fn check_in_flight(&self) {
        let Some(machine) = self.machine.as_ref().filter(|machine| machine.is_connected()) else { return };
        let known: Vec<_> = self.in_flight.iter().map(|(id, flight)| (*id, flight.received)).collect();
        assert_eq!(machine.in_flight(), known);
    }

    /// Nothing is left to be done.
    pub fn settle(&self) {
        self.sent.settle();
        assert!(self.in_flight.is_empty() && self.asked.is_empty() && self.owed.is_empty());
        assert!(self.inbox.is_empty() && self.wire.is_empty() && self.stream.is_none());
        let machine = self.machine.as_ref().unwrap();
        assert!(machine.is_connected() && !machine.is_resuming());
        self.check_in_flight();
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// Lets the machine see the time. Whether it still has a connection.
    pub fn tick(&mut self, now: Instant, script: &mut Script<'_>) -> bool {
        match self.call(script, |machine, out| machine.timeout(now, out)) {
            None => false,
            Some(Ok(())) => {
                let deadline = self.machine.as_ref().unwrap().deadline();
                assert!(deadline.is_none_or(|deadline| deadline > now), "due again at once");
                true
            }
            Some(Err(Error::Timeout(_))) => {
                assert!(self.machine.as_ref().unwrap().is_closed());
                false
            }
            Some(Err(error)) => panic!("{error:?}"),
        }
    }
}

fn topic(number: usize) -> String {
    format!("t/{}", number % 5)
}

/// The number, and then bytes that depend on it.
fn payload(number: usize, len: usize) -> Vec<u8> {
    let number = number as u32;
    number.to_be_bytes().into_iter().chain((0..).map(|at: u32| (at ^ number) as u8)).take(len).collect()
}
