//! What is the same for every protocol: columns, rows, the clock, the tables.

pub mod alloc;
pub mod bench;
pub mod measure;
pub mod options;
pub mod peer;
pub mod rows;
pub mod strict;
pub mod table;
