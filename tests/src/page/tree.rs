//! The accessibility tree: what a screen reader would hear.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

/// One thing on the page as an assistive technology knows it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) value: String,
    /// States such as `pressed`, `disabled`, `expanded`, as the browser words them.
    pub(crate) states: BTreeMap<String, String>,
    /// The element it stands for; text that CSS makes has none.
    pub(crate) element: Option<u64>,
    /// Layout only: a screen reader passes over it, but not over what is in it.
    ignored: bool,
    children: Vec<String>,
}

/// A page at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    nodes: BTreeMap<String, Node>,
    root: String,
}

impl Tree {
    /// Reads the answer of `Accessibility.getFullAXTree`.
    pub(crate) fn read(nodes: &Value) -> Self {
        let listed = nodes.as_array().into_iter().flatten();
        let root = listed.clone().next().map(|node| text(&node["nodeId"])).unwrap_or_default();
        let nodes = listed.map(|node| (text(&node["nodeId"]), Node::read(node))).collect();
        Self { nodes, root }
    }

    /// The root of all.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// All that lies below a node, in reading order, without what is passed over.
    pub(crate) fn below(&self, id: &str) -> Vec<(&str, &Node)> {
        let mut found = Vec::new();
        self.collect(id, &mut found);
        found
    }

    fn collect<'tree>(&'tree self, id: &str, found: &mut Vec<(&'tree str, &'tree Node)>) {
        for child in self.nodes.get(id).into_iter().flat_map(|node| &node.children) {
            if let Some((id, node)) = self.nodes.get_key_value(child) {
                if !node.ignored {
                    found.push((id, node));
                }
                self.collect(id, found);
            }
        }
    }

    /// The whole page as text, one thing a line, indented.
    pub(crate) fn spoken(&self) -> String {
        let mut text = String::new();
        self.speak(&self.root, 0, &mut text);
        text
    }

    fn speak(&self, id: &str, depth: usize, text: &mut String) {
        let Some(node) = self.nodes.get(id) else { return };
        // Inline text boxes repeat their text; generic boxes say nothing.
        let silent =
            node.ignored || node.role == "InlineTextBox" || (node.role == "generic" && node.name.is_empty());
        if !silent {
            let states: Vec<String> =
                node.states.iter().map(|(state, value)| format!("{state}={value}")).collect();
            let parts = [&node.value, &node.description, &states.join(" ")];
            let rest = parts.into_iter().filter(|part| !part.is_empty()).map(|part| format!(" · {part}"));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:depth$}{} “{}”{}", "", node.role, node.name, rest.collect::<String>());
        }
        for child in &node.children {
            self.speak(child, depth + usize::from(!silent), text);
        }
    }
}

impl Node {
    fn read(node: &Value) -> Self {
        let states = node["properties"].as_array().into_iter().flatten();
        let states = states.filter_map(|state| {
            let name = state["name"].as_str().filter(|name| STATES.contains(name))?;
            let value = text(&state["value"]["value"]);
            // What is not so is not worth saying.
            let is_so = !matches!(value.as_str(), "" | "false");
            is_so.then(|| (name.to_owned(), value))
        });
        Self {
            role: text(&node["role"]["value"]),
            name: text(&node["name"]["value"]),
            description: text(&node["description"]["value"]),
            value: text(&node["value"]["value"]),
            states: states.collect(),
            element: node["backendDOMNodeId"].as_u64(),
            ignored: node["ignored"].as_bool().unwrap_or_default(),
            children: node["childIds"].as_array().into_iter().flatten().map(text).collect(),
        }
    }
}

/// The states that a story may ask about.
const STATES: [&str; 11] = [
    "busy", "checked", "disabled", "expanded", "focused", "hasPopup", "invalid", "live", "modal", "pressed",
    "selected",
];

fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_null() => String::new(),
        None => value.to_string(),
    }
}
