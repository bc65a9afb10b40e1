//! Both machines together, on a clock of our own.
