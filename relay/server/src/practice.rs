//! The practice exchange in place of a PBX, and the configuration that goes with it.
//!
//! To the rest of the relay it is one more source of a [`Config`]: operators who need no password, two companies' lines,
//! their people and their customers as directories.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use cordboard_practice::{
    Behaviour, Colleague, Exchange, Settings, StartError, codes, colleagues, known_callers, lines,
};
use cordboard_wire::{Account, DirectorySeed, Dtmf, Line, Numbering, Operator, Watch};

use crate::config::{
    Admission, Config, HoldMusic, LockOutLimits, SessionTimes, TeamName, TunnelLimits, Upstream, User,
    UserName,
};
use crate::secret::{NoRandomness, random_hex};

/// Who practises: name to sign in with, name to show, desk, extension.
const OPERATORS: [(&str, &str, &str, &str); 3] = [
    ("robin", "Robin Ashdown", "Front desk 1", "201"),
    ("sam", "Sam Velasquez", "Front desk 2", "202"),
    ("toni", "Toni Barclay", "Back office", "203"),
];

/// They are one team.
const TEAM: &str = "Front desk";

/// How often somebody outside rings a colleague.
const STIR_EVERY: Duration = Duration::from_secs(25);

/// How the practice exchange behaves.
#[derive(Clone, Copy, Debug)]
pub struct Practice {
    /// The address that sound is sent from and received at; browsers must reach it.
    pub media: IpAddr,
    /// How often a caller rings all operators; `None` for never.
    pub ring_every: Option<Duration>,
    /// How many incoming calls an operator can have at once; no console has room for fewer than
    /// [`cordboard_wire::INCOMING_CALLS`].
    pub incoming_calls: u8,
    /// How many telephones there are beside the colleagues', see [`Settings::telephones`].
    pub telephones: u16,
}

/// The practice exchange cannot start.
#[derive(Debug)]
pub enum CannotPractise {
    /// It cannot listen.
    Start(StartError),
    /// Accounts need passwords that nobody can guess.
    NoPasswords(NoRandomness),
}

