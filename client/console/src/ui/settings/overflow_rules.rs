//! What becomes of calls that the operator does not take: the rules in their order, and a dry run beside them.

use cordboard_desk::{Command, Hours, Instead, Occasion, Outcome, Overflow, Verdict};
use leptos::prelude::*;

use crate::acts::{Acts, use_acts};
use crate::board::Board;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::When;
use crate::ui::words::{say, use_words};

/// The rules as they can be changed here. A handle.
#[derive(Clone, Copy)]
struct Rules {
    board: Board,
    acts: Acts,
}

impl Rules {
    fn of(self, occasion: Occasion) -> Instead {
        self.board.overflow.with(|overflow| overflow.instead(occasion).clone())
    }

    fn change(self, change: impl FnOnce(&mut Overflow)) {
        let mut overflow = self.board.overflow.get_untracked();
        change(&mut overflow);
        self.board.overflow_tried.set(Vec::new());
        self.acts.command(Command::SetOverflow(Box::new(overflow)));
    }

    fn verdict(self, occasion: Occasion) -> Option<Verdict> {
        self.board.overflow_tried.with(|tried| tried.iter().find(|said| said.occasion == occasion).cloned())
    }
}

/// What can be done with a call, in the order of the choice.
fn choices() -> [Instead; 5] {
    [
        Instead::Ring,
        Instead::SendTo(String::new()),
        Instead::Voicemail,
        Instead::AnswerAndHold,
        Instead::Refuse,
    ]
}

fn place_of(instead: &Instead) -> usize {
    let same = |choice: &Instead| std::mem::discriminant(choice) == std::mem::discriminant(instead);
    choices().iter().position(same).unwrap_or_default()
}

/// The rules and the dry run.
#[component]
pub(super) fn OverflowRules() -> impl IntoView {
    let rules = Rules { board: expect_context(), acts: use_acts() };
    view! {
        <p class="muted">{say(|w| w.overflow_order)}</p>
        <ol class="rules">
            {Occasion::ORDER.map(|occasion| view! { <Rule rules=rules occasion=occasion /> }).collect_view()}
        </ol>
        <DryRun rules=rules />
    }
}

/// One rule, read as a sentence.
#[component]
fn Rule(rules: Rules, occasion: Occasion) -> impl IntoView {
    let w = use_words();
    let chosen = Memo::new(move |_| rules.of(occasion));
    let choose = move |event| {
        let place: usize = event_target_value(&event).parse().unwrap_or_default();
        if let Some(instead) = choices().into_iter().nth(place) {
            rules.change(|overflow| overflow.set(occasion, instead));
        }
    };
    let label = move || (w().occasion)(occasion);
    let number = move || match chosen.get() {
        Instead::SendTo(number) => Some(number),
        Instead::Ring | Instead::Voicemail | Instead::AnswerAndHold | Instead::Refuse => None,
    };
    let verdict = move || rules.verdict(occasion);
    let decides = move || verdict().is_some_and(|said| decides(said.outcome));
    view! {
        <li class="rule" class:decides=decides aria-label=label>
            <span class="lb">{label}</span>
            <Amount rules=rules occasion=occasion />
            <select class="input" aria-label=move || (w().instead_for)(label()) on:change=choose>
                {choices().iter().enumerate().map(|(place, choice)| {
                    let choice = choice.clone();
                    view! {
                        <option value=place selected=move || place_of(&chosen.get()) == place>
                            {move || (w().instead)(occasion, &choice)}
                        </option>
                    }
                }).collect_view()}
            </select>
            {move || number().map(|number| view! {
                <input
                    class="input num"
                    aria-label=move || (w().number_for)(label())
                    placeholder=say(|w| w.dial_number)
                    value=number
                    on:change=move |event| {
                        let number = event_target_value(&event);
                        rules.change(|overflow| overflow.set(occasion, Instead::SendTo(number)));
                    }
                />
            })}
            {move || verdict().map(|said| view! { <small class="verdict">{(w().outcome)(said.outcome)}</small> })}
            <When is=move || occasion == Occasion::OutOfHours && chosen.get() != Instead::Ring>
                <OpeningHours rules=rules />
            </When>
        </li>
    }
}

