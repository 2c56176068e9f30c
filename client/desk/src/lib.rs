//! The attendant's desk without I/O: calls, directories, commands and views.

mod can;
mod command;
mod id;
mod input;
mod output;
pub mod protocol;
mod view;

pub use can::*;
pub use command::*;
pub use id::*;
pub use input::*;
pub use output::*;
pub use view::*;
