//! The telephones of the command line, at a real PBX.

#![allow(clippy::indexing_slicing, reason = "a JSON value asked for a key that it lacks is null")]

use std::collections::BTreeSet;
use std::process::Stdio;

use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::{Failed, SOON, Told, story};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// The running program.
struct Phones {
    child: Child,
    orders: ChildStdin,
    told: Lines<BufReader<ChildStdout>>,
    /// Everything so far, for when it is not what the story waits for.
    lines: Vec<String>,
    passed_over: Vec<Value>,
}

impl Phones {
    fn start(arguments: &[&str]) -> Result<Self, Failed> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phone"));
        command.args([Kamailio::WEBSOCKET, "{n}@pbx.test", "--password", "pw{n}"]).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|problem| Failed::new(problem.to_string()))?;
        let (Some(orders), Some(told)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failed::new("no way to talk to the phones"));
        };
        Ok(Self {
            child,
            orders,
            told: BufReader::new(told).lines(),
            lines: Vec::new(),
            passed_over: Vec::new(),
        })
    }

    /// 101, 102 and 103, which answer by themselves.
    async fn three_registered() -> Result<Self, Failed> {
        let mut phones = Self::start(&["--count", "3", "--first", "101", "--answer", "0.2"])?;
        let mut registered = BTreeSet::new();
        while registered.len() < 3 {
            let told = phones.next("Registration").await?;
            if told["Registered"].is_object() {
                registered.insert(told["phone"].to_string());
            }
        }
        Ok(phones)
    }

    async fn order(&mut self, order: &str) -> Told {
        let line = format!("{order}\n");
        self.orders.write_all(line.as_bytes()).await.map_err(|problem| Failed::new(problem.to_string()))
    }

    /// Waits until any phone tells something of that name.
    async fn next(&mut self, event: &str) -> Result<Value, Failed> {
        self.find(event, |_| true).await
    }

    /// Waits until this phone tells something of that name with this word in it.
    async fn says(&mut self, phone: u32, event: &str, word: &str) -> Result<Value, Failed> {
        self.find(event, |told| told["phone"] == phone && told.to_string().contains(word)).await
    }

    /// Waits until this phone tells something of that name, with these fields.
    async fn tells(&mut self, phone: u32, event: &str, fields: &[(&str, Value)]) -> Result<Value, Failed> {
        let is_it =
            |told: &Value| told["phone"] == phone && fields.iter().all(|(name, value)| told[*name] == *value);
        self.find(event, is_it).await
    }

    /// What was told before and passed over is looked at first: the phones do not wait for each other.
    async fn find(&mut self, event: &str, is_it: impl Fn(&Value) -> bool) -> Result<Value, Failed> {
        let matches = |told: &Value| told["event"] == event && is_it(told);
        if let Some(place) = self.passed_over.iter().position(&matches) {
            return Ok(self.passed_over.remove(place));
        }
        let wanted = async {
            while let Ok(Some(line)) = self.told.next_line().await {
                let told: Value = serde_json::from_str(&line).unwrap_or_default();
                self.lines.push(line);
                if matches(&told) {
                    return Some(told);
                }
                self.passed_over.push(told);
            }
            None
        };
        let found = timeout(SOON, wanted).await.ok().flatten();
        found.ok_or_else(|| Failed::new(format!("no {event} in\n{}", self.lines.join("\n"))))
    }
}

#[test]
fn phones_on_the_command_line_call_hold_transfer_and_leave() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let mut phones = Phones::three_registered().await?;

        phones.order("@101 call 102").await?;
        let calling = phones.tells(101, "Calling", &[]).await?;
        phones.tells(101, "Progress", &[("status", 180.into())]).await?;
        phones.tells(101, "Answered", &[("session", calling["session"].clone())]).await?;
        phones.tells(102, "Established", &[]).await?;

        phones.order("@101 hold").await?;
        let held = phones.tells(102, "Reoffered", &[]).await?;
        assert!(held["offer"].as_str().is_some_and(|offer| offer.contains("a=sendonly")), "{held}");
        let agreed = phones.tells(101, "ReofferAnswered", &[]).await?;
        assert!(agreed["sdp"].as_str().is_some_and(|answer| answer.contains("a=recvonly")), "{agreed}");

        phones.order("@101 transfer 103").await?;
        phones.tells(102, "Referred", &[]).await?;
        phones.tells(102, "Answered", &[]).await?;
        phones.tells(101, "ReferProgress", &[("progress", "Succeeded".into())]).await?;

        let file = stage.folder().join("phone-{n}.pcap");
        phones.order(&format!("@102 pcap {}", file.display())).await?;
        phones.tells(102, "Saved", &[]).await?;
        assert!(stage.folder().join("phone-102.pcap").is_file());

        phones.order("sing").await?;
        phones.order("quit").await?;
        for phone in [101, 102, 103] {
            phones.tells(phone, "Registration", &[("state", "Off".into())]).await?;
        }
        assert!(phones.lines.iter().any(|line| line.contains("not understood")));
        let ended = timeout(SOON, phones.child.wait()).await;
        assert!(ended.is_ok_and(|ended| ended.is_ok_and(|status| status.success())));
        Ok(())
    })
}

#[test]
fn phones_on_the_command_line_watch_each_other_publish_and_join_calls() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let mut phones = Phones::three_registered().await?;

        phones.order("@103 watch presence:102").await?;
        let watching = phones.tells(103, "Watching", &[("target", "102".into())]).await?;
        let of_102 = watching["subscription"].clone();
        phones
            .tells(103, "Subscription", &[("subscription", of_102.clone()), ("state", "Active".into())])
            .await?;
        phones.order("@102 publish dnd").await?;
        phones.says(102, "Publication", "DoNotDisturb").await?;
        let seen = phones.says(103, "Watched", "Do not disturb").await?;
        assert_eq!(seen["subscription"], of_102);

        phones.order("@103 watch dialog:101").await?;
        phones.tells(103, "Watching", &[("target", "101".into())]).await?;
        phones.order("@101 call 102").await?;
        let first = phones.tells(101, "Calling", &[]).await?["session"].clone();
        phones.tells(101, "Answered", &[("session", first.clone())]).await?;
        phones.says(103, "Watched", "Confirmed").await?;

        phones.order("@101 call 103").await?;
        let second = phones.tells(101, "Calling", &[]).await?["session"].clone();
        phones.tells(101, "Answered", &[("session", second.clone())]).await?;
        phones.order(&format!("@101 join {first} {second}")).await?;
        phones.tells(102, "Referred", &[("replaces", true.into())]).await?;
        phones.tells(102, "Answered", &[]).await?;
        phones.tells(101, "ReferProgress", &[("progress", "Succeeded".into())]).await?;
        // Whom 102 takes over from is hung up on by 103.
        phones.tells(101, "Ended", &[("session", second), ("cause", "RemoteHungUp".into())]).await?;

        phones.order("@102 publish off").await?;
        phones.tells(102, "Publication", &[("state", "Off".into())]).await?;
        phones.order("@102 join 7 8").await?;
        phones.says(102, "Refused", "NoSession").await?;
        Ok(())
    })
}
