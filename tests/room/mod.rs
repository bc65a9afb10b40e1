//! An output that is full at any point.

use std::fmt::Debug;

use fourwire::{Full, Output};

/// Takes so many bytes and no more.
pub(crate) struct Room {
    /// How many it takes in all.
    pub(crate) left: usize,
    /// Those it has.
    pub(crate) bytes: Vec<u8>,
}

impl Output for Room {
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full> {
        if self.left < self.bytes.len() + n + payload { Err(Full) } else { self.bytes.space(n, 0) }
    }

    fn put_payload(&mut self, bytes: &[u8]) {
        assert!(self.bytes.len() + bytes.len() <= self.left, "more than was asked for");
        self.bytes.put_payload(bytes);
    }
}

/// Calls with each room that is too small, which changes nothing, and then with enough; and compares with a machine that
/// had enough at once.
#[track_caller]
pub(crate) fn tried<M: Clone + Debug, R: Debug>(
    machine: &mut M,
    call: impl Fn(&mut M, &mut Room) -> R,
) -> (R, Vec<u8>) {
    tried_but(machine, &[], call)
}

/// The same with bytes that have come: that they have is a sign of life, whether there is room for an answer or not.
#[track_caller]
pub(crate) fn tried_to_read<M: Clone + Debug, R: Debug>(
    machine: &mut M,
    call: impl Fn(&mut M, &mut Room) -> R,
) -> (R, Vec<u8>) {
    tried_but(machine, &["last_received: Instant(", "seen: "], call)
}

/// The same, but for the numbers behind these words.
#[track_caller]
fn tried_but<M: Clone + Debug, R: Debug>(
    machine: &mut M,
    words: &[&str],
    call: impl Fn(&mut M, &mut Room) -> R,
) -> (R, Vec<u8>) {
    let shown = |machine: &M| words.iter().fold(format!("{machine:?}"), |shown, word| without_number(&shown, word));
    let mut never = machine.clone();
    let before = shown(machine);
    let mut all = Room { left: usize::MAX, bytes: Vec::new() };
    let result = call(&mut never, &mut all);
    for left in 0..all.bytes.len() {
        let (mut refused, mut room) = (machine.clone(), Room { left, bytes: Vec::new() });
        let error = format!("{:?}", call(&mut refused, &mut room));
        assert!(["Err(Full)", "Err(Encode(Full))"].contains(&error.as_str()), "{error} with room for {left}");
        assert!(room.bytes.is_empty(), "{} bytes with room for {left}", room.bytes.len());
        assert_eq!(shown(&refused), before, "something was changed with room for {left}");
        room.left = usize::MAX;
        let again = call(&mut refused, &mut room);
        assert_eq!(format!("{again:?}"), format!("{result:?}"));
        assert_eq!(room.bytes, all.bytes);
        assert_eq!(format!("{refused:?}"), format!("{never:?}"), "with room for {left}");
    }
    *machine = never;
    (result, all.bytes)
}

/// What is shown, without the number behind the first of these words.
fn without_number(shown: &str, word: &str) -> String {
    let (before, behind) = shown.split_once(word).expect("a machine that shows it");
    format!("{before}{word}{}", behind.trim_start_matches(|letter: char| letter.is_ascii_digit()))
}
