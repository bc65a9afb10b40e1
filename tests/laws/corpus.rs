//! Where the laws' bytes come from: recordings of real programs, and mutants of them.

use std::fs;
use std::path::Path;

use fourwire::{mqtt, stomp};

use super::properties::script::Xorshift;

/// A file of `testdata/`.
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Recording {
    /// With which version an MQTT recording's name begins.
    pub(crate) fn mqtt_version(&self) -> mqtt::Version {
        match self.name.split('-').next() {
            Some("v31") => mqtt::Version::V3_1,
            Some("v311") => mqtt::Version::V3_1_1,
            Some("v5") => mqtt::Version::V5,
            _ => panic!("{} does not begin with a version", self.name),
        }
    }

    /// With which version a STOMP recording's name begins, if a client said this: what a server said tells its version.
    pub(crate) fn stomp_version(&self) -> Option<stomp::Version> {
        match self.name.split('-').next() {
            Some("none") => None,
            Some("v10" | "v11" | "v12") if self.name.ends_with(".server.bin") => None,
            Some("v10") => Some(stomp::Version::V1_0),
            Some("v11") => Some(stomp::Version::V1_1),
            Some("v12") => Some(stomp::Version::V1_2),
            _ => panic!("{} does not begin with a version", self.name),
        }
    }
}

/// Bytes behind the first byte that chooses the version in each of MQTT's properties.
#[allow(dead_code, reason = "not every driver chooses")]
pub(crate) fn choose(version: mqtt::Version, bytes: &[u8]) -> Vec<u8> {
    [&[version as u8], bytes].concat()
}

/// All recordings of a protocol.
pub(crate) fn recordings(protocol: &str) -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(protocol);
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bin"))
        .map(|path| Recording {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            bytes: fs::read(path).unwrap(),
        })
        .collect();
    assert!(!all.is_empty(), "there are no recordings");
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// The same stream with a few bytes changed, put in, taken out, or repeated from elsewhere; `telling` are bytes that mean
/// something to the protocol.
#[allow(dead_code, reason = "not every driver changes them")]
pub(crate) fn mutant(bytes: &[u8], telling: &[u8], dice: &mut Xorshift) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        let len = bytes.len();
        if len == 0 {
            break;
        }
        let at = dice.below(len);
        match dice.below(7) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = telling[dice.below(telling.len())],
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes[at] = bytes[at].wrapping_sub(1),
            4 => bytes.insert(at, telling[dice.below(telling.len())]),
            5 => drop(bytes.remove(at)),
            _ => {
                let from = dice.below(len);
                let piece = bytes[from..len.min(from + 1 + dice.below(8))].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}