/// How many calls are too many, or how long is too long.
#[component]
fn Amount(rules: Rules, occasion: Occasion) -> impl IntoView {
    let w = use_words();
    let amount = move || {
        rules.board.overflow.with(|overflow| match occasion {
            Occasion::Crowded => Some((u16::from(overflow.most_calls), w().overflow_calls, 8)),
            Occasion::Unanswered => Some((overflow.after, w().overflow_seconds, 600)),
            Occasion::DoNotDisturb | Occasion::OutOfHours | Occasion::Anonymous | Occasion::Stranger => None,
        })
    };
    let write = move |event| {
        // What is no number leaves the rule as it was.
        let Ok(amount) = event_target_value(&event).parse::<u16>() else { return };
        rules.change(|overflow| match occasion {
            Occasion::Crowded => overflow.most_calls = u8::try_from(amount.clamp(1, 8)).unwrap_or(8),
            Occasion::Unanswered => overflow.after = amount.clamp(1, 600),
            Occasion::DoNotDisturb | Occasion::OutOfHours | Occasion::Anonymous | Occasion::Stranger => {}
        });
    };
    move || {
        amount().map(|(amount, unit, most)| {
            view! {
                <input class="input num short" type="number" min="1" max=most aria-label=unit prop:value=amount on:change=write />
                <span>{unit}</span>
            }
        })
    }
}

/// From when to when the desk is open, day by day.
#[component]
fn OpeningHours(rules: Rules) -> impl IntoView {
    let w = use_words();
    let hours = move || rules.board.overflow.with(|overflow| overflow.hours);
    let change = move |day: usize, open: Option<(u16, u16)>| {
        rules.change(|overflow| {
            if let Some(slot) = overflow.hours.days.get_mut(day) {
                *slot = open;
            }
        });
    };
    let nine_to_five = Hours::default().days[0];
    let line = move |day: usize| {
        let open = move || hours().days.get(day).copied().flatten();
        let name = move || w().days.get(day).copied().unwrap_or_default();
        let switch = move |event| change(day, if event_target_checked(&event) { nine_to_five } else { None });
        view! {
            <div class="opt-row">
                <label class="lb"><input type="checkbox" prop:checked=move || open().is_some() on:change=switch />{name}</label>
                {move || open().map(|(from, to)| view! {
                    <input class="input num" type="time" aria-label=move || (w().opens_on)(name()) value=clock(from)
                        on:change=move |event| if let Some(from) = minutes(&event_target_value(&event)) { change(day, Some((from, to))) } />
                    <span aria-hidden="true">"–"</span>
                    <input class="input num" type="time" aria-label=move || (w().closes_on)(name()) value=clock(to)
                        on:change=move |event| if let Some(to) = minutes(&event_target_value(&event)) { change(day, Some((from, to))) } />
                })}
            </div>
        }
    };
    view! { <div class="hours">{(0..7).map(line).collect_view()}</div> }
}

/// Minutes after midnight as a time field has them.
fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn minutes(clock: &str) -> Option<u16> {
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn decides(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Decides | Outcome::DecidesAfter(_) => true,
        Outcome::Off | Outcome::DoesNotApply | Outcome::NotPossible(_) | Outcome::TooLate => false,
    }
}

/// What would happen to a call now.
#[component]
fn DryRun(rules: Rules) -> impl IntoView {
    let w = use_words();
    let number = RwSignal::new(String::new());
    let ask = move || rules.acts.command(Command::TryOverflow { number: number.get_untracked() });
    let said = move || {
        rules.board.overflow_tried.with(|tried| {
            (!tried.is_empty()).then(|| {
                let deciding = tried.iter().find(|said| decides(said.outcome));
                (w().would_happen)(deciding)
            })
        })
    };
    view! {
        <form class="opt-row dry-run" on:submit=move |event| { event.prevent_default(); ask(); }>
            <Icon name=Drawn::Incoming size="m" />
            <input
                class="input num"
                aria-label=say(|w| w.try_number)
                placeholder=say(|w| w.try_number)
                prop:value=number
                on:input=move |event| number.set(event_target_value(&event))
            />
            <button class="btn" type="submit">{say(|w| w.try_now_call)}</button>
            <span class="said" role="status">{said}</span>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_field_is_read_back_as_it_was_written() {
        for time in [0, 9 * 60, 17 * 60 + 30, 23 * 60 + 59] {
            assert_eq!(minutes(&clock(time)), Some(time));
        }
        assert_eq!(minutes("24:00"), None);
        assert_eq!(minutes("nine"), None);
    }

    #[test]
    fn every_choice_has_its_own_place() {
        for (place, choice) in choices().iter().enumerate() {
            assert_eq!(place_of(choice), place);
        }
        assert_eq!(place_of(&Instead::SendTo("205".into())), 1);
    }
}
