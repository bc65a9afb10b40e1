//! A client whose server sends anything.

use fourwire::stomp::{
    AckMode, Client, Config, Connect, Delivery, Error, Event, Message, Outcome, Receipt, SendError, Session, Subscribe,
    Version, Versions, With,
};

use super::super::super::script::{Script, Xorshift};
use super::super::super::strict::Strict;
use super::super::books::Books;
use super::{Input, Plan, is_well_formed};

/// A client takes anything without panic; what it says is outstanding and awaited is what came and was not answered;
/// nothing is more than the limits allow; what it writes can be read; when it is closed it is silent.
pub fn client_hostile(data: &[u8]) {
    let mut script = Script::new(data);
    let mut plan = Plan::read(&mut script);
    let mut input = Input::new(script.rest());
    let mut user = User::new(&plan, &input);
    loop {
        user.acts(&mut plan.dice, &input);
        user.compare();
        let mut out = Strict::new();
        let (client, rest) = (&mut user.client, input.rest());
        let answer = if plan.parts {
            client.receive_part(input.now, rest, &mut out)
        } else {
            client.receive(input.now, rest, &mut out)
        };
        assert_eq!(out.bytes, [0_u8; 0], "a client does not answer by itself");
        match answer {
            Ok(Some((event, used))) => {
                input.consume(used);
                user.hears(&event);
            }
            Ok(None) if user.client.is_held_back() => {
                assert_eq!(user.books.outstanding_count(), plan.config.window as usize);
                if !user.makes_room(&input) {
                    break;
                }
            }
            Ok(None) if input.arrive(&mut plan.dice) => {}
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_final());
                user.is_over = true;
                break;
            }
        }
    }
    user.ends(&input);
}

struct User {
    client: Client,
    config: Config,
    books: Books,
    /// What came, and may have been acknowledged since.
    deliveries: Vec<Delivery>,
    asked: Vec<Receipt>,
    /// Which of them were asked for in which transactions, and those of such that were aborted: they come, or not.
    inside: Vec<(usize, Receipt)>,
    forgone: Vec<Receipt>,
    messages: usize,
    written: Vec<u8>,
    /// It knows that the connection is over.
    is_over: bool,
}

impl User {
    /// If the plan has a version, it is connected and has a subscription of each mode.
    fn new(plan: &Plan, input: &Input<'_>) -> Self {
        let config = Config { versions: plan.version.map_or(Versions::ALL, Versions::only), ..plan.config };
        let mut user = Self {
            client: Client::new(config, Session::new()),
            config,
            books: Books::default(),
            deliveries: Vec::new(),
            asked: Vec::new(),
            inside: Vec::new(),
            forgone: Vec::new(),
            messages: 0,
            written: Vec::new(),
            is_over: false,
        };
        user.client.connect(input.now, &Connect::to("a"), &mut Strict::new()).unwrap();
        if let Some(version) = plan.version {
            let connected = format!("CONNECTED\nversion:{version}\nheart-beat:9000,9000\n\n\0");
            let answer = user.client.receive(input.now, connected.as_bytes(), &mut Strict::new());
            assert!(matches!(answer, Ok(Some((Event::Connected(_), _)))));
            for mode in [AckMode::Client, AckMode::ClientIndividual, AckMode::Auto] {
                user.subscribe(mode, false, input);
            }
            user.begin(false, input);
        }
        user
    }

    /// The application says something, now and then; before it is connected, and after, nothing is sent.
    fn acts(&mut self, dice: &mut Xorshift, input: &Input<'_>) {
        let receipt = dice.below(4) == 0;
        match dice.below(16) {
            0..=4 => self.acknowledge(dice, receipt, input),
            5 => {
                let mode = [AckMode::Client, AckMode::ClientIndividual, AckMode::Auto][dice.below(3)];
                self.subscribe(mode, receipt, input);
            }
            6 => self.unsubscribe(dice, receipt, input),
            7 => self.begin(receipt, input),
            8 | 9 => self.end(dice, receipt, input),
            10 => {
                let number = pick(&self.books.open(), dice);
                let transaction = number.map(|number| self.books.transaction(number));
                let with = With { transaction, receipt, ..With::default() };
                let message = Message::to("/queue/a", b"x\0y");
                let sent = self.sends(|client, out| client.send_with(input.now, &message, &with, out));
                self.asked.extend(sent.flatten());
                self.inside.extend(number.zip(sent.flatten()));
            }
            11 if dice.below(16) == 0 => {
                let mut out = Strict::new();
                assert_eq!(self.client.timeout(input.now, &mut out), Ok(()), "nothing is late here");
                self.written.extend_from_slice(&out.bytes);
            }
            12 if dice.below(32) == 0 => {
                let awaited = self.client.awaited().count();
                if self.sends(|client, out| client.disconnect(input.now, out)).is_some() {
                    assert!(!self.client.is_connected() && self.client.awaited().count() == awaited + 1);
                    self.asked.extend(self.client.awaited().last());
                }
            }
            _ => {}
        }
    }

