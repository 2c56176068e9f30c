//! P4: one message parsed, with all headers that a call needs read into their types.

use std::hint::black_box;

use cordboard_message::header::HeaderError;
use cordboard_message::{Frame, Headers, Message, parse};

/// Everything that handling a call asks for, each read into its type; gives how many values the lists held.
fn read_all(headers: &Headers) -> Result<usize, HeaderError> {
    let vias = headers.vias()?;
    let from = headers.from()?;
    let to = headers.to()?;
    let call_id = headers.call_id()?;
    let cseq = headers.cseq()?;
    let contacts = headers.contacts()?;
    let routes = headers.record_routes()?;
    let hops = headers.max_forwards()?;
    let asserted = headers.p_asserted_identity()?;
    let session = headers.session_expires()?;
    let media = headers.content_type()?;
    let extensions = headers.supported().count() + headers.allow().count();
    black_box((&from, &to, call_id, &cseq, hops, session, &media));
    Ok(vias.len() + contacts.len() + routes.len() + asserted.len() + extensions)
}

fn read(frame: &[u8]) -> Option<usize> {
    match parse(black_box(frame)) {
        Ok(Frame::Message(Message::Request(request))) => read_all(&request.headers).ok(),
        Ok(Frame::Message(Message::Response(_)) | Frame::Ping | Frame::Pong) | Err(_) => None,
    }
}

/// Parses it once; false when it is refused.
pub fn parses(frame: &[u8]) -> bool {
    black_box(read(frame)).is_some()
}
