//! The practice exchange: a small telephone exchange to try Cordboard with, where there is no PBX.
//!
//! It is **not a PBX**, and says so in every answer. It registers operators, connects them with each other and with
//! colleagues who answer, are busy or do not, lets callers ring, takes transfers, lets calls be picked up elsewhere, and
//! tells those who watch a number what happens there, all with SIP over WebSocket (RFC 7118) and WebRTC sound, so that a
//! console cannot tell the difference.
//!
//! Everything that it parses or builds goes through `rsip`, and its sound through `str0m`: neither shares a line with
//! the client, so two implementations meet on every frame and every packet.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use cordboard_practice::{Exchange, Operator, Settings};
//!
//! let operators = vec![Operator::new("nora", "secret", "Nora Fielding", "201")];
//! let exchange = Exchange::start(Settings { operators, ..Settings::default() }).await?;
//! println!("connect a console to {}", exchange.url());
//! let call = exchange.ring("+447700900417", "nora", "02079460100").await?;
//! # Ok(()) }
//! ```
//!
//! | file | what |
//! | --- | --- |
//! | `exchange` | the tasks, and the public face |
//! | `socket` | WebSocket connections |
//! | `switch` | call control without I/O, one file for each matter |
//! | `leg`, `dialog` | one call of one console: its table, and the requests within it |
//! | `transfer` | the table of a transfer |
//! | `subscription`, `shown`, `documents` | what consoles watch: its table, what they see, and how it is written down |
//! | `phone` | a colleague's own call: its table |
//! | `registrar`, `digest` | who is reachable, and the proof of it |
//! | `wire`, `message`, `address` | rsip, and what it needs help with |
//! | `media`, `line`, `mixer` | sound: orders, packets, and who hears whom |
//! | `tones`, `g711`, `sdp` | what is said, how it is coded, and the little SDP that is read here |
//! | `colleagues`, `callers`, `codes` | the people, places and codes that can be dialled |

mod address;
mod callers;
mod codes;
mod colleagues;
mod dialog;
mod digest;
mod documents;
mod event;
mod exchange;
mod g711;
mod identity;
mod ids;
mod leg;
mod line;
mod media;
mod message;
mod mixer;
mod phone;
mod registrar;
mod sdp;
mod settings;
mod shown;
mod socket;
mod subscription;
mod switch;
mod timers;
mod tones;
mod transfer;
mod wire;

pub use callers::{Caller, Dials, callers, known_callers};
pub use codes::{Code, MAILBOX, codes};
pub use colleagues::{Behaviour, Colleague, Line, colleagues, lines};
pub use digest::Algorithm;
pub use event::{Event, Heard};
pub use exchange::{Exchange, RingError, StartError};
pub use ids::CallId;
pub use settings::{Operator, Settings};
