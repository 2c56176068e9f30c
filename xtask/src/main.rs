//! The tasks behind the README's two commands.

fn main() {}