    /// A command: it is taken; or there is no room, or no connection, and nothing is written.
    fn sends<T>(&mut self, call: impl FnOnce(&mut Client, &mut Strict) -> Result<T, SendError>) -> Option<T> {
        let mut out = Strict::new();
        let was_connected = self.client.is_connected();
        let answer = call(&mut self.client, &mut out);
        assert!(answer.is_ok() || out.bytes.is_empty());
        self.written.extend_from_slice(&out.bytes);
        match answer {
            Ok(answer) => {
                assert!(was_connected);
                return Some(answer);
            }
            Err(SendError::NotConnected) => assert!(!was_connected),
            Err(SendError::WindowFull) => assert_eq!(self.asked.len(), self.config.receipts as usize),
            Err(SendError::TooManySubscriptions) => {
                assert_eq!(self.books.live().len(), self.config.subscriptions as usize);
            }
            Err(SendError::TooManyTransactions) => {
                assert_eq!(self.books.open().len(), self.config.transactions as usize);
            }
            Err(SendError::NotInThisVersion | SendError::Encode(_)) => {
                assert_eq!(self.client.version(), Some(Version::V1_0));
            }
            Err(error) => panic!("{error:?}"),
        }
        None
    }

    /// Acknowledges anything that ever came: a second time it is stale.
    fn acknowledge(&mut self, dice: &mut Xorshift, receipt: bool, input: &Input<'_>) {
        let Some(delivery) = pick(&self.deliveries, dice) else { return };
        let transaction = pick(&self.books.open(), dice).filter(|_| dice.below(2) == 0);
        let outcome = [Outcome::Acknowledged, Outcome::Refused][usize::from(dice.below(4) == 0)];
        let handle = transaction.map(|number| self.books.transaction(number));
        let with = With { transaction: handle, receipt, ..With::default() };
        let known = self.books.known(delivery);
        if self.client.is_connected() && delivery.needs_ack() && known.is_none() {
            let stale = self.client.ack_with(input.now, delivery, &with, &mut Strict::with_room(0));
            return assert_eq!(stale, Err(SendError::StaleDelivery));
        }
        let written = self.written.len();
        let sent = self.sends(|client, out| match outcome {
            Outcome::Acknowledged => client.ack_with(input.now, delivery, &with, out),
            _ => client.nack_with(input.now, delivery, &with, out),
        });
        let Some(asked) = sent else { return };
        self.asked.extend(asked);
        self.inside.extend(transaction.zip(asked));
        match known {
            Some(key) => drop(self.books.acknowledge(key, outcome, transaction)),
            None => assert!(asked.is_none() && self.written.len() == written, "there is nothing to do"),
        }
    }

    /// Acknowledges what it can, so that there is room. Not if all is held in transactions, and there is no room for their
    /// receipts either, or if all has been said.
    fn makes_room(&mut self, input: &Input<'_>) -> bool {
        let before = self.books.outstanding_count();
        for number in self.books.open() {
            let transaction = self.books.transaction(number);
            if self.sends(|client, out| client.commit(input.now, transaction, out)).is_some() {
                self.books.commit(number);
            }
        }
        for delivery in self.deliveries.clone() {
            if let Some(key) = self.books.known(delivery) {
                let sent = self.sends(|client, out| client.ack(input.now, delivery, out));
                sent.map(|()| self.books.acknowledge(key, Outcome::Acknowledged, None));
            }
        }
        self.books.outstanding_count() < before
    }

    fn subscribe(&mut self, mode: AckMode, receipt: bool, input: &Input<'_>) {
        let (subscribe, with) = (Subscribe::to("/queue/a").with_ack(mode), With { receipt, ..With::default() });
        let sent = self.sends(|client, out| client.subscribe_with(input.now, &subscribe, &with, out));
        if let Some((subscription, asked)) = sent {
            self.books.subscribe(subscription, mode);
            self.asked.extend(asked);
        }
    }

    fn unsubscribe(&mut self, dice: &mut Xorshift, receipt: bool, input: &Input<'_>) {
        let Some(number) = pick(&self.books.live(), dice) else { return };
        let (subscription, with) = (self.books.subscription(number), With { receipt, ..With::default() });
        let sent = self.sends(|client, out| client.unsubscribe_with(input.now, subscription, &with, out));
        if let Some(asked) = sent {
            self.books.unsubscribe(number);
            self.asked.extend(asked);
        }
    }

