mod support;
mod v3;
mod v5;
