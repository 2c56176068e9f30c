//! From the file as it is written to what the relay works with: defaults, cross-checks, files read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cordboard_wire::{Account, DirectorySeed, INCOMING_CALLS, IceServer, Line, Numbering, Operator, Watch};
use toml::Spanned;

use super::file::{self, File};
use super::text::{Codec, Positive};
use super::{
    Admission, Config, HoldMusic, LockOutLimits, Mistake, SessionTimes, SoundFile, TeamName, TunnelLimits,
    User, UserName, Wrong, hold_music,
};

/// Seconds for which accounts register unless told otherwise.
const EXPIRES: u32 = 300;

/// Seconds for which a phone is free before somebody who waits is sent to it, unless told otherwise.
const QUEUE_DELAY: u32 = 3;

const SECOND: Duration = Duration::from_secs(1);

/// One configuration file being read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) path: &'a Path,
}

impl Reader<'_> {
    pub(super) fn read(&self) -> Result<Config, Mistake> {
        let file: File =
            toml::from_str(self.text).map_err(|error| Mistake::toml(self.text, self.path, error))?;
        let lines = self.lines(file.line)?;
        let (span, limits) =
            file.limits.map_or_else(Default::default, |limits| (limits.span(), limits.into_inner()));
        let servers = u32::try_from(file.upstream.0.len()).unwrap_or(u32::MAX);
        let upstream_ca = file.upstream_ca.map(|path| self.existing(&path)).transpose()?;
        Ok(Config {
            listen: file.listen.map(|listen| listen.0),
            public_url: file.public_url,
            trusted_proxies: file.trusted_proxies,
            company: file.company,
            upstreams: file.upstream.0,
            upstream_ca,
            users: self.users(file.user, servers)?,
            directories: self.directories(file.directory, &lines)?,
            lines,
            numbering: numbering(file.numbering),
            ice_servers: file.ice_server.into_iter().map(ice_server).collect(),
            sessions: sessions(&file.session),
            lock_out: lock_out(&limits),
            tunnels: self.tunnels(span, &limits)?,
            practice: false,
            hold_music: self.hold_music(file.hold_music)?,
            crm: file.crm,
        })
    }

    fn wrong(&self, span: Range<usize>, wrong: Wrong) -> Mistake {
        Mistake::at(self.text, self.path, span, wrong)
    }

    fn users(&self, users: Vec<file::User>, servers: u32) -> Result<BTreeMap<UserName, User>, Mistake> {
        let mut known = BTreeMap::new();
        let mut teams: Vec<TeamName> = Vec::new();
        for user in users {
            let span = user.user.span();
            let name = user.user.into_inner();
            let account = Account { servers, ..self.account(user.account, &user.name)? };
            let operator = Operator { user: name.as_str().to_owned(), name: user.name, desk: user.desk };
            let team = user.team.map(|team| self.team(&mut teams, team)).transpose()?;
            let user = User { operator, account, admission: Admission::Password(user.password_hash), team };
            if known.insert(name, user).is_some() {
                return Err(self.wrong(span, Wrong::UserTwice));
            }
        }
        Ok(known)
    }

    /// A team as everybody in it writes it: two spellings would be two teams, and nobody would know why.
    fn team(&self, known: &mut Vec<TeamName>, team: Spanned<TeamName>) -> Result<TeamName, Mistake> {
        let span = team.span();
        let team = team.into_inner();
        let likely = known.iter().find(|other| other.is_likely(&team));
        match likely {
            Some(same) if *same == team => {}
            Some(other) => {
                let wrong = Wrong::TeamSpelling { other: other.as_str().to_owned() };
                return Err(self.wrong(span, wrong));
            }
            None => known.push(team.clone()),
        }
        Ok(team)
    }

    fn account(&self, account: Spanned<file::Account>, name: &str) -> Result<Account, Mistake> {
        let span = account.span();
        let account = account.into_inner();
        let password = match (account.password, account.password_file) {
            (Some(password), None) => password,
            (None, Some(path)) => self.contents(&path)?.trim_end_matches(['\r', '\n']).to_owned(),
            (None, None) => return Err(self.wrong(span, Wrong::NoPassword)),
            (Some(_), Some(_)) => return Err(self.wrong(span, Wrong::TwoPasswords)),
        };
        let codecs =
            account.codecs.unwrap_or_else(|| vec![Codec::Opus, Codec::G722, Codec::Pcma, Codec::Pcmu]);
        Ok(Account {
            auth_user: account.auth_user.unwrap_or_else(|| account.aor.user().to_owned()),
            aor: account.aor.0,
            display_name: account.display_name.unwrap_or_else(|| name.to_owned()),
            password,
            expires: account.expires.map_or(EXPIRES, |seconds| seconds.0),
            codecs: codecs.into_iter().map(|codec| codec.sdp_name().to_owned()).collect(),
            dtmf: account.dtmf,
            voicemail: account.voicemail,
            voicemail_of: account.voicemail_of,
            parking: account.parking,
            rooms: account.rooms,
            servers: 1,
            line_header: account.line_header,
            watch: account.watch.unwrap_or_else(|| vec![Watch::Dialog]),
            publish: account.publish,
            pickup_of: account.pickup_of,
            queue_busy: account.queue_busy.unwrap_or(true),
            queue_delay: account.queue_delay.unwrap_or(QUEUE_DELAY),
            auto_answer: account.auto_answer,
            incoming_calls: account.incoming_calls.map_or(INCOMING_CALLS, |places| places.0),
        })
    }

    fn hold_music(&self, written: hold_music::Written) -> Result<HoldMusic, Mistake> {
        match written {
            hold_music::Written::Pbx => Ok(HoldMusic::Pbx),
            hold_music::Written::Tone => Ok(HoldMusic::Tone),
            hold_music::Written::File(path) => {
                let sound = SoundFile::read(&self.resolved(path.get_ref()));
                sound.map(HoldMusic::File).map_err(|wrong| self.wrong(path.span(), wrong))
            }
        }
    }

    fn lines(&self, lines: Vec<file::Line>) -> Result<Vec<Line>, Mistake> {
        let mut numbers = BTreeSet::new();
        lines
            .into_iter()
            .map(|line| {
                if !numbers.insert(line.number.get_ref().clone()) {
                    return Err(self.wrong(line.number.span(), Wrong::LineTwice));
                }
                Ok(Line {
                    number: line.number.into_inner(),
                    badge: line.badge.unwrap_or_else(|| badge(&line.name)),
                    name: line.name,
                    greeting: line.greeting,
                })
            })
            .collect()
    }

    fn directories(
        &self,
        directories: Vec<file::Directory>,
        lines: &[Line],
    ) -> Result<Vec<DirectorySeed>, Mistake> {
        let mut names = BTreeSet::new();
        directories
            .into_iter()
            .map(|directory| {
                if !names.insert(directory.name.get_ref().clone()) {
                    return Err(self.wrong(directory.name.span(), Wrong::DirectoryTwice));
                }
                if let Some(number) = &directory.line
                    && !lines.iter().any(|line| line.number == *number.get_ref())
                {
                    let wrong = Wrong::NoSuchLine { number: number.get_ref().clone() };
                    return Err(self.wrong(number.span(), wrong));
                }
                let name = directory.name.into_inner();
                Ok(DirectorySeed {
                    // The name is what the administrator keeps the same, and it is unique.
                    key: name.clone(),
                    name,
                    local: directory.local,
                    line: directory.line.map(Spanned::into_inner).unwrap_or_default(),
                    note: directory.note,
                    csv: self.contents(&directory.file)?,
                })
            })
            .collect()
    }

    fn tunnels(&self, span: Range<usize>, limits: &file::Limits) -> Result<TunnelLimits, Mistake> {
        let usual = TunnelLimits::default();
        let tunnels = TunnelLimits {
            per_operator: count(limits.tunnels_per_operator, usual.per_operator),
            ping: time(limits.ping_seconds, SECOND, usual.ping),
            silence: time(limits.silence_seconds, SECOND, usual.silence),
            connect: time(limits.connect_seconds, SECOND, usual.connect),
        };
        if tunnels.silence <= tunnels.ping {
            return Err(self.wrong(span, Wrong::SilenceBeforePing));
        }
        Ok(tunnels)
    }

    /// A path that the file names, relative to the file's folder.
    fn resolved(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn contents(&self, path: &Spanned<PathBuf>) -> Result<String, Mistake> {
        let found = self.resolved(path.get_ref());
        std::fs::read_to_string(&found)
            .map_err(|cause| self.wrong(path.span(), Wrong::FileUnreadable { path: found, cause }))
    }

    fn existing(&self, path: &Spanned<PathBuf>) -> Result<PathBuf, Mistake> {
        self.contents(path).map(|_| self.resolved(path.get_ref()))
    }
}

