//! A shift without the mouse: function keys, and the numeric keypad with Num Lock off.

use cordboard_practice::Event;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Told, story};

use crate::{ROBIN, answers_ottoline, at_work};

/// The number of somebody in no directory.
const STRANGER: &str = "+447700900582";

#[test]
fn function_keys_answer_hold_resume_and_hang_up() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(6)).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(6)).await?;
        office.tells("the hold", |event| matches!(event, Event::Held { .. })).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(6)).await?;
        office.tells("the end of the hold", |event| matches!(event, Event::Resumed { .. })).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(7)).await?;
        office.tells("the end", |event| matches!(event, Event::Ended { .. })).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn the_numeric_keypad_does_the_same() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.press(Key::PadInsert).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::PadInsert).await?;
        office.tells("the hold", |event| matches!(event, Event::Held { .. })).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await?;
        robin.press(Key::PadInsert).await?;
        office.tells("the end of the hold", |event| matches!(event, Event::Resumed { .. })).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::PadDelete).await?;
        office.tells("the end", |event| matches!(event, Event::Ended { .. })).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn f9_works_through_the_calls_and_f10_ends_the_active_one() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;

        // A second caller: the first is held by itself.
        office.ring(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Percival Strand").is_there().await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await?;

        robin.press(Key::F(10)).await?;
        robin.incoming("Talking", "Percival Strand").is_gone().await?;
        // Nothing rings any more: the first that waits is taken back.
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await
    })
}

#[test]
fn f3_f4_and_f5_move_the_focus_and_touch_no_call() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(4)).await?;
        robin.page().find("combobox", "Number to call").has_state("focused", "true").await?;
        robin.press(Key::F(3)).await?;
        robin.page().find_starting("searchbox", "Search").has_state("focused", "true").await?;
        robin.press(Key::Escape).await?;
        robin.press(Key::F(5)).await?;
        robin.press(Key::PadClear).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await
    })
}

/// What a quick typist does: digits in the field, F4 out of habit, more digits before the next frame.
const QUICK: &str = "(async () => {
    const field = document.querySelector('[role=combobox]');
    field.focus();
    field.value = '29';
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'F4', code: 'F4', bubbles: true, cancelable: true }));
    field.setRangeText('9', 2, 2, 'end');
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return field.selectionEnd - field.selectionStart;
})()";

#[test]
fn what_is_typed_right_after_f4_is_not_selected_and_typed_over() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        assert_eq!(robin.page().evaluate(QUICK).await?, 0);
        Ok(())
    })
}

/// A quick typist on F3: presses it in the view that is open, and types on before the next frame is painted.
const QUICK_SEARCH: &str = "(async () => {
    const frames = [];
    const soon = window.requestAnimationFrame;
    window.requestAnimationFrame = (then) => frames.push(then);
    const pause = () => new Promise((done) => setTimeout(done));
    const key = { key: 'F3', code: 'F3', bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key));
    await pause();
    document.execCommand('insertText', false, '7');
    await pause();
    window.requestAnimationFrame = soon;
    frames.forEach((then) => then());
    await new Promise((done) => soon(() => soon(done)));
    document.execCommand('insertText', false, '9');
})()";

#[test]
fn what_is_typed_right_after_f3_is_searched_whatever_view_was_open() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for (view, field) in
            [("Directories", "Search"), ("Settings", "Search"), ("Call log", "Search the call log")]
        {
            robin.page().find("navigation", "Views").button(view).click().await?;
            robin.page().evaluate(QUICK_SEARCH).await?;
            robin.page().find_starting("searchbox", field).says("79").await?;
            robin.press(Key::Escape).await?;
        }
        Ok(())
    })
}

#[test]
fn letters_typed_in_the_directory_are_searched_together() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.press(Key::F(5)).await?;
        robin.page().find_starting("grid", "Contacts of").has_state("focused", "true").await?;
        robin.page().type_text("ag").await?;
        robin.page().find_starting("searchbox", "Search").says("ag").await
    })
}

#[test]
fn a_key_that_is_held_answers_one_caller_and_hangs_up_one() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.ring(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.keeps_holding(Key::F(9)).await?;
        // The engine does what it is asked in turn: were the first call held by now, this would take it back.
        robin.press(Key::F(6)).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await?;
        robin.keeps_holding(Key::F(6)).await?;
        robin.keeps_holding(Key::PadInsert).await?;
        robin.press(Key::F(7)).await?;
        office.tells("the end", |event| matches!(event, Event::Ended { .. })).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_gone().await?;
        robin.keeps_holding(Key::F(7)).await?;
        robin.keeps_holding(Key::PadDelete).await?;
        robin.keeps_holding(Key::Delete).await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Percival Strand").is_there().await?;
        robin.keeps_holding(Key::F(10)).await?;
        robin.press(Key::F(6)).await?;
        robin.incoming("On hold", "Percival Strand").is_there().await
    })
}

