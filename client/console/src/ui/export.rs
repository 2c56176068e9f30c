//! Hands a file that the engine has written to the browser's own download.

use leptos::html;
use leptos::prelude::*;

use crate::board::Board;

/// Downloads each exported file as it comes.
#[component]
pub(super) fn Exports() -> impl IntoView {
    let board: Board = expect_context();
    let link = NodeRef::<html::A>::new();
    Effect::new(move || {
        let (Some(file), Some(link)) = (board.exported.get(), link.get()) else { return };
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(file.content.as_slice()).into());
        let kind = web_sys::BlobPropertyBag::new();
        kind.set_type(file.media_type);
        let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &kind) else { return };
        let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
        link.set_href(&address);
        link.set_download(&file.name);
        link.click();
        // The browser has taken the file when the click returns.
        let _ = web_sys::Url::revoke_object_url(&address);
        board.exported.set(None);
    });
    view! { <a node_ref=link hidden></a> }
}
