//! What a column does for a row, and the clock around it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;

use crate::alloc::uncounted;

/// Does its work so many times, and says how long the work alone took.
pub type Job = Box<dyn FnMut(usize) -> Duration>;

/// An encoder at work, and what it wrote once.
pub struct Encode {
    pub job: Job,
    pub wrote: Vec<u8>,
}

impl Encode {
    /// It does not write such frames: those of the other direction.
    pub fn none() -> Self {
        Self { job: Box::new(|_| Duration::ZERO), wrote: Vec::new() }
    }
}

/// What a decoder says to one whole packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It took so many bytes.
    Packet(usize),
    Incomplete,
    Error,
    Panic,
    /// It does not read such frames: those of the other direction.
    Foreign,
}

/// Runs what may panic. Some peers do; that is counted, not shown.
pub fn quietly<T>(run: impl FnOnce() -> T) -> Option<T> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    std::panic::set_hook(hook);
    result.ok()
}

/// Shows the packet to a `black_box` where the decoder put it: to move it would be the bench's own cost.
#[inline(always)]
pub fn seen<T, E>(result: &Result<T, E>) -> &T {
    let Ok(packet) = result else { panic!("the row's packets were accepted before") };
    black_box(packet)
}

/// Shows each item of a list where its iterator put it.
pub fn see_all<I: Iterator>(mut items: I) {
    loop {
        let item = items.next();
        if item.is_none() {
            return;
        }
        black_box(&item);
    }
}

/// Decodes a stream that stays where it is. `next` says how many bytes it took.
pub fn decode_slices(stream: &'static [u8], mut next: impl FnMut(&'static [u8]) -> usize + 'static) -> Job {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            let mut left = black_box(stream);
            while !left.is_empty() {
                left = &left[next(left)..];
            }
        }
        start.elapsed()
    })
}

/// Decodes a stream that is cut up into reference-counted pieces. Filling the buffer is not timed.
pub fn decode_bytes(stream: &'static [u8], mut next: impl FnMut(&mut BytesMut) + 'static) -> Job {
    Box::new(move |n| {
        let mut time = Duration::ZERO;
        for _ in 0..n {
            let mut buf = uncounted(|| BytesMut::from(stream));
            let start = Instant::now();
            while !buf.is_empty() {
                next(&mut buf);
            }
            time += start.elapsed();
        }
        time
    })
}

/// The room of an output that has been in use for a while.
const ROOM: usize = 1 << 18;

/// Encodes into an output that is cleared each time, not freed.
pub fn encode_into<O: 'static>(
    mut out: O,
    clear: impl Fn(&mut O) + 'static,
    read: impl Fn(&O) -> Vec<u8>,
    mut once: impl FnMut(&mut O) + 'static,
) -> Encode {
    once(&mut out);
    let wrote = read(&out);
    let job = move |n| {
        let start = Instant::now();
        for _ in 0..n {
            clear(&mut out);
            once(&mut out);
            black_box(&out);
        }
        start.elapsed()
    };
    Encode { job: Box::new(job), wrote }
}

pub fn encode_vec(once: impl FnMut(&mut Vec<u8>) + 'static) -> Encode {
    encode_into(Vec::with_capacity(ROOM), Vec::clear, Vec::clone, once)
}

pub fn encode_bytes(once: impl FnMut(&mut BytesMut) + 'static) -> Encode {
    encode_into(BytesMut::with_capacity(ROOM), BytesMut::clear, |out| out.to_vec(), once)
}

/// For encoders that return a buffer of their own making.
pub fn encode_new<T: AsRef<[u8]> + 'static>(mut once: impl FnMut() -> T + 'static) -> Encode {
    let wrote = once().as_ref().to_vec();
    let job = move |n| {
        let start = Instant::now();
        for _ in 0..n {
            black_box(once().as_ref());
        }
        start.elapsed()
    };
    Encode { job: Box::new(job), wrote }
}

/// For encoders that consume what they write: `make` makes it anew, and that is not timed.
pub fn encode_owned<T: 'static>(
    mut make: impl FnMut() -> T + 'static,
    mut once: impl FnMut(T, &mut BytesMut) + 'static,
) -> Encode {
    let mut out = BytesMut::with_capacity(ROOM);
    once(make(), &mut out);
    let wrote = out.to_vec();
    let job = consume(make, move |value| {
        out.clear();
        once(value, &mut out);
        black_box(&out);
    });
    Encode { job, wrote }
}

/// For those that return a buffer of their own making, too.
pub fn encode_owned_new<T: 'static, O: AsRef<[u8]> + 'static>(
    mut make: impl FnMut() -> T + 'static,
    mut once: impl FnMut(T) -> O + 'static,
) -> Encode {
    let wrote = once(make()).as_ref().to_vec();
    let job = consume(make, move |value| _ = black_box(once(value).as_ref()));
    Encode { job, wrote }
}

/// Times what consumes a value, not what makes it.
pub fn consume<T: 'static>(mut make: impl FnMut() -> T + 'static, mut once: impl FnMut(T) + 'static) -> Job {
    Box::new(move |n| {
        let mut time = Duration::ZERO;
        let mut left = n;
        while left > 0 {
            // So many at once that the clock is not in the way, and the memory stays small.
            let batch: Vec<T> = uncounted(|| (0..left.min(16)).map(|_| make()).collect());
            left -= batch.len();
            let start = Instant::now();
            batch.into_iter().for_each(&mut once);
            time += start.elapsed();
        }
        time
    })
}

/// The verdict of a decoder that consumes a buffer.
pub fn verdict_bytes<T, E>(
    packet: &[u8],
    decode: impl FnOnce(&mut BytesMut) -> Result<T, E>,
    more: impl FnOnce(&E) -> bool,
) -> Verdict {
    let mut buf = BytesMut::from(packet);
    match decode(&mut buf) {
        Ok(_) => Verdict::Packet(packet.len() - buf.len()),
        Err(error) if more(&error) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

/// The verdict of a decoder that consumes a buffer, and has no frame before it has all of one.
pub fn verdict_optional<T, E>(packet: &[u8], decode: impl FnOnce(&mut BytesMut) -> Result<Option<T>, E>) -> Verdict {
    let mut buf = BytesMut::from(packet);
    match decode(&mut buf) {
        Ok(Some(_)) => Verdict::Packet(packet.len() - buf.len()),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}
