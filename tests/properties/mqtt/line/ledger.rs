//! What was promised of the messages of one direction, and what has come of it.

use fourwire::mqtt::QoS;

/// A message on its way, from its `publish` on.
#[derive(Clone, Debug)]
pub struct Message {
    pub qos: QoS,
    pub len: usize,
    /// Its session was dropped, or it was given up: it may be lost, though not doubled.
    pub dropped: bool,
    /// How often it was delivered whole.
    delivered: u32,
    /// The application has acknowledged it with success.
    taken: bool,
    /// The application has refused it.
    refused: bool,
    /// How often it was reported as acknowledged to the end.
    published: u32,
}

/// All messages of one direction by number.
#[derive(Debug)]
pub struct Ledger {
    messages: Vec<Message>,
    /// One more than the largest number with QoS 1 or 2 that was delivered.
    next: usize,
}

impl Ledger {
    pub const fn empty() -> Self {
        Self { messages: Vec::new(), next: 0 }
    }

    pub fn add(&mut self, qos: QoS, len: usize) -> usize {
        self.messages.push(Message {
            qos,
            len,
            dropped: false,
            delivered: 0,
            taken: false,
            refused: false,
            published: 0,
        });
        self.messages.len() - 1
    }

    /// The last one was not sent after all.
    pub fn take_back(&mut self) {
        self.messages.pop();
    }

    pub fn get(&self, number: usize) -> &Message {
        &self.messages[number]
    }

    /// The message came whole. Where the machine acknowledges by itself, that was its one chance.
    pub fn delivered(&mut self, number: usize, manual: bool) {
        let message = &mut self.messages[number];
        message.delivered += 1;
        match message.qos {
            QoS::AtMostOnce => assert_eq!(message.delivered, 1, "QoS 0 twice: {number}"),
            QoS::AtLeastOnce => {}
            QoS::ExactlyOnce if manual => assert!(!message.taken, "delivered after it was acknowledged: {number}"),
            QoS::ExactlyOnce => assert_eq!(message.delivered, 1, "QoS 2 twice: {number}"),
        }
        if message.qos != QoS::AtMostOnce && message.delivered == 1 {
            assert!(number >= self.next, "first delivered after a later one: {number} after {}", self.next - 1);
            self.next = number + 1;
        }
    }

    pub fn acknowledged(&mut self, number: usize, success: bool) {
        let message = &mut self.messages[number];
        message.taken |= success;
        message.refused |= !success;
    }

    pub fn published(&mut self, number: usize) {
        let message = &mut self.messages[number];
        message.published += 1;
        assert_eq!(message.published, 1, "published twice: {number}");
        let there = message.delivered > 0 || message.dropped;
        assert!(there, "published, and not delivered: {number}");
    }

    /// The session is gone, and with it what these messages were promised.
    pub fn drop_message(&mut self, number: usize) {
        self.messages[number].dropped = true;
    }

    /// All is quiet: every promise is kept.
    pub fn settle(&self) {
        for (number, message) in self.messages.iter().enumerate() {
            if message.dropped || message.qos == QoS::AtMostOnce {
                continue;
            }
            assert!(message.delivered > 0, "lost: {number} {message:?}");
            assert_eq!(message.published, 1, "not published: {number} {message:?}");
        }
    }
}
