//! A console's SIP, as small as it can be: it sends what it is told, and hands out what comes.

use std::collections::VecDeque;

use cordboard_practice::Exchange;
use futures_util::{SinkExt, StreamExt};
use md5::{Digest, Md5};
use rsip::headers::UntypedHeader;
use rsip::message::{HasHeaders, HeadersExt};
use rsip::{Header, Method, Request, Response, SipMessage};
use sha2::Sha256;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::SOON;

pub(crate) struct Phone {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    inbox: VecDeque<SipMessage>,
    user: String,
    instance: u32,
    sequence: u32,
}

/// A call, as the phone has to know it to speak within it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) call_id: String,
    pub(crate) local: String,
    pub(crate) remote: String,
    target: String,
}

impl Phone {
    /// Connects; `instance` tells the consoles of one operator apart.
    pub(crate) async fn connect(exchange: &Exchange, user: &str, instance: u32) -> Self {
        let mut request = exchange.url().into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse().unwrap());
        let (socket, _) = connect_async(request).await.unwrap();
        Self { socket, inbox: VecDeque::new(), user: user.into(), instance, sequence: 0 }
    }

    /// Connects and registers with the password that the tests give everybody.
    pub(crate) async fn registered(exchange: &Exchange, user: &str, instance: u32) -> Self {
        let mut phone = Self::connect(exchange, user, instance).await;
        assert_eq!(phone.register(&format!("{user}'s"), "SHA-256", 300).await.status_code.code(), 200);
        phone
    }

    /// REGISTER, and again with the answer to the challenge for `algorithm`.
    pub(crate) async fn register(&mut self, password: &str, algorithm: &str, expires: u32) -> Response {
        self.send_register(expires, "").await;
        let challenge = self.response(Method::Register).await;
        assert_eq!(challenge.status_code.code(), 401);
        let credentials =
            credentials(&self.user, password, &challenge, algorithm, "REGISTER:sip:practice.invalid");
        self.send_register(expires, &format!("Authorization: {credentials}\r\n")).await;
        self.response(Method::Register).await
    }

    async fn send_register(&mut self, expires: u32, credentials: &str) {
        self.sequence += 1;
        let (user, instance, sequence) = (&self.user, self.instance, self.sequence);
        let text = format!(
            "REGISTER sip:practice.invalid SIP/2.0\r\nVia: SIP/2.0/WS t.invalid;branch=z9hG4bKr{user}{instance}x{sequence}\r\n\
             From: <sip:{user}@practice.invalid>;tag=r{instance}\r\nTo: <sip:{user}@practice.invalid>\r\nCall-ID: reg-{user}-{instance}\r\n\
             CSeq: {sequence} REGISTER\r\nMax-Forwards: 70\r\nContact: {};reg-id=1;+sip.instance=\"<urn:uuid:{instance}>\";expires={expires}\r\n\
             {credentials}Content-Length: 0\r\n\r\n",
            self.contact()
        );
        self.send(text).await;
    }

    pub(crate) fn contact(&self) -> String {
        format!("<sip:{}{}@t.invalid;transport=ws>", self.user, self.instance)
    }

    /// A new call, by INVITE.
    pub(crate) async fn invite(&mut self, number: &str, offer: &str) -> Call {
        self.sequence += 1;
        let call = Call {
            call_id: format!("{}-{}-{}", self.user, self.instance, self.sequence),
            local: format!("<sip:{}@practice.invalid>;tag=l{}", self.user, self.sequence),
            remote: format!("<sip:{number}@practice.invalid>"),
            target: format!("sip:{number}@practice.invalid"),
        };
        self.request(&call, Method::Invite, "", "application/sdp", offer).await;
        call
    }

    /// Waits for the answer to an INVITE; on success the call is acknowledged.
    pub(crate) async fn outcome(&mut self, call: &mut Call) -> Response {
        let response = self.response(Method::Invite).await;
        call.remote = response.to_header().unwrap().value().to_owned();
        if response.status_code.code() < 300 {
            call.target = target(&response);
        }
        let body = String::new();
        self.acknowledge(call, &response, &body).await;
        response
    }

    /// ACK, with the number of the INVITE; the branch matters only to refusals.
    pub(crate) async fn acknowledge(&mut self, call: &Call, response: &Response, sdp: &str) {
        let sequence = response.cseq_header().unwrap().value().split(' ').next().unwrap().to_owned();
        let via = response.via_header().unwrap().value().to_owned();
        let text = message(
            &format!("ACK {} SIP/2.0", call.target),
            &via,
            call,
            &format!("{sequence} ACK"),
            "",
            ("application/sdp", sdp),
        );
        self.send(text).await;
    }

    /// Sends a request within a call, or one that opens it.
    pub(crate) async fn request(&mut self, call: &Call, method: Method, extra: &str, kind: &str, body: &str) {
        self.sequence += 1;
        let sequence = self.sequence;
        let via = format!("SIP/2.0/WS t.invalid;branch=z9hG4bK{}{}x{sequence}", self.user, self.instance);
        let extra = format!("{extra}Contact: {}\r\n", self.contact());
        let text = message(
            &format!("{method} {} SIP/2.0", call.target),
            &via,
            call,
            &format!("{sequence} {method}"),
            &extra,
            (kind, body),
        );
        self.send(text).await;
    }

    /// CANCEL of the last request.
    pub(crate) async fn cancel(&mut self, call: &Call) {
        let sequence = self.sequence;
        let via = format!("SIP/2.0/WS t.invalid;branch=z9hG4bK{}{}x{sequence}", self.user, self.instance);
        let text = message(
            &format!("CANCEL {} SIP/2.0", call.target),
            &via,
            call,
            &format!("{sequence} CANCEL"),
            "",
            ("", ""),
        );
        self.send(text).await;
    }

    /// Sends a re-INVITE, and acknowledges its answer.
    pub(crate) async fn reinvite(&mut self, call: &mut Call, offer: &str) -> Response {
        self.request(call, Method::Invite, "", "application/sdp", offer).await;
        self.outcome(call).await
    }

    /// Goes on counting requests from a higher number.
    pub(crate) fn skip(&mut self, numbers: u32) {
        self.sequence += numbers;
    }

    /// Ends a call.
    pub(crate) async fn bye(&mut self, call: &Call) {
        self.request(call, Method::Bye, "", "", "").await;
        assert_eq!(self.response(Method::Bye).await.status_code.code(), 200);
    }

    /// Answers a request. `call` is what is known of the call from then on.
    pub(crate) async fn reply(&mut self, request: &Request, status: u16, sdp: &str) -> Call {
        let to = request.to_header().unwrap().value().to_owned();
        let local =
            if to.contains("tag=") { to } else { format!("{to};tag=t{}{}", self.user, self.instance) };
        let call = Call {
            call_id: request.call_id_header().unwrap().value().to_owned(),
            local: local.clone(),
            remote: request.from_header().unwrap().value().to_owned(),
            target: request.contact_header().map(|_| target(request)).unwrap_or_default(),
        };
        let swapped = Call { local: call.remote.clone(), remote: local, ..call.clone() };
        let via = request.via_header().unwrap().value().to_owned();
        let cseq = request.cseq_header().unwrap().value().to_owned();
        let contact = format!("Contact: {}\r\n", self.contact());
        let text = message(
            &format!("SIP/2.0 {status} Whatever"),
            &via,
            &swapped,
            &cseq,
            &contact,
            ("application/sdp", sdp),
        );
        self.send(text).await;
        call
    }

    pub(crate) async fn send(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next raw frame; `None` when the exchange has closed the connection.
    pub(crate) async fn frame(&mut self) -> Option<String> {
        match timeout(SOON, self.socket.next()).await.expect("a frame came")? {
            Ok(Message::Text(text)) => Some(text.to_string()),
            Ok(_) | Err(_) => None,
        }
    }

    /// The final answer to the last request with this method.
    pub(crate) async fn response(&mut self, method: Method) -> Response {
        let wanted = format!("{} {method}", self.sequence);
        loop {
            let response = self.any_response(method).await;
            let same = response.cseq_header().unwrap().value() == wanted || method == Method::Cancel;
            if response.status_code.code() >= 200 && same {
                return response;
            }
        }
    }

    /// The next answer to a request with this method, provisional ones too.
    pub(crate) async fn any_response(&mut self, method: Method) -> Response {
        loop {
            let place = self.inbox.iter().position(|message| match message {
                SipMessage::Response(response) => {
                    response.cseq_header().unwrap().value().ends_with(&method.to_string())
                }
                SipMessage::Request(_) => false,
            });
            match place.and_then(|place| self.inbox.remove(place)) {
                Some(SipMessage::Response(response)) => return response,
                Some(SipMessage::Request(_)) | None => self.receive().await,
            }
        }
    }

    /// The next request with this method.
    pub(crate) async fn incoming(&mut self, method: Method) -> Request {
        loop {
            let place = self.inbox.iter().position(|message| match message {
                SipMessage::Request(request) => request.method == method,
                SipMessage::Response(_) => false,
            });
            match place.and_then(|place| self.inbox.remove(place)) {
                Some(SipMessage::Request(request)) => return request,
                Some(SipMessage::Response(_)) | None => self.receive().await,
            }
        }
    }

    async fn receive(&mut self) {
        let frame = self.frame().await.expect("the connection stands");
        self.inbox.push_back(SipMessage::try_from(frame.as_str()).unwrap());
    }
}

