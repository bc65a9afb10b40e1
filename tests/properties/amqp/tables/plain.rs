//! A reader of tables that is written in the plainest way. It calls itself, but goes no deeper than it is allowed.

use fourwire::amqp::{Decoder, Dialect, ErrorKind, Limits};

/// What the plain reader knows of a table.
pub struct Tree {
    /// The table in the one spelling that we write.
    pub canonical: Vec<u8>,
    /// How deep it is nested: 1 without tables in it.
    pub height: u8,
    /// How many tables and arrays are in it.
    pub nested: usize,
    /// Whether a key is longer than RabbitMQ takes.
    pub long_key: bool,
    /// Whether there is a value that the other dialect does not have.
    pub only_here: bool,
    /// Whether there is a number that RabbitMQ does not take.
    pub not_finite: bool,
}

/// What is wrong, and at which byte of the table.
pub type Wrong = (ErrorKind, usize);

/// What is taken for a table.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub depth: u8,
    pub dialect: Dialect,
    /// What is nested deeper is passed over.
    pub tolerant: bool,
}

impl Rules {
    pub fn decoder(self) -> Decoder {
        Decoder::with_limits(Limits { frame: u32::MAX, depth: self.depth }).with_dialect(self.dialect)
    }
}

struct Plain<'b> {
    bytes: &'b [u8],
    rules: Rules,
    at: usize,
    tree: Tree,
}

impl Plain<'_> {
    fn list(&mut self, end: usize, is_table: bool, level: u8) -> Result<(), Wrong> {
        self.tree.height = self.tree.height.max(level);
        while self.at < end {
            if is_table {
                let (start, len) = (self.at, 1 + usize::from(self.bytes[self.at]));
                let key = self.take(len, end).ok_or((ErrorKind::TableTruncated, start))?;
                self.tree.canonical.extend_from_slice(key);
                self.tree.long_key |= len > 129;
            }
            self.value(end, level)?;
        }
        Ok(())
    }

    fn value(&mut self, end: usize, level: u8) -> Result<(), Wrong> {
        let start = self.at;
        let cut = (ErrorKind::TableTruncated, start);
        let letter = self.take(1, end).ok_or(cut)?[0];
        let spec = self.rules.dialect == Dialect::Specification;
        self.tree.only_here |= if spec { b"sl".contains(&letter) } else { letter == b'x' };
        self.tree.canonical.push(match letter {
            b'U' if !spec => b's',
            b'L' if !spec => b'l',
            other => other,
        });
        let fixed = match letter {
            b's' if spec => {
                let len = self.take(1, end).ok_or(cut)?[0];
                self.tree.canonical.push(len);
                len.into()
            }
            b'x' if spec => return Err((ErrorKind::TableValueType(letter), start)),
            b'V' => 0,
            b't' | b'b' | b'B' => 1,
            b's' | b'U' | b'u' => 2,
            b'I' | b'i' | b'f' => 4,
            b'D' => 5,
            b'l' | b'L' | b'd' | b'T' => 8,
            b'S' | b'x' | b'A' | b'F' => {
                let len = u32::from_be_bytes(self.take(4, end).ok_or(cut)?.try_into().unwrap()) as usize;
                if end - self.at < len {
                    return Err(cut);
                }
                self.tree.canonical.extend_from_slice(&(len as u32).to_be_bytes());
                match letter {
                    b'A' | b'F' if level < self.rules.depth.clamp(1, Limits::MAX_DEPTH) => {
                        self.tree.nested += 1;
                        return self.list(self.at + len, letter == b'F', level + 1);
                    }
                    b'A' | b'F' if !self.rules.tolerant => return Err((ErrorKind::TableDepth, start)),
                    _ => len,
                }
            }
            unknown => return Err((ErrorKind::TableValueType(unknown), start)),
        };
        let value = self.take(fixed, end).ok_or(cut)?;
        match letter {
            b't' => self.tree.canonical.push(u8::from(value[0] != 0)),
            // The exponent is all ones.
            b'f' => self.tree.not_finite |= value[0] & 0x7F == 0x7F && value[1] & 0x80 != 0,
            b'd' => self.tree.not_finite |= value[0] & 0x7F == 0x7F && value[1] & 0xF0 == 0xF0,
            _ => {}
        }
        if letter != b't' {
            self.tree.canonical.extend_from_slice(value);
        }
        Ok(())
    }
}

impl<'b> Plain<'b> {
    fn take(&mut self, len: usize, end: usize) -> Option<&'b [u8]> {
        let taken = self.bytes[..end].get(self.at..self.at + len)?;
        self.at += len;
        Some(taken)
    }
}

/// Reads a table.
pub fn plain(bytes: &[u8], rules: Rules) -> Result<Tree, Wrong> {
    let tree =
        Tree { canonical: Vec::new(), height: 1, nested: 0, long_key: false, only_here: false, not_finite: false };
    let mut plain = Plain { bytes, rules, at: 0, tree };
    plain.list(bytes.len(), true, 1)?;
    Ok(plain.tree)
}
