//! Calls between two consoles (S6, S8).

use cordboard_sip::{EndCause, Event, SessionId};

use crate::console::{Console, exchange};

/// Nora calls Luc, who answers. Gives the call as each knows it.
async fn talk(nora: &mut Console, luc: &mut Console) -> (SessionId, SessionId) {
    let call = nora.act(|agent, now| agent.invite(now, "202", "v=0\r\no=nora\r\n")).unwrap();
    let rung = luc
        .wait(|event| match event {
            Event::Incoming { session, .. } => Some(*session),
            _ => None,
        })
        .await;
    luc.act(|agent, now| agent.accept(now, rung, "v=0\r\no=luc\r\n")).unwrap();
    nora.wait(|event| matches!(event, Event::Answered { .. }).then_some(())).await;
    luc.wait(|event| matches!(event, Event::Established { .. }).then_some(())).await;
    (call, rung)
}

#[tokio::test]
async fn on_a_new_connection_an_update_says_where_we_are_and_the_other_end_is_not_bothered() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let mut luc = Console::registered(&exchange, "luc").await;
    let (call, rung) = talk(&mut nora, &mut luc).await;
    let invites = nora.carried("INVITE ");
    nora.reconnect().await;
    luc.act(|agent, now| agent.hang_up(now, rung)).unwrap();
    let cause = nora
        .wait(|event| match event {
            Event::Ended { session, cause } if *session == call => Some(cause.clone()),
            _ => None,
        })
        .await;
    assert_eq!(cause, EndCause::RemoteHungUp);
    assert_eq!((nora.carried("UPDATE "), nora.carried("INVITE ")), (1, invites));
    assert_eq!(nora.carried("SIP/2.0 405"), 0);
}
