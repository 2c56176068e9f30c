//! One direction of a tunnel.

use std::time::Duration;

use cordboard_wire::TunnelEnd;
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use tokio::time::{Instant, interval_at, sleep_until, timeout};

use super::frame::{Frame, Oversize};
use crate::config::TunnelLimits;

/// How long a side that is told the end may take to hear it.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why a direction carries no more.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The sending side closed, or its connection broke.
    Left,
    /// The sending side sent more than a message may hold.
    TooBig,
    /// Nothing came from the sending side for too long, not even an answer to a ping.
    Silent,
    /// The receiving side took nothing for too long.
    Stalled,
    /// The receiving side's connection broke.
    Gone,
}

/// Carries frames from one side to the other until it cannot, and pings the receiving side.
pub(super) async fn carry<I, O, E, S>(
    from: &mut (impl Stream<Item = Result<I, E>> + Unpin),
    to: &mut S,
    pace: TunnelLimits,
) -> Stopped
where
    Frame: From<I>,
    O: From<Frame>,
    E: Oversize,
    S: Sink<O> + Unpin,
{
    let mut ping = interval_at(Instant::now() + pace.ping, pace.ping);
    let mut heard = Instant::now();
    loop {
        let frame = tokio::select! {
            // In order: while a frame waited to be taken nothing was listened to, and what came meanwhile must be heard
            // before it is called silence.
            biased;
            received = from.next() => match received {
                None => return Stopped::Left,
                Some(Err(error)) if error.is_oversize() => return Stopped::TooBig,
                Some(Err(_)) => return Stopped::Left,
                Some(Ok(message)) => {
                    heard = Instant::now();
                    match Frame::from(message) {
                        Frame::Close(_) => return Stopped::Left,
                        Frame::Ping | Frame::Sign => continue,
                        frame @ (Frame::Text(_) | Frame::Binary(_)) => frame,
                    }
                }
            },
            _ = ping.tick() => Frame::Ping,
            () = sleep_until(heard + pace.silence) => return Stopped::Silent,
        };
        match timeout(pace.silence, to.send(frame.into())).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Stopped::Gone,
            Err(_) => return Stopped::Stalled,
        }
    }
}

/// Tells a side that it is over and why, and waits a little for it to agree: a connection that is cut at once may
/// lose the reason on its way.
pub(crate) async fn part<I, O, E>(
    side: &mut (impl Stream<Item = Result<I, E>> + Sink<O> + Unpin),
    end: TunnelEnd,
) where
    O: From<Frame>,
{
    let farewell = async {
        if side.send(Frame::Close(Some(end)).into()).await.is_ok() {
            while side.next().await.is_some_and(|received| received.is_ok()) {}
        }
    };
    if timeout(FAREWELL, farewell).await.is_err() {
        tracing::debug!("a side of a tunnel did not hear its end");
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::extract::ws::Message;
    use futures_util::{future, sink, stream};

    use super::*;

    const PACE: TunnelLimits = TunnelLimits {
        per_operator: 1,
        ping: Duration::from_secs(25),
        silence: Duration::from_secs(60),
        connect: Duration::from_secs(5),
    };

    type Received = Result<Message, axum::Error>;

    fn text(text: &str) -> Received {
        Ok(Message::Text(text.into()))
    }

    /// A receiving side that keeps what it gets.
    fn kept(into: &mut Vec<Message>) -> impl Sink<Message, Error = ()> + Unpin + use<'_> {
        Box::pin(sink::unfold(into, |into: &mut Vec<Message>, message| {
            into.push(message);
            future::ready(Ok::<_, ()>(into))
        }))
    }

    /// A receiving side that never takes anything.
    struct Wall;

    impl Sink<Message> for Wall {
        type Error = ();

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn start_send(self: Pin<&mut Self>, _: Message) -> Result<(), ()> {
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn frames_pass_in_order_and_only_frames() {
        let mut from = stream::iter([
            text("one"),
            Ok(Message::Pong("not for you".into())),
            Ok(Message::Binary("two".into())),
            Ok(Message::Close(None)),
            text("after the end"),
        ]);
        let mut got = Vec::new();
        assert_eq!(carry(&mut from, &mut kept(&mut got), PACE).await, Stopped::Left);
        assert_eq!(got, [Message::Text("one".into()), Message::Binary("two".into())]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_side_is_given_up_and_the_other_pinged_meanwhile() {
        let began = Instant::now();
        let mut from = stream::pending::<Received>();
        let mut got = Vec::new();
        assert_eq!(carry(&mut from, &mut kept(&mut got), PACE).await, Stopped::Silent);
        assert_eq!(began.elapsed(), PACE.silence);
        assert_eq!(got, [Message::Ping("".into()), Message::Ping("".into())]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_to_a_ping_is_a_sign_of_life() {
        let began = Instant::now();
        let pongs = stream::unfold(3, |left| async move {
            tokio::time::sleep(Duration::from_secs(50)).await;
            (left > 0).then(|| (Ok::<_, axum::Error>(Message::Pong("".into())), left - 1))
        });
        let mut got = Vec::new();
        assert_eq!(carry(&mut Box::pin(pongs), &mut kept(&mut got), PACE).await, Stopped::Left);
        assert_eq!(began.elapsed(), Duration::from_secs(200));
    }

    #[tokio::test(start_paused = true)]
    async fn a_side_that_takes_nothing_stops_the_reading_and_is_given_up() {
        let mut read = 0;
        let mut from = stream::repeat_with(|| {
            read += 1;
            text("again")
        });
        assert_eq!(carry(&mut from, &mut Wall, PACE).await, Stopped::Stalled);
        drop(from);
        assert_eq!(read, 1, "nothing may pile up in between");
    }
}