impl fmt::Display for CannotPractise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The practice exchange cannot start: ")?;
        match self {
            Self::Start(cause) => cause.fmt(f),
            Self::NoPasswords(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for CannotPractise {}

/// Starts a practice exchange and makes the configuration of a relay in front of it. The exchange ends when dropped.
///
/// # Errors
/// The exchange cannot listen, or the system gives no randomness.
pub async fn practise(practice: Practice) -> Result<(Config, Exchange), CannotPractise> {
    let mut operators = Vec::new();
    for (user, name, _, extension) in OPERATORS {
        // Nobody types these: the console is given them after sign-in, and no other phone may register.
        let password = random_hex::<16>().map_err(CannotPractise::NoPasswords)?;
        operators.push(cordboard_practice::Operator::new(user, &password, name, extension));
    }
    let settings = Settings {
        media: practice.media,
        ring_every: practice.ring_every,
        // Where callers come by themselves, colleagues have calls of their own as well.
        stir_every: practice.ring_every.map(|_| STIR_EVERY),
        operators: operators.clone(),
        telephones: practice.telephones,
        ..Settings::default()
    };
    let domain = settings.domain.clone();
    let exchange = Exchange::start(settings).await.map_err(CannotPractise::Start)?;
    let upstreams = Upstream::try_from(exchange.url()).into_iter().collect();
    let config = Config {
        listen: None,
        public_url: None,
        trusted_proxies: Vec::new(),
        company: "Cordboard practice exchange".to_owned(),
        upstreams,
        upstream_ca: None,
        users: OPERATORS
            .iter()
            .zip(&operators)
            .filter_map(|(seed, sip)| user(seed.2, sip, &domain, practice.incoming_calls))
            .collect(),
        lines: lines().iter().map(line).collect(),
        numbering: Numbering {
            country_code: "44".to_owned(),
            trunk_prefix: "0".to_owned(),
            international_prefix: "00".to_owned(),
            extension_length: 3,
        },
        directories: directories(),
        ice_servers: Vec::new(),
        sessions: SessionTimes::default(),
        lock_out: LockOutLimits::default(),
        tunnels: TunnelLimits::default(),
        practice: true,
        hold_music: HoldMusic::Pbx,
        crm: None,
    };
    Ok((config, exchange))
}

fn user(
    desk: &str,
    sip: &cordboard_practice::Operator,
    domain: &str,
    incoming_calls: u8,
) -> Option<(UserName, User)> {
    let name = UserName::try_from(sip.user.clone()).ok()?;
    let operator = Operator { user: sip.user.clone(), name: sip.name.clone(), desk: desk.to_owned() };
    let account = Account {
        aor: format!("{}@{domain}", sip.user),
        display_name: sip.name.clone(),
        auth_user: sip.user.clone(),
        password: sip.password.clone(),
        expires: 300,
        // The exchange speaks G.711 only.
        codecs: vec!["PCMA".to_owned(), "PCMU".to_owned()],
        dtmf: Dtmf::Rtp,
        voicemail: messages().to_owned(),
        voicemail_of: "*{number}".to_owned(),
        parking: extensions(Behaviour::Parks),
        rooms: extensions(Behaviour::Meets),
        servers: 1,
        line_header: String::new(),
        watch: vec![Watch::Dialog, Watch::Presence],
        publish: true,
        pickup_of: "**{number}".to_owned(),
        queue_busy: true,
        queue_delay: 3,
        incoming_calls,
        auto_answer: true,
    };
    let team = TeamName::try_from(TEAM.to_owned()).ok();
    Some((name, User { operator, account, admission: Admission::OneClick, team }))
}

fn line(line: &cordboard_practice::Line) -> Line {
    Line {
        number: line.number.to_owned(),
        name: line.name.to_owned(),
        badge: line.badge.to_owned(),
        greeting: line.greeting.to_owned(),
    }
}

/// One local directory for each company, and one of callers who are known.
fn directories() -> Vec<DirectorySeed> {
    let mut companies: BTreeMap<&str, Vec<&Colleague>> = BTreeMap::new();
    for colleague in colleagues() {
        companies.entry(colleague.company).or_default().push(colleague);
    }
    let local = companies.into_iter().map(|(company, people)| {
        let line = lines().iter().find(|line| line.name == company);
        let rows = people.into_iter().map(|colleague| {
            let (first, last) = names(colleague.name);
            [
                last.to_owned(),
                first.to_owned(),
                company.to_owned(),
                colleague.department.to_owned(),
                colleague.title.to_owned(),
                colleague.extension.to_owned(),
                mailbox(colleague),
                "yes".to_owned(),
                // Whoever lets it ring needs help.
                if colleague.does == Behaviour::NoAnswer { "r".to_owned() } else { String::new() },
            ]
        });
        DirectorySeed {
            key: company.to_owned(),
            name: company.to_owned(),
            local: true,
            line: line.map(|line| line.number.to_owned()).unwrap_or_default(),
            note: String::new(),
            csv: csv(
                [
                    "lastname",
                    "firstname",
                    "company",
                    "department",
                    "title",
                    "phone",
                    "voicemail",
                    "presence",
                    "alert",
                ]
                .map(str::to_owned),
                rows,
            ),
        }
    });
    let rows = known_callers().map(|caller| {
        let (first, last) = names(caller.name);
        [last, first, caller.company, caller.number].map(str::to_owned)
    });
    let customers = DirectorySeed {
        key: "customers".to_owned(),
        name: "Customers".to_owned(),
        local: false,
        line: String::new(),
        note: String::new(),
        csv: csv(["lastname", "firstname", "company", "phone"].map(str::to_owned), rows),
    };
    local.chain([customers]).collect()
}

/// The number that plays an operator's messages.
fn messages() -> &'static str {
    let machine = colleagues().iter().find(|colleague| colleague.does == Behaviour::Listens);
    machine.map(|machine| machine.extension).unwrap_or_default()
}

/// The numbers of all that behave alike.
fn extensions(behaviour: Behaviour) -> Vec<String> {
    let alike = colleagues().iter().filter(|colleague| colleague.does == behaviour);
    alike.map(|one| one.extension.to_owned()).collect()
}

/// The number of somebody's mailbox; machines have none.
fn mailbox(colleague: &Colleague) -> String {
    if colleague.is_person() {
        format!("{}{}", cordboard_practice::MAILBOX, colleague.extension)
    } else {
        String::new()
    }
}

/// Who rings, who is there and what can be dialled, for somebody who starts to practise.
pub fn what_to_dial() -> String {
    let mut text = String::new();
    for line in lines() {
        text.push_str(&format!("  {:<12} {}: callers ring on this line\n", line.number, line.name));
    }
    for (_, name, desk, extension) in OPERATORS {
        text.push_str(&format!("  {extension:<12} {name} ({desk})\n"));
    }
    for colleague in colleagues() {
        text.push_str(&format!(
            "  {:<12} {} {}\n",
            colleague.extension,
            colleague.name,
            colleague.does.in_words()
        ));
    }
    for code in codes() {
        text.push_str(&format!(
            "  {:<12} before a number {}\n",
            code.prefix,
            code.does.replace("the number", "it")
        ));
    }
    text
}

/// First and last name; a machine's only name counts as its last.
fn names(name: &str) -> (&str, &str) {
    name.rsplit_once(' ').unwrap_or(("", name))
}

/// A table in the directory format.
fn csv<const N: usize>(header: [String; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut text = String::new();
    for row in std::iter::once(header).chain(rows) {
        let cells = row.map(|cell| {
            let plain = !cell.contains([',', '"', '\n', '\r']);
            // Quoting as RFC 4180 section 2 says.
            if plain { cell } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
        });
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_people_and_every_known_caller_is_a_customer() {
        let directories = directories();
        for line in lines() {
            let own = directories.iter().find(|directory| directory.line == line.number).expect(line.name);
            assert!(own.local);
            assert!(own.csv.lines().count() > 5, "{}", own.csv);
        }
        let customers = directories.iter().find(|directory| !directory.local).unwrap();
        assert_eq!(customers.csv.lines().count(), 1 + known_callers().count());
        assert!(
            customers.csv.contains("Marsh,Ottoline,Marsh & Daughters,+442079460811"),
            "{}",
            customers.csv
        );
    }

    #[test]
    fn every_colleague_has_a_mailbox_and_every_place_can_be_dialled() {
        let directories = directories();
        let rows = |name: &str| {
            directories
                .iter()
                .find(|directory| directory.name == name)
                .map(|found| found.csv.clone())
                .unwrap_or_default()
        };
        assert!(
            rows("Aldergate Law").contains("Thorley,Agnes,Aldergate Law,Conveyancing,Partner,301,*301,yes")
        );
        assert!(rows("Practice exchange").contains(",701,,yes"), "{}", rows("Practice exchange"));
        assert_eq!(messages(), "*97");
        let told = what_to_dial();
        for number in ["02079460100", "201", "301", "701", "801", "*97", "*20", "**"] {
            assert!(told.contains(&format!("  {number} ")), "{number} is missing in\n{told}");
        }
    }

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        assert_eq!(
            csv(["a", "b"].map(str::to_owned), [["x,y", "say \"hi\""].map(str::to_owned)].into_iter()),
            "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n"
        );
    }
}
