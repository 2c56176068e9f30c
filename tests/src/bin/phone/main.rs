//! Telephones on the command line, without sound: to try a PBX without a browser, and to put load on one.
#![allow(clippy::print_stdout, reason = "one line of JSON an event is what this program is for")]

mod orders;
mod report;
mod telephone;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use cordboard_sip::{Secret, Settings};
use cordboard_tests::phone::Phone;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use orders::{Order, addressed};
use telephone::{Habits, Telephone};

/// Telephones on the command line, without sound: SIP over WebSocket by the product's own user agent.
///
/// Each prints one line of JSON for everything that happens, and takes orders on standard input.
#[derive(Clone, Debug, Parser)]
#[command(name = "phone", after_help = orders::HELP)]
struct Arguments {
    /// Where to connect, such as `ws://127.0.0.1:8088/ws` or `wss://pbx.example/ws`.
    url: String,
    /// The address of record, such as `101@pbx.example`; `{n}` stands for the telephone's number.
    aor: String,
    /// The user for the digest; the user part of the address if not given.
    #[arg(long)]
    user: Option<String>,
    /// The password; `{n}` as above.
    #[arg(long, env = "PHONE_PASSWORD", default_value = "", hide_env_values = true)]
    password: String,
    /// How many telephones.
    #[arg(long, default_value_t = 1)]
    count: u32,
    /// The number of the first telephone, for `{n}`.
    #[arg(long, default_value_t = 1)]
    first: u32,
    /// How long to wait between starting one telephone and the next, milliseconds.
    #[arg(long, default_value_t = 0)]
    pace: u64,
    /// How long a registration is to hold, seconds.
    #[arg(long, default_value_t = 600)]
    expires: u32,
    /// Answer calls after so many seconds of ringing.
    #[arg(long, conflicts_with = "refuse")]
    answer: Option<f64>,
    /// Refuse calls with this status.
    #[arg(long)]
    refuse: Option<u16>,
    /// Call this number or address once registered; `{n}` as above.
    #[arg(long)]
    call: Option<String>,
    /// Hang up so many seconds after a call was answered.
    #[arg(long)]
    hang_up: Option<f64>,
    /// Call again so many seconds after a call has ended (with --call).
    #[arg(long)]
    again: Option<f64>,
    /// Watch somebody once registered: `dialog:200`, `presence:bob@pbx.example`, `message-summary:101`.
    #[arg(long)]
    watch: Vec<String>,
    /// End after so many seconds.
    #[arg(long)]
    seconds: Option<f64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => {
            eprintln!("no runtime: {problem}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(run(&arguments));
    // Standard input may still be read from, which nothing can interrupt.
    runtime.shutdown_background();
    ExitCode::SUCCESS
}

async fn run(arguments: &Arguments) {
    let mut telephones = JoinSet::new();
    let mut desks = Vec::new();
    for place in 0..arguments.count {
        let number = arguments.first + place;
        let (orders, received) = mpsc::unbounded_channel();
        desks.push((number, orders));
        let telephone = Telephone::new(number, phone(arguments, number), habits(arguments, number));
        let start = Duration::from_millis(arguments.pace * u64::from(place));
        telephones.spawn(async move {
            tokio::time::sleep(start).await;
            telephone.run(received).await;
        });
    }
    let end = async {
        match arguments.seconds {
            Some(seconds) => tokio::time::sleep(telephone::span(seconds)).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = listen(&desks) => {}
        () = end => {}
    }
    for (_, orders) in &desks {
        // One that has ended needs no telling.
        let _ = orders.send(Order::Quit);
    }
    while telephones.join_next().await.is_some() {}
}

/// Hands orders to the telephones until one says to end.
async fn listen(desks: &[(u32, mpsc::UnboundedSender<Order>)]) {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        match addressed(&line) {
            Ok(Some((_, Order::Quit))) => return,
            Ok(Some((whom, order))) => {
                for (_, orders) in desks.iter().filter(|(number, _)| whom.is_none_or(|whom| whom == *number))
                {
                    let _ = orders.send(order.clone());
                }
            }
            Ok(None) => {}
            Err(problem) => report::refused(&line, problem),
        }
    }
    // Without standard input there is nobody to say when to end.
    std::future::pending().await
}

fn phone(arguments: &Arguments, number: u32) -> Phone {
    let numbered = |text: &str| text.replace("{n}", &number.to_string());
    let aor = numbered(&arguments.aor);
    let of_aor = aor.split('@').next().unwrap_or_default().to_owned();
    let settings = Settings {
        auth_user: arguments.user.as_deref().map_or(of_aor, numbered),
        aor,
        display_name: String::new(),
        password: Secret::new(numbered(&arguments.password)),
        // The same each time, so that a telephone that is started again takes its own place.
        instance: format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
        expires: arguments.expires,
        user_agent: "Cordboard phone".to_owned(),
        servers: 1,
        line_header: String::new(),
    };
    Phone::new(&arguments.url, settings)
}

fn habits(arguments: &Arguments, number: u32) -> Habits {
    Habits {
        answer: arguments.answer.map(telephone::span),
        refuse: arguments.refuse,
        call: arguments.call.as_deref().map(|target| target.replace("{n}", &number.to_string())),
        hang_up: arguments.hang_up.map(telephone::span),
        again: arguments.again.map(telephone::span),
        watch: arguments.watch.iter().map(|text| text.replace("{n}", &number.to_string())).collect(),
    }
}