    fn begin(&mut self, receipt: bool, input: &Input<'_>) {
        let with = With { receipt, ..With::default() };
        if let Some((transaction, asked)) = self.sends(|client, out| client.begin_with(input.now, &with, out)) {
            self.books.begin(transaction);
            self.asked.extend(asked);
        }
    }

    fn end(&mut self, dice: &mut Xorshift, receipt: bool, input: &Input<'_>) {
        let Some(number) = pick(&self.books.open(), dice) else { return };
        let (transaction, with) = (self.books.transaction(number), With { receipt, ..With::default() });
        let commits = dice.below(3) > 0;
        let sent = self.sends(|client, out| match commits {
            true => client.commit_with(input.now, transaction, &with, out),
            false => client.abort_with(input.now, transaction, &with, out),
        });
        let Some(asked) = sent else { return };
        self.asked.extend(asked);
        if commits {
            self.books.commit(number);
        } else {
            self.books.abort(number);
            let inside = self.inside.iter().filter(|(of, _)| *of == number).map(|(_, receipt)| *receipt);
            let forgone: Vec<_> = inside.filter(|receipt| self.asked.contains(receipt)).collect();
            self.asked.retain(|receipt| !forgone.contains(receipt));
            self.forgone.extend(forgone);
        }
    }

    fn hears(&mut self, event: &Event<'_>) {
        match event {
            Event::Message(_, delivery) | Event::MessageHead(_, delivery, _) => {
                self.messages += 1;
                match delivery.subscription() {
                    Some(_) if self.client.is_connected() => self.books.deliver(*delivery, self.messages),
                    // Behind DISCONNECT it cannot be acknowledged any more.
                    Some(_) => {}
                    None => assert!(!delivery.needs_ack()),
                }
                self.deliveries.push(*delivery);
                assert!(self.books.outstanding_count() <= self.config.window as usize);
            }
            Event::Receipt(receipt) => self.answered(*receipt),
            Event::Disconnected => {
                let receipt = *self.asked.last().expect("it was asked for");
                self.answered(receipt);
                assert!(self.client.is_closed());
                self.is_over = true;
            }
            Event::Error(_, receipt) => {
                receipt.iter().for_each(|receipt| self.answered(*receipt));
                self.is_over = self.client.version() != Some(Version::V1_0);
                assert!(self.client.is_closed() || !self.is_over);
            }
            _ => {}
        }
    }

    fn answered(&mut self, receipt: Receipt) {
        match self.asked.iter().position(|asked| *asked == receipt) {
            Some(at) => drop(self.asked.remove(at)),
            // Of the very old ones it is not known which.
            None => {
                assert!(self.forgone.iter().any(|forgone| *forgone >= receipt), "it was asked for, and did not come")
            }
        }
    }

    /// The machine knows what its application does.
    fn compare(&self) {
        assert!(self.client.awaited().eq(self.asked.iter().copied()));
        for number in 0..self.books.subscriptions() {
            let outstanding =
                self.client.unacknowledged(self.books.subscription(number)).map(|delivery| delivery.number());
            assert!(outstanding.eq(self.books.outstanding(number).map(|(_, number)| number)));
        }
        // There is always room for DISCONNECT's.
        let last = usize::from(!self.client.is_connected());
        assert!(self.asked.len() <= self.config.receipts as usize + last);
    }

    /// What was written can be read; and if it is over, nothing is read or written any more.
    fn ends(&mut self, input: &Input<'_>) {
        self.compare();
        is_well_formed(self.client.version(), &self.written);
        if !self.is_over {
            return;
        }
        let (client, mut out) = (&mut self.client, Strict::new());
        assert!(client.is_closed() && !client.is_connected());
        assert_eq!(client.deadline(), None);
        assert_eq!(client.receive(input.now, input.rest(), &mut out), Ok(None));
        assert_eq!(client.timeout(input.now, &mut out), Ok(()));
        assert_eq!(client.send(input.now, &Message::to("a", b""), &mut out), Err(SendError::NotConnected));
        assert_eq!(client.disconnect(input.now, &mut out), Err(SendError::NotConnected));
        assert_eq!(out.bytes, [0_u8; 0]);
    }
}

fn pick<T: Copy>(from: &[T], dice: &mut Xorshift) -> Option<T> {
    if from.is_empty() { None } else { Some(from[dice.below(from.len())]) }
}
