//! A shift without the mouse: function keys, and the numeric keypad with Num Lock off.

use cordboard_practice::Event;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Told, story};

use crate::{ROBIN, at_work};

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
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(9)).await?;
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
