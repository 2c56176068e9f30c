//! The order in which audio codecs are offered.

/// Formats that ride along with every codec and keep their place behind them.
const COMPANIONS: [&str; 1] = ["telephone-event"];
/// Formats that telephones have no use for: comfort noise is the far end's choice, and `red` doubles every packet.
const UNWANTED: [&str; 2] = ["cn", "red"];

/// The places of `available` (SDP names such as `audio/opus`) in the order to offer them in: the wanted
/// ones as wanted, then the others as the browser has them, then companions.
pub(crate) fn order(available: &[String], wanted: &[String]) -> Vec<usize> {
    let name = |mime: &str| mime.rsplit('/').next().unwrap_or(mime).to_ascii_lowercase();
    let names: Vec<String> = available.iter().map(|mime| name(mime)).collect();
    let rank = |codec: &String| {
        let wish = wanted.iter().position(|wish| wish.eq_ignore_ascii_case(codec));
        let companion = COMPANIONS.contains(&codec.as_str());
        (companion, wish.unwrap_or(wanted.len()))
    };
    let mut places: Vec<(usize, &String)> =
        names.iter().enumerate().filter(|(_, codec)| !UNWANTED.contains(&codec.as_str())).collect();
    // Stable: equals keep the browser's order.
    places.sort_by_key(|(_, codec)| rank(codec));
    places.into_iter().map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(available: &[&str], wanted: &[&str]) -> Vec<String> {
        let available: Vec<String> = available.iter().map(|codec| format!("audio/{codec}")).collect();
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        order(&available, &wanted).into_iter().map(|at| available[at].replace("audio/", "")).collect()
    }

    #[test]
    fn the_account_decides_the_order_and_digits_stay_possible() {
        assert_eq!(
            ordered(&["opus", "red", "G722", "PCMU", "PCMA", "CN", "telephone-event"], &["PCMA", "opus"]),
            ["PCMA", "opus", "G722", "PCMU", "telephone-event"]
        );
    }

    #[test]
    fn a_codec_that_the_browser_lacks_changes_nothing() {
        assert_eq!(ordered(&["opus", "PCMU"], &["AMR-WB"]), ["opus", "PCMU"]);
    }
}
