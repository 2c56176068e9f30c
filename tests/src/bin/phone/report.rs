//! One line of JSON for everything that happens.

use std::time::{SystemTime, UNIX_EPOCH};

use cordboard_sip::Event;
use serde_json::{Map, Value, json};

/// Prints what one telephone tells: `{"at": …, "phone": 3, "event": "Progress", "session": 1, "status": 180, …}`.
#[allow(clippy::wildcard_enum_match_arm, reason = "JSON has no more kinds of values to come")]
pub(crate) fn event(phone: u32, event: &Event) {
    // An event has a name, and what it holds: fields, a state of its own, or nothing.
    match serde_json::to_value(event) {
        Ok(Value::Object(named)) => {
            for (name, held) in named {
                match held {
                    Value::Object(fields) => line(Some(phone), &name, fields),
                    state => line(Some(phone), &name, Map::from_iter([("state".to_owned(), state)])),
                }
            }
        }
        Ok(name) => line(Some(phone), name.as_str().unwrap_or_default(), Map::new()),
        Err(problem) => said(phone, "Unprintable", &json!({ "problem": problem.to_string() })),
    }
}

/// Prints something that is no event of the user agent.
pub(crate) fn said(phone: u32, name: &str, fields: &Value) {
    line(Some(phone), name, fields.as_object().cloned().unwrap_or_default());
}

/// Prints that an order was not understood.
pub(crate) fn refused(order: &str, why: &str) {
    let fields = json!({ "order": order, "why": why });
    line(None, "Refused", fields.as_object().cloned().unwrap_or_default());
}

fn line(phone: Option<u32>, name: &str, mut fields: Map<String, Value>) {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    fields.insert("at".to_owned(), json!(at.as_secs_f64()));
    fields.insert("event".to_owned(), json!(name));
    if let Some(phone) = phone {
        fields.insert("phone".to_owned(), json!(phone));
    }
    println!("{}", Value::Object(fields));
}
