//! A conference of real telephones, mixed in the console, by what reaches each of them.

use cordboard_tests::baresip::Phone;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::{Told, story};

use crate::company::Company;

/// Calls a telephone, which answers.
async fn call(olga: &Console, phone: &mut Phone) -> Told {
    olga.dial(&phone.number()).await?;
    phone.rings().await?;
    phone.accept().await?;
    olga.outgoing("Talking", &phone.number()).is_there().await
}

/// Waits until each of them hears the tones of the others and not its own.
async fn hear_each_other(phones: &[&Phone]) -> Told {
    for phone in phones {
        let others: Vec<f64> = phones
            .iter()
            .filter(|other| other.number() != phone.number())
            .map(|other| other.tone())
            .collect();
        phone.ear().hears_tones(&others, &[phone.tone()]).await?;
    }
    Ok(())
}

#[test]
fn three_telephones_hear_each_other_also_while_the_operator_is_away() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let mut ben = company.phone(stage, 202).await?;
        let mut carl = company.phone(stage, 203).await?;
        let olga = &company.olga;
        call(olga, &mut anna).await?;
        call(olga, &mut ben).await?;
        call(olga, &mut carl).await?;
        for held in ["201", "202"] {
            olga.outgoing("On hold", held).click().await?;
            olga.press(Key::Character('c')).await?;
            olga.outgoing("In conference", held).is_there().await?;
        }
        hear_each_other(&[&anna, &ben, &carl]).await?;
        olga.page().hears_sound().await?;

        olga.current_call().button("Leave").click().await?;
        hear_each_other(&[&anna, &ben, &carl]).await?;

        olga.outgoing("In conference", "202").click().await?;
        olga.press(Key::F(6)).await?;
        olga.outgoing("On hold", "202").is_there().await?;
        hear_each_other(&[&anna, &carl]).await?;
        ben.ear().hears_nothing().await?;

        carl.hang_up().await?;
        // Alone, and the operator away: on hold.
        olga.outgoing("On hold", "201").is_there().await?;
        olga.page().has_no_errors()
    })
}
