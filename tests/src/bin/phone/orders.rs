//! What a person, or a script, orders on standard input.

use cordboard_sip::package::{OwnPresence, Package};

/// Shown below the arguments.
pub(crate) const HELP: &str = "\
Orders, one a line on standard input; `@3 call 200` is for telephone 3, without `@` they are for all:
  register, unregister
  call TARGET                     a number or an address
  answer [CALL]                   CALL is the number in the JSON; the latest call if not given
  refuse STATUS [CALL]            such as 486 (busy)
  hold [CALL], resume [CALL]
  digit DIGIT [CALL]              by INFO
  transfer TARGET [CALL]          without asking (REFER)
  join CALL CALL                  hand the first over to the far end of the second (REFER with Replaces)
  hangup [CALL]
  watch PACKAGE:TARGET            dialog, presence, message-summary or conference
  publish STATE                   available, phone, dnd, away or off
  trace FILE, pcap FILE           save what went over the wire, without secrets; {n} in the name is the telephone
  quit";

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Register,
    Unregister,
    Call(String),
    Answer(Option<u32>),
    Refuse(u16, Option<u32>),
    Hold(Option<u32>),
    Resume(Option<u32>),
    Digit(char, Option<u32>),
    Transfer(String, Option<u32>),
    Join(u32, u32),
    HangUp(Option<u32>),
    Watch(Package, String),
    /// `None` takes it back.
    Publish(Option<OwnPresence>),
    SaveTrace(String),
    SavePcap(String),
    Quit,
}

/// The order of a line, and for which telephone, if not for all; `None` for an empty line.
pub(crate) fn addressed(line: &str) -> Result<Option<(Option<u32>, Order)>, &'static str> {
    let mut words = line.split_whitespace().peekable();
    let whom = match words.next_if(|word| word.starts_with('@')) {
        Some(word) => {
            Some(word.trim_start_matches('@').parse().map_err(|_| "no telephone's number behind @")?)
        }
        None => None,
    };
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        [] => Ok(None),
        [verb, rest @ ..] => order(verb, rest).map(|order| Some((whom, order))),
    }
}

fn order(verb: &str, rest: &[&str]) -> Result<Order, &'static str> {
    const CALL: &str = "CALL is a number, as in the events";
    let call = |word: Option<&&str>| word.map(|word| word.parse().map_err(|_| CALL)).transpose();
    Ok(match (verb, rest) {
        ("register", []) => Order::Register,
        ("unregister", []) => Order::Unregister,
        ("call", [target]) => Order::Call((*target).to_owned()),
        ("answer", [] | [_]) => Order::Answer(call(rest.first())?),
        ("refuse", [status] | [status, _]) => {
            Order::Refuse(status.parse().map_err(|_| "STATUS is a number")?, call(rest.get(1))?)
        }
        ("hold", [] | [_]) => Order::Hold(call(rest.first())?),
        ("resume", [] | [_]) => Order::Resume(call(rest.first())?),
        ("digit", [digit] | [digit, _]) => {
            Order::Digit(digit.chars().next().ok_or("which digit?")?, call(rest.get(1))?)
        }
        ("transfer", [target] | [target, _]) => Order::Transfer((*target).to_owned(), call(rest.get(1))?),
        ("join", [first, second]) => {
            Order::Join(first.parse().map_err(|_| CALL)?, second.parse().map_err(|_| CALL)?)
        }
        ("hangup", [] | [_]) => Order::HangUp(call(rest.first())?),
        ("watch", [what]) => watched(what).map(|(package, target)| Order::Watch(package, target))?,
        ("publish", [state]) => Order::Publish(presence(state)?),
        ("trace", [file]) => Order::SaveTrace((*file).to_owned()),
        ("pcap", [file]) => Order::SavePcap((*file).to_owned()),
        ("quit", []) => Order::Quit,
        _ => return Err("not understood; --help lists the orders"),
    })
}

/// `dialog:200` as package and target.
pub(crate) fn watched(what: &str) -> Result<(Package, String), &'static str> {
    let (package, target) = what.split_once(':').ok_or("PACKAGE:TARGET, such as dialog:200")?;
    let known = [Package::Dialog, Package::Presence, Package::MessageSummary, Package::Conference];
    let package = known.into_iter().find(|known| known.token() == package);
    Ok((package.ok_or("an unknown package")?, target.to_owned()))
}

fn presence(state: &str) -> Result<Option<OwnPresence>, &'static str> {
    Ok(Some(match state {
        "available" => OwnPresence::Available,
        "phone" => OwnPresence::OnThePhone,
        "dnd" => OwnPresence::DoNotDisturb,
        "away" => OwnPresence::Away,
        "off" => return Ok(None),
        _ => return Err("available, phone, dnd, away or off"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_for_one_telephone_or_for_all() {
        assert_eq!(addressed("call 200"), Ok(Some((None, Order::Call("200".to_owned())))));
        assert_eq!(addressed(" @3  hangup 2 "), Ok(Some((Some(3), Order::HangUp(Some(2))))));
        assert_eq!(addressed("hold"), Ok(Some((None, Order::Hold(None)))));
        assert_eq!(addressed("join 1 2"), Ok(Some((None, Order::Join(1, 2)))));
        assert_eq!(
            addressed("watch dialog:200"),
            Ok(Some((None, Order::Watch(Package::Dialog, "200".to_owned()))))
        );
        assert_eq!(addressed("publish off"), Ok(Some((None, Order::Publish(None)))));
        assert_eq!(addressed("  "), Ok(None));
    }

    #[test]
    fn what_is_no_order_says_why() {
        for line in
            ["sing", "call", "@x call 1", "hold me", "join 1", "watch 200", "watch tea:200", "refuse busy"]
        {
            assert!(addressed(line).is_err(), "{line}");
        }
    }
}