/// The value of a header that rsip has no type for.
pub(crate) fn other(message: &impl HasHeaders, name: &str) -> String {
    message
        .headers()
        .iter()
        .find_map(|header| {
            if let Header::Other(other, value) = header {
                (other == name).then(|| value.clone())
            } else {
                None
            }
        })
        .unwrap_or_default()
}

/// The body as text.
pub(crate) fn body(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn target(message: &impl HeadersExt) -> String {
    let contact = message.contact_header().unwrap().value().to_owned();
    contact.split('<').nth(1).unwrap().split('>').next().unwrap().to_owned()
}

fn message(
    start: &str,
    via: &str,
    call: &Call,
    cseq: &str,
    extra: &str,
    (kind, body): (&str, &str),
) -> String {
    let Call { call_id, local, remote, .. } = call;
    let length = body.len();
    let kind = if body.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    format!(
        "{start}\r\nVia: {via}\r\nMax-Forwards: 70\r\nFrom: {local}\r\nTo: {remote}\r\nCall-ID: {call_id}\r\nCSeq: {cseq}\r\n\
         {extra}{kind}Content-Length: {length}\r\n\r\n{body}"
    )
}

/// The answer to a challenge, for the `deed` that is method and URI.
pub(crate) fn credentials(
    user: &str,
    password: &str,
    challenge: &Response,
    algorithm: &str,
    deed: &str,
) -> String {
    let challenge = challenge.to_string();
    let wanted = format!("algorithm={algorithm},");
    let offered = challenge.lines().find(|line| line.contains(&wanted)).expect("the hash is offered");
    let nonce = offered.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
    let hash = |text: String| -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if algorithm == "MD5" { hex(&Md5::digest(text)) } else { hex(&Sha256::digest(text)) }
    };
    let who = hash(format!("{user}:practice.invalid:{password}"));
    let what = hash(deed.into());
    let response = hash(format!("{who}:{nonce}:00000001:abc:auth:{what}"));
    let uri = deed.split_once(':').unwrap().1;
    format!(
        "Digest username=\"{user}\", realm=\"practice.invalid\", nonce=\"{nonce}\", uri=\"{uri}\", \
         response=\"{response}\", algorithm={algorithm}, qop=auth, nc=00000001, cnonce=\"abc\""
    )
}
