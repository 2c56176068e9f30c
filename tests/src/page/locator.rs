//! A thing on a page by its role and name, looked for until it is there.

use std::fmt;

use serde_json::{Value, json};

use super::Page;
use super::tree::{Node, Tree};
use crate::Failed;
use crate::keys::Key;
use crate::wait::SOON;

/// How a name has to look.
#[derive(Clone, Debug)]
enum Name {
    Is(String),
    Starts(String),
}

#[derive(Clone, Debug)]
struct Step {
    role: &'static str,
    name: Name,
}

/// A description of a thing: nothing is looked for until something is done with it.
#[derive(Clone, Debug)]
pub struct Locator {
    page: Page,
    /// From the outermost to the thing itself.
    path: Vec<Step>,
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.path.iter().rev().enumerate() {
            let within = if index == 0 { "" } else { " in " };
            match &step.name {
                Name::Is(name) => write!(f, "{within}{} “{name}”", step.role)?,
                Name::Starts(beginning) => write!(f, "{within}{} “{beginning}…”", step.role)?,
            }
        }
        write!(f, " of {}", self.page.name())
    }
}

impl Locator {
    pub(super) fn on(page: Page, role: &'static str, name: &str) -> Self {
        Self { page, path: vec![Step { role, name: Name::Is(name.to_owned()) }] }
    }

    pub(super) fn starting(page: Page, role: &'static str, beginning: &str) -> Self {
        Self { page, path: vec![Step { role, name: Name::Starts(beginning.to_owned()) }] }
    }

    /// A thing within this one.
    #[must_use]
    pub fn find(&self, role: &'static str, name: &str) -> Self {
        self.then(role, Name::Is(name.to_owned()))
    }

    /// A thing within this one whose name begins so.
    #[must_use]
    pub fn find_starting(&self, role: &'static str, beginning: &str) -> Self {
        self.then(role, Name::Starts(beginning.to_owned()))
    }

    /// A button within this one by its exact name.
    #[must_use]
    pub fn button(&self, name: &str) -> Self {
        self.find("button", name)
    }

    fn then(&self, role: &'static str, name: Name) -> Self {
        let mut path = self.path.clone();
        path.push(Step { role, name });
        Self { page: self.page.clone(), path }
    }

    /// Waits until the thing is there.
    ///
    /// # Errors
    /// With the things of that role that are there instead.
    pub async fn is_there(&self) -> Result<(), Failed> {
        self.wait().await.map(drop)
    }

    /// Waits until the thing is not there.
    ///
    /// # Errors
    /// When it stays.
    pub async fn is_gone(&self) -> Result<(), Failed> {
        self.page
            .wait_for(&format!("{self} to go"), SOON, async || match self.look().await {
                Ok(_) => Err(Failed::new("it is there")),
                Err(_) => Ok(()),
            })
            .await
    }

