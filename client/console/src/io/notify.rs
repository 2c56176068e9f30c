//! Desktop notifications, shown only while the page is hidden: who looks at the console needs none.

use cordboard_desk::CallId;
use vecmap::VecMap;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// The notifications on the desktop, by call.
#[derive(Default)]
pub(crate) struct Notifier {
    shown: VecMap<CallId, Notification>,
}

impl Notifier {
    /// Shows `title` with `body` for a call that rings, if the page is hidden and the operator allows it.
    pub(crate) fn show(&mut self, call: CallId, title: &str, body: &str) {
        let hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|page| page.hidden());
        if !hidden || Notification::permission() != NotificationPermission::Granted {
            return;
        }
        let options = NotificationOptions::new();
        options.set_body(body);
        // The same call never stands there twice, whichever page shows it.
        options.set_tag(&format!("cordboard-call-{}", call.0));
        if let Ok(notification) = Notification::new_with_options(title, &options) {
            self.shown.insert(call, notification);
        }
    }

    /// Takes the call's notification away.
    pub(crate) fn take_away(&mut self, call: CallId) {
        if let Some(notification) = self.shown.remove(&call) {
            notification.close();
        }
    }
}

/// Asks the operator for permission; needs a gesture.
pub(crate) async fn ask_permission() {
    if let Ok(asked) = Notification::request_permission() {
        // The answer is read from `Notification::permission` when it matters.
        let _ = JsFuture::from(asked).await;
    }
}
