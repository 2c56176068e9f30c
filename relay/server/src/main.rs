//! The binary `cordboard`.

fn main() {}