    /// Its full name, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn name(&self) -> Result<String, Failed> {
        self.wait().await.map(|node| node.name)
    }

    /// Waits until a state such as `pressed` has a value such as `true`; an absent state is `false`.
    ///
    /// # Errors
    /// With the value it has instead.
    pub async fn has_state(&self, state: &str, value: &str) -> Result<(), Failed> {
        self.page
            .wait_for(&format!("{self} to be {state}={value}"), SOON, async || {
                let node = self.look().await?;
                let now = node.states.get(state).map_or("false", String::as_str);
                if now == value { Ok(()) } else { Err(Failed::new(format!("it is {state}={now}"))) }
            })
            .await
    }

    /// Waits until a text stands within the thing, or is its name or description.
    ///
    /// # Errors
    /// With what stands there instead.
    pub async fn says(&self, text: &str) -> Result<(), Failed> {
        self.page
            .wait_for(&format!("{self} to say “{text}”"), SOON, async || {
                let tree = self.page.tree().await?;
                let (id, node) = only(&tree, self)?;
                let mut heard = vec![node.name.as_str(), node.description.as_str()];
                let below = tree.below(id);
                heard.extend(below.iter().map(|(_, node)| node.name.as_str()));
                let heard = heard.join(" | ");
                if heard.contains(text) { Ok(()) } else { Err(Failed::new(format!("it says {heard}"))) }
            })
            .await
    }

    /// Clicks it once it is there and can be used.
    ///
    /// # Errors
    /// When it does not come, stays disabled, or is not on the screen.
    pub async fn click(&self) -> Result<(), Failed> {
        self.click_with("left", 1).await
    }

    /// Double-clicks it.
    ///
    /// # Errors
    /// As for [`click`](Self::click).
    pub async fn double_click(&self) -> Result<(), Failed> {
        self.click_with("left", 2).await
    }

    /// Clicks it with the right button.
    ///
    /// # Errors
    /// As for [`click`](Self::click).
    pub async fn right_click(&self) -> Result<(), Failed> {
        self.click_with("right", 1).await
    }

    /// Clicks into a field and types a text over what it held.
    ///
    /// # Errors
    /// As for [`click`](Self::click).
    pub async fn fill(&self, text: &str) -> Result<(), Failed> {
        self.click().await?;
        let all = json!({ "type": "rawKeyDown", "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65,
            "modifiers": 2, "commands": ["selectAll"] });
        self.page.order("Input.dispatchKeyEvent", all).await?;
        self.page.press(Key::Backspace).await?;
        self.page.type_text(text).await
    }

    /// Chooses in a drop-down list by the keyboard: types what the choice says.
    ///
    /// # Errors
    /// When there is no such choice, or it cannot be chosen.
    pub async fn choose(&self, choice: &str) -> Result<(), Failed> {
        let node = self.wait().await?;
        self.page.order("DOM.focus", json!({ "backendNodeId": element_of(&node)? })).await?;
        self.page.type_text(choice).await?;
        self.holds(choice).await
    }

    /// Waits until a field or a drop-down list is set to this.
    ///
    /// # Errors
    /// With what it is set to instead.
    pub async fn holds(&self, wanted: &str) -> Result<(), Failed> {
        self.page
            .wait_for(&format!("{self} to be “{wanted}”"), SOON, async || {
                match self.look().await?.value {
                    value if value == wanted => Ok(()),
                    value => Err(Failed::new(format!("it is “{value}”"))),
                }
            })
            .await
    }

    /// Drags it with the mouse onto another thing.
    ///
    /// # Errors
    /// When one of them does not come or is not on the screen.
    pub async fn drag_to(&self, onto: &Self) -> Result<(), Failed> {
        let (x, y) = self.place().await?;
        let (to_x, to_y) = onto.place().await?;
        self.mouse("mouseMoved", x, y, "none", 0).await?;
        self.mouse("mousePressed", x, y, "left", 1).await?;
        // A drag begins after a few pixels and needs moves on its way.
        for part in 1..=10 {
            let share = f64::from(part) / 10.0;
            self.mouse("mouseMoved", x + (to_x - x) * share, y + (to_y - y) * share, "left", 1).await?;
        }
        self.mouse("mouseReleased", to_x, to_y, "left", 1).await
    }

    /// Gives a file to a file field.
    ///
    /// # Errors
    /// When it does not come or is no file field.
    pub async fn choose_file(&self, path: &std::path::Path) -> Result<(), Failed> {
        let node = self.wait().await?;
        let files = json!({ "backendNodeId": element_of(&node)?, "files": [path] });
        self.page.order("DOM.setFileInputFiles", files).await.map(drop)
    }

    async fn click_with(&self, button: &str, times: u32) -> Result<(), Failed> {
        let (x, y) = self.place().await?;
        self.mouse("mouseMoved", x, y, "none", 0).await?;
        for count in 1..=times {
            self.mouse("mousePressed", x, y, button, count).await?;
            self.mouse("mouseReleased", x, y, button, count).await?;
        }
        Ok(())
    }

    async fn mouse(&self, kind: &str, x: f64, y: f64, button: &str, count: u32) -> Result<(), Failed> {
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": count,
            "buttons": u8::from(button == "left" && kind != "mouseReleased") });
        self.page.order("Input.dispatchMouseEvent", event).await.map(drop)
    }

    /// Its middle on the screen, once it is there, can be used, and lies uncovered.
    ///
    /// # Errors
    /// As for [`click`](Self::click).
    pub async fn place(&self) -> Result<(f64, f64), Failed> {
        self.page
            .wait_for(&format!("{self} to be usable"), SOON, async || {
                let node = self.look().await?;
                if node.states.contains_key("disabled") {
                    return Err(Failed::new(format!("it is disabled: {}", node.description)));
                }
                let element = json!({ "backendNodeId": element_of(&node)? });
                self.page.order("DOM.scrollIntoViewIfNeeded", element.clone()).await?;
                let quads = self.page.order("DOM.getContentQuads", element).await?;
                let (x, y) =
                    middle(&quads["quads"][0]).ok_or_else(|| Failed::new("it has no place on the screen"))?;
                self.is_uncovered(&node, x, y).await?;
                Ok((x, y))
            })
            .await
    }

    /// A person clicks what is on top there; it has to be the thing or a part of it.
    async fn is_uncovered(&self, node: &Node, x: f64, y: f64) -> Result<(), Failed> {
        let element =
            self.page.order("DOM.resolveNode", json!({ "backendNodeId": element_of(node)? })).await?;
        let on_top = "function (x, y) { const top = document.elementFromPoint(x, y);
            return top === null || this.contains(top) || top.contains(this) || top.control === this
                ? '' : top.outerHTML.slice(0, 120); }";
        let asked = json!({ "objectId": element["object"]["objectId"], "functionDeclaration": on_top,
            "arguments": [{ "value": x }, { "value": y }], "returnByValue": true });
        let answer = self.page.order("Runtime.callFunctionOn", asked).await?;
        match answer["result"]["value"].as_str() {
            Some("") => Ok(()),
            Some(cover) => Err(Failed::new(format!("{cover} lies over it"))),
            None => Err(Failed::new("it has just gone")),
        }
    }

    /// Waits until it is there.
    async fn wait(&self) -> Result<Node, Failed> {
        self.page.wait_for(&self.to_string(), SOON, async || self.look().await).await
    }

    /// Looks once.
    async fn look(&self) -> Result<Node, Failed> {
        let tree = self.page.tree().await?;
        only(&tree, self).map(|(_, node)| node.clone())
    }
}