fn numbering(file: file::Numbering) -> Numbering {
    Numbering {
        country_code: file.country_code,
        trunk_prefix: file.trunk_prefix,
        international_prefix: file.international_prefix,
        extension_length: file.extension_length,
    }
}

fn ice_server(file: file::IceServer) -> IceServer {
    IceServer { urls: file.urls, username: file.username, credential: file.credential }
}

fn sessions(file: &file::Session) -> SessionTimes {
    let usual = SessionTimes::default();
    SessionTimes {
        idle: time(file.idle_minutes, 60 * SECOND, usual.idle),
        absolute: time(file.absolute_hours, 3600 * SECOND, usual.absolute),
    }
}

fn lock_out(file: &file::Limits) -> LockOutLimits {
    let usual = LockOutLimits::default();
    LockOutLimits {
        per_user: count(file.failures_per_user, usual.per_user),
        per_address: count(file.failures_per_address, usual.per_address),
        lock_out: time(file.lock_out_minutes, 60 * SECOND, usual.lock_out),
    }
}

fn count(written: Option<Positive>, usual: u32) -> u32 {
    written.map_or(usual, |number| number.0)
}

fn time(written: Option<Positive>, unit: Duration, usual: Duration) -> Duration {
    written.map_or(usual, |number| unit.saturating_mul(number.0))
}

/// The first letters of the first two words, or the first two letters of the only one.
fn badge(name: &str) -> String {
    let mut words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let letters: String = match (words.next(), words.next()) {
        (Some(first), Some(second)) => first.chars().take(1).chain(second.chars().take(1)).collect(),
        (Some(only), None) => only.chars().take(2).collect(),
        (None, _) => String::new(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::badge;

    #[test]
    fn badges_are_made_of_words() {
        for (name, letters) in [("Example & Sons", "ES"), ("Élan", "ÉL"), ("Front Desk Two", "FD"), ("&", "")]
        {
            assert_eq!(badge(name), letters);
        }
    }
}
