//! Parts of the screen that come and go: [`Each`] and [`When`] are what `<For>` and `<Show>` are in Leptos. Those are
//! compiled anew for every place where they stand; of these, only what differs from place to place is.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use leptos::prelude::*;

/// One item of a list: who it is, and how it is painted.
struct Row {
    key: u64,
    paint: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Children for each item. What was painted of an item stays as long as its key does.
#[component]
pub(super) fn Each<Items, Item, Key, Painted>(
    /// The items.
    of: impl Fn() -> Items + Send + 'static,
    /// What tells an item from the others.
    key: impl Fn(&Item) -> Key + Send + 'static,
    /// How an item is painted.
    children: impl Fn(Item) -> Painted + Clone + Send + 'static,
) -> impl IntoView
where
    Items: IntoIterator<Item = Item>,
    Item: Send + 'static,
    Key: Hash,
    Painted: IntoView + 'static,
{
    list(Box::new(move || {
        let items = of().into_iter();
        items.map(|item| Row { key: hash(&key(&item)), paint: paint(item, children.clone()) }).collect()
    }))
}

fn list(items: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each=items key=|row| row.key let(row)>{(row.paint)()}</For> }.into_any()
}

fn paint<Item: Send + 'static, Painted: IntoView + 'static>(
    item: Item,
    children: impl Fn(Item) -> Painted + Send + 'static,
) -> Box<dyn FnOnce() -> AnyView + Send> {
    Box::new(move || children(item).into_any())
}

/// Of 64 bits: no two items of one list have the same.
fn hash(key: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

/// Children while something is so.
#[component]
pub(super) fn When(
    /// Whether it is.
    is: impl Fn() -> bool + Send + Sync + 'static,
    children: ChildrenFn,
) -> impl IntoView {
    part(Box::new(is), children)
}

fn part(is: Box<dyn Fn() -> bool + Send + Sync>, children: ChildrenFn) -> AnyView {
    let is = Memo::new(move |_| is());
    (move || is.get().then(|| children())).into_any()
}
