//! Typed ids: never a string, an index or a reference kept across a step.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);
    };
}

id!(/** A call on the operator's lists. Never used twice in a shift. */ CallId);
id!(/** The media of one SIP session: one RTCPeerConnection in the page. */ LegId);
id!(/** A page (tab or window) that is open on this engine. */ PageId);
id!(/** A call in the log. Never used twice in a browser profile. */ LogId);
id!(/** A notice on the screen. */ NoticeId);
id!(/** A phone that is watched. */ PhoneId);
