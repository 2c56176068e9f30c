//! A console and real telephones: through the relay, Kamailio and rtpengine, with sound.

use cordboard_tests::baresip::Phone;
use cordboard_tests::console::Console;
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::keys::Key;
use cordboard_tests::relay::{Operator, Relay};
use cordboard_tests::{Failed, SOON, Told, eventually, story};

use crate::company::{Company, OLGA};

/// Sound in both directions, by what either end measures.
async fn hear_each_other(console: &Console, phone: &Phone) -> Told {
    phone.ear().hears_sound().await?;
    console.page().hears_sound().await
}

#[test]
fn the_console_calls_a_telephone_that_hangs_up() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;

        olga.dial("201").await?;
        anna.rings().await?;
        olga.outgoing("Ringing", "201").is_there().await?;
        anna.accept().await?;
        olga.outgoing("Talking", "201").is_there().await?;
        hear_each_other(olga, &anna).await?;
        anna.records("the microphone", |sound| sound.last(1.0).loudness() > 0.005).await?;

        anna.hang_up().await?;
        olga.has_no_calls().await?;
        olga.page().has_no_errors()
    })
}

#[test]
fn a_telephone_calls_the_console_which_answers_by_key_and_hangs_up() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;

        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        anna.talks().await?;
        olga.incoming("Talking", "201").is_there().await?;
        hear_each_other(olga, &anna).await?;

        olga.press(Key::F(10)).await?;
        anna.is_free().await?;
        olga.has_no_calls().await?;
        olga.page().has_no_errors()
    })
}

#[test]
fn a_held_telephone_hears_nothing_until_it_is_resumed() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        anna.talks().await?;
        hear_each_other(olga, &anna).await?;

        olga.press(Key::F(9)).await?;
        olga.incoming("On hold", "201").is_there().await?;
        anna.ear().hears_nothing().await?;

        olga.press(Key::F(9)).await?;
        olga.incoming("Talking", "201").is_there().await?;
        hear_each_other(olga, &anna).await
    })
}

#[test]
fn a_held_telephone_hears_the_consoles_tone_where_the_relay_says_so() -> Told {
    story(async |stage| {
        let company = Company::open_with(stage, "hold_music = \"tone\"").await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        anna.talks().await?;
        hear_each_other(olga, &anna).await?;

        olga.press(Key::F(9)).await?;
        olga.incoming("On hold", "201").is_there().await?;
        anna.ear().hears_tone(523.25).await?;
        olga.press(Key::F(9)).await?;
        olga.incoming("Talking", "201").is_there().await?;
        hear_each_other(olga, &anna).await
    })
}

#[test]
fn a_telephone_puts_the_console_on_hold_and_takes_it_back() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        olga.dial("201").await?;
        anna.rings().await?;
        anna.accept().await?;
        hear_each_other(olga, &anna).await?;

        anna.hold().await?;
        olga.page().says("Holding you").await?;
        anna.resume().await?;
        hear_each_other(olga, &anna).await
    })
}

#[test]
fn a_call_sent_on_leaves_the_two_telephones_talking() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let mut ben = company.phone(stage, 202).await?;
        let olga = &company.olga;
        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        anna.talks().await?;
        hear_each_other(olga, &anna).await?;

        olga.press(Key::F(8)).await?;
        let transfer = olga.page().find_starting("dialog", "Transfer");
        transfer.find("combobox", "Transfer to").has_state("focused", "true").await?;
        olga.page().type_text("202").await?;
        olga.press(Key::Enter).await?;

        ben.rings().await?;
        ben.accept().await?;
        olga.has_no_calls().await?;
        anna.ear().hears_tone(ben.tone()).await?;
        ben.ear().hears_tone(anna.tone()).await?;
        let parted = async || match olga.page().heard().await?.connections {
            0 => Ok(()),
            open => Err(Failed::new(format!("{open} are open"))),
        };
        eventually("no connection to be left", SOON, parted).await?;
        olga.page().has_no_errors()
    })
}

#[test]
fn a_call_sent_to_a_number_that_there_is_not_comes_back() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        anna.talks().await?;
        hear_each_other(olga, &anna).await?;

        olga.press(Key::F(8)).await?;
        olga.page().find("combobox", "Transfer to").has_state("focused", "true").await?;
        olga.page().type_text("299").await?;
        olga.press(Key::Enter).await?;
        olga.incoming("Back from 299", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        hear_each_other(olga, &anna).await
    })
}

#[test]
fn a_telephone_that_declines_and_a_number_that_there_is_not_are_told_apart() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        olga.dial("201").await?;
        anna.rings().await?;
        anna.hang_up().await?;
        olga.outgoing("Busy", "201").is_there().await?;
        olga.dial("299").await?;
        olga.outgoing("Wrong number", "299").is_there().await
    })
}

#[test]
fn a_telephone_that_gives_up_is_a_missed_call() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        anna.hang_up().await?;
        olga.has_no_calls().await?;
        olga.page().find("toolbar", "Status bar").button("Missed calls: 1").is_there().await
    })
}

#[test]
fn keys_pressed_in_a_call_reach_the_telephone() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let olga = &company.olga;
        olga.dial("201").await?;
        anna.rings().await?;
        anna.accept().await?;
        hear_each_other(olga, &anna).await?;

        olga.page().find("toolbar", "Status bar").button("Keypad").click().await?;
        let keypad = olga.page().find("dialog", "Keypad");
        for key in ["4", "2", "#"] {
            keypad.button(key).click().await?;
        }
        anna.ear().is_sent_digits("42#").await
    })
}

#[test]
fn a_wrong_telephone_password_is_told_in_words() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let operator = Operator { sip_password: "mistyped".to_owned(), ..Operator::new("Olga", 101) };
        let _relay = Relay::before_kamailio(stage, &[&operator]).await?;
        let olga = Console::signed_in(stage, &operator).await?;
        olga.current_call().says("Not registered: wrong telephone password").await
    })
}

#[test]
fn a_stopped_pbx_is_named_and_its_return_is_noticed() -> Told {
    story(async |stage| {
        let mut company = Company::open(stage).await?;
        company.pbx.stop().await?;
        company.olga.current_call().says("Not registered: the telephone system does not answer").await?;
        company.pbx.start_again(stage).await?;
        company.olga.is_registered().await?;

        let mut anna = company.phone(stage, 201).await?;
        anna.dial(OLGA).await?;
        company.olga.incoming("Ringing", "201").is_there().await
    })
}

#[test]
fn a_stopped_relay_is_named_and_its_return_leads_to_the_door() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let operator = Operator::new("Olga", 101);
        let relay = Relay::before_kamailio(stage, &[&operator]).await?;
        let olga = Console::at_work(stage, &operator).await?;
        relay.stop().await?;
        olga.current_call().says("Not registered: the relay does not answer").await?;
        // A relay that has just started knows nobody's session.
        let _relay = Relay::before_kamailio(stage, &[&operator]).await?;
        olga.sign_in(&operator).await?;
        olga.is_registered().await
    })
}
