//! The practice exchange alone, for a console or a telephone library under development:
//! `cargo run -p cordboard-practice --example exchange -- 5066`.

use std::time::Duration;

use cordboard_practice::{Exchange, Operator, Settings, codes, colleagues, lines};

#[tokio::main]
#[allow(clippy::print_stdout, reason = "this is a program for a terminal")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let port: u16 = std::env::args().nth(1).map_or(Ok(5066), |port| port.parse())?;
    let operators = vec![
        Operator::new("nora", "nora", "Nora Fielding", "201"),
        Operator::new("luc", "luc", "Luc Amari", "202"),
    ];
    let settings = Settings {
        listen: ([127, 0, 0, 1], port).into(),
        operators: operators.clone(),
        ring_every: Some(Duration::from_secs(45)),
        stir_every: Some(Duration::from_secs(25)),
        ..Settings::default()
    };
    let exchange = Exchange::start(settings).await?;
    println!("Practice exchange, not a PBX: {}", exchange.url());
    for operator in operators {
        println!("  register as {} with password {0}, extension {}", operator.user, operator.extension);
    }
    for line in lines() {
        println!("  {} {}", line.number, line.name);
    }
    for colleague in colleagues() {
        println!("  {} {} {}", colleague.extension, colleague.name, colleague.does.in_words());
    }
    for code in codes() {
        println!("  {} before a number {}", code.prefix, code.does);
    }
    let mut events = exchange.events();
    loop {
        tokio::select! {
            event = events.recv() => println!("{event:?}"),
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    exchange.stop().await;
    Ok(())
}