#[test]
fn an_arrow_that_is_held_walks_on() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for (caller, line) in
            [(Office::OTTOLINE, Office::LAW), (STRANGER, Office::LAW), (Office::PERCIVAL, Office::CLINIC)]
        {
            office.ring(caller, "robin", line).await?;
        }
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        robin.press(Key::Character('1')).await?;
        robin.press(Key::Down).await?;
        robin.keeps_holding(Key::Down).await?;
        robin.press(Key::F(7)).await?;
        robin.incoming("Ringing", "Percival Strand").is_gone().await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await
    })
}

#[test]
fn a_key_that_opened_a_box_types_nothing_into_it_while_it_is_held() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.press(Key::Character('1')).await?;
        robin.incoming("Ringing", "Ottoline Marsh").has_state("focused", "true").await?;
        robin.press(Key::Character('t')).await?;
        let field = robin.page().find("combobox", "Transfer to");
        field.has_state("focused", "true").await?;
        robin.keeps_holding(Key::Character('t')).await?;
        robin.page().type_text("5").await?;
        robin.keeps_holding(Key::Character('5')).await?;
        // What is held there is typed as anywhere.
        field.holds("555").await
    })
}

#[test]
fn enter_that_is_held_calls_back_once_and_a_digit_that_is_held_is_sent_once() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.dial("600").await?;
        robin.outgoing("Talking", "Echo").is_there().await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await?;
        robin.press(Key::Alt('3')).await?;
        robin.page().find("grid", "Call log").click().await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Echo").is_there().await?;
        robin.keeps_holding(Key::Enter).await?;

        robin.page().find("toolbar", "Status bar").button("Keypad").click().await?;
        robin.press(Key::Character('3')).await?;
        robin.keeps_holding(Key::Character('3')).await?;
        // The main row of a French keyboard, without Shift.
        robin.press(Key::MainRow('é', 2)).await?;
        office.tells("a 2", |event| matches!(event, Event::Digit { digit: '2', .. })).await?;
        robin.page().find("dialog", "Keypad").find("status", "").says("2 sent").await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn digits_and_what_a_french_keyboard_has_on_their_keys_begin_the_search_too() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for (key, letter) in
            [(Key::Character('2'), "2"), (Key::MainRow('é', 2), "é"), (Key::MainRow('ç', 9), "ç")]
        {
            robin.press(Key::F(5)).await?;
            robin.page().find_starting("grid", "Contacts of").has_state("focused", "true").await?;
            robin.press(key).await?;
            robin.page().type_text("a").await?;
            robin.page().find_starting("searchbox", "Search").holds(&format!("{letter}a")).await?;
            robin.press(Key::Escape).await?;
            robin.press(Key::F(5)).await?;
        }
        Ok(())
    })
}

/// Makes the page believe that its keyboard is one of Apple's, which have no Num Lock.
const ON_A_MAC: &str = "Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'MacIntel' });";

#[test]
fn the_keypad_of_a_mac_types_into_fields() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().before_any_script(ON_A_MAC).await?;
        robin.page().reload().await?;
        robin.is_registered().await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(4)).await?;
        let field = robin.page().find("combobox", "Number to call");
        field.has_state("focused", "true").await?;
        robin.press(Key::PadPlus).await?;
        for digit in "4420".chars() {
            robin.press(Key::PadDigit(digit)).await?;
        }
        field.holds("+4420").await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await
    })
}

/// Presses F7, and once more in the moment in which another call has taken the selected one's place.
const PRESS_F7_TWICE: &str = "new Promise((done) => {
    const press = () => dispatchEvent(new KeyboardEvent('keydown', { key: 'F7', code: 'F7' }));
    const observer = new MutationObserver(() => {
        if (document.querySelector('[role=row][aria-selected=true][aria-label*=Percival]') === null) return;
        observer.disconnect();
        press();
        done();
    });
    observer.observe(document.body, { attributes: true, childList: true, subtree: true });
    press();
})";

#[test]
fn a_hang_up_key_that_is_pressed_twice_leaves_the_next_caller_alone() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        let percival = robin.incoming("Ringing", "Percival Strand");
        percival.is_there().await?;

        robin.page().evaluate(PRESS_F7_TWICE).await?;
        percival.has_state("selected", "true").await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Percival Strand").is_there().await?;
        // Whoever was answered is meant.
        robin.press(Key::F(7)).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn whoever_f9_answers_is_selected_and_has_its_cap() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for (caller, name) in [(Office::OTTOLINE, "Ottoline Marsh"), (Office::PERCIVAL, "Percival Strand")] {
            office.ring(caller, "robin", Office::LAW).await?;
            robin.incoming("Ringing", name).is_there().await?;
        }
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(6)).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(9)).await?;
        let percival = robin.incoming("Talking", "Percival Strand");
        percival.has_state("selected", "true").await?;
        robin.press(Key::F(8)).await?;
        robin.page().find("dialog", "Transfer Percival Strand").is_there().await
    })
}