/// The one thing that a locator means; several of the same name would make a story depend on their order.
fn only<'tree>(tree: &'tree Tree, locator: &Locator) -> Result<(&'tree str, &'tree Node), Failed> {
    match matches(tree, &locator.path).as_slice() {
        [found] => Ok(*found),
        [] => Err(Failed::new(format!("there is only\n{}", tree.spoken()))),
        several => {
            let names: Vec<&str> = several.iter().map(|(_, node)| node.name.as_str()).collect();
            Err(Failed::new(format!("there are {}: {}", several.len(), names.join(" / "))))
        }
    }
}

fn matches<'tree>(tree: &'tree Tree, path: &[Step]) -> Vec<(&'tree str, &'tree Node)> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let within = |scope: &str, step: &Step| -> Vec<(&'tree str, &'tree Node)> {
        let fits = |node: &Node| {
            node.role == step.role
                && match &step.name {
                    Name::Is(name) => node.name == *name,
                    Name::Starts(beginning) => node.name.starts_with(beginning.as_str()),
                }
        };
        tree.below(scope).into_iter().filter(|(_, node)| fits(node)).collect()
    };
    let mut found = within(tree.root(), first);
    for step in rest {
        found = found.iter().flat_map(|(id, _)| within(id, step)).collect();
    }
    found
}

fn element_of(node: &Node) -> Result<u64, Failed> {
    node.element.ok_or_else(|| Failed::new(format!("{} “{}” is no element", node.role, node.name)))
}

fn middle(quad: &Value) -> Option<(f64, f64)> {
    let corners: Vec<f64> = quad.as_array()?.iter().filter_map(Value::as_f64).collect();
    match corners.as_slice() {
        [x1, y1, x2, y2, x3, y3, x4, y4] => Some(((x1 + x2 + x3 + x4) / 4.0, (y1 + y2 + y3 + y4) / 4.0)),
        _ => None,
    }
}
