//! The configuration file as it is written. `cordboard.example.toml` explains every key.

use std::net::IpAddr;
use std::path::PathBuf;

use cordboard_wire::{Dtmf, Watch};
use serde::Deserialize;
use toml::Spanned;

use super::hold_music::Written as HoldMusic;
use super::text::{Aor, Codec, CrmPage, Listen, Places, Positive, PublicUrl, TeamName, Upstreams, UserName};
use crate::sign_in::PasswordHash;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) listen: Option<Listen>,
    pub(super) public_url: Option<PublicUrl>,
    #[serde(default)]
    pub(super) trusted_proxies: Vec<IpAddr>,
    #[serde(default)]
    pub(super) company: String,
    pub(super) upstream: Upstreams,
    pub(super) upstream_ca: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) hold_music: HoldMusic,
    pub(super) crm: Option<CrmPage>,
    #[serde(default)]
    pub(super) session: Session,
    pub(super) limits: Option<Spanned<Limits>>,
    #[serde(default)]
    pub(super) numbering: Numbering,
    #[serde(default)]
    pub(super) line: Vec<Line>,
    #[serde(default)]
    pub(super) directory: Vec<Directory>,
    #[serde(default)]
    pub(super) ice_server: Vec<IceServer>,
    pub(super) user: Vec<User>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
    pub(super) idle_minutes: Option<Positive>,
    pub(super) absolute_hours: Option<Positive>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) failures_per_user: Option<Positive>,
    pub(super) failures_per_address: Option<Positive>,
    pub(super) lock_out_minutes: Option<Positive>,
    pub(super) tunnels_per_operator: Option<Positive>,
    pub(super) ping_seconds: Option<Positive>,
    pub(super) silence_seconds: Option<Positive>,
    pub(super) connect_seconds: Option<Positive>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Numbering {
    pub(super) country_code: String,
    pub(super) trunk_prefix: String,
    pub(super) international_prefix: String,
    pub(super) extension_length: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) number: Spanned<String>,
    pub(super) name: String,
    pub(super) badge: Option<String>,
    #[serde(default)]
    pub(super) greeting: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Directory {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) local: bool,
    pub(super) line: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) note: String,
    pub(super) file: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IceServer {
    pub(super) urls: Vec<String>,
    #[serde(default)]
    pub(super) username: String,
    #[serde(default)]
    pub(super) credential: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) user: Spanned<UserName>,
    pub(super) name: String,
    #[serde(default)]
    pub(super) desk: String,
    pub(super) team: Option<Spanned<TeamName>>,
    pub(super) password_hash: PasswordHash,
    pub(super) account: Spanned<Account>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) aor: Aor,
    pub(super) auth_user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) password_file: Option<Spanned<PathBuf>>,
    pub(super) display_name: Option<String>,
    pub(super) expires: Option<Positive>,
    pub(super) codecs: Option<Vec<Codec>>,
    #[serde(default)]
    pub(super) dtmf: Dtmf,
    #[serde(default)]
    pub(super) voicemail: String,
    #[serde(default)]
    pub(super) voicemail_of: String,
    #[serde(default)]
    pub(super) parking: Vec<String>,
    #[serde(default)]
    pub(super) rooms: Vec<String>,
    #[serde(default)]
    pub(super) line_header: String,
    pub(super) watch: Option<Vec<Watch>>,
    #[serde(default)]
    pub(super) publish: bool,
    #[serde(default)]
    pub(super) pickup_of: String,
    pub(super) queue_busy: Option<bool>,
    pub(super) queue_delay: Option<u32>,
    #[serde(default)]
    pub(super) auto_answer: bool,
    pub(super) incoming_calls: Option<Places>,
}
