//! What a line does, message by message, told shortly and written out as a scenario for sipp.

/// A script; each function adds one step.
#[derive(Clone, Debug)]
pub struct Script {
    steps: String,
    /// How many steps there are; sipp makes branches of it.
    count: u32,
    /// The number of the last request that the line made in its dialog, and of its last INVITE.
    asked: u32,
    invited: u32,
    /// The step that made it.
    invited_at: u32,
}

/// The line's own description of its media, by which way it lets it flow.
fn media(flow: &str, version: u32) -> String {
    format!(
        "v=0\no=- 1 {version} IN IP4 [local_ip]\ns=-\nc=IN IP4 [local_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 8\n\
         a=rtpmap:8 PCMA/8000\na={flow}\n"
    )
}

/// The line as it is named in its requests and answers.
const LINE: &str = "<sip:[line]@pbx.test>";
const CONTACT: &str = "Contact: <sip:[line]@[local_ip]:[local_port];transport=[transport]>\n";

/// Keeps who is at the other side, from its side of the dialog.
fn keeping(header: &str) -> String {
    format!(
        "<action><ereg regexp=\".*\" search_in=\"hdr\" header=\"{header}:\" check_it=\"true\" \
         assign_to=\"remote\"/></action>"
    )
}

/// Keeps what a later answer to an INVITE is addressed by, after other messages came.
fn keeping_address() -> String {
    [
        ("From", 1, "remote"),
        ("Via", 1, "via1"),
        ("Via", 2, "via2"),
        ("Record-Route", 1, "route1"),
        ("Record-Route", 2, "route2"),
        ("To", 1, "called"),
        ("CSeq", 1, "cseq"),
    ]
    .map(|(header, occurrence, variable)| {
        format!(
            "<ereg regexp=\".*\" search_in=\"hdr\" header=\"{header}:\" occurrence=\"{occurrence}\" \
             check_it=\"false\" assign_to=\"{variable}\"/>"
        )
    })
    .concat()
}

impl Script {
    /// The line is called.
    pub fn called() -> Self {
        Self::called_with("")
    }

    /// The line is called, with this in the INVITE (a regular expression).
    pub fn called_with(text: &str) -> Self {
        let mut keep = keeping_address();
        if !text.is_empty() {
            keep.push_str(&format!(
                "<ereg regexp=\"{text}\" search_in=\"msg\" check_it=\"true\" assign_to=\"found\"/>"
            ));
        }
        let steps = format!("<recv request=\"INVITE\" rrs=\"true\"><action>{keep}</action></recv>\n");
        Self { steps, count: 1, asked: 0, invited: 0, invited_at: 0 }
    }

    /// The line is asked something that begins no call.
    pub fn asked(method: &str) -> Self {
        Self { steps: String::new(), count: 0, asked: 0, invited: 0, invited_at: 0 }.gets(method)
    }

    /// The line calls, with these lines of headers and with an offer.
    pub fn calls(headers: &str) -> Self {
        Self::calls_with(headers, "sendrecv")
    }

    /// The line calls without an offer.
    pub fn calls_without_offer(headers: &str) -> Self {
        Self::calls_with(headers, "")
    }

    fn calls_with(headers: &str, flow: &str) -> Self {
        let script = Self { steps: String::new(), count: 0, asked: 1, invited: 1, invited_at: 0 };
        script.sends(&format!(
            "INVITE sip:[service]@pbx.test SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n\
             Max-Forwards: 70\nFrom: {LINE};tag=[line]a[call_number]\nTo: <sip:[service]@pbx.test>\nCall-ID: [call_id]\n\
             CSeq: 1 INVITE\n{CONTACT}{headers}{}",
            body(flow, 1)
        ))
    }

    /// The line publishes something of the number that it calls (RFC 3903).
    pub fn publishes(event: &str, kind: &str, document: &str) -> Self {
        let script = Self { steps: String::new(), count: 0, asked: 1, invited: 1, invited_at: 0 };
        script.sends(&format!(
            "PUBLISH sip:[service]@pbx.test SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n\
             Max-Forwards: 70\nFrom: {LINE};tag=[line]a[call_number]\nTo: <sip:[service]@pbx.test>\n\
             Call-ID: [call_id]\nCSeq: 1 PUBLISH\nEvent: {event}\nExpires: 600\nContent-Type: {kind}\n\
             Content-Length: [len]\n\n{document}"
        ))
    }

    /// A request comes.
    pub fn gets(self, method: &str) -> Self {
        self.step(&format!("<recv request=\"{method}\"/>"))
    }

    /// A request comes with this in it (a regular expression).
    pub fn gets_with(self, method: &str, text: &str) -> Self {
        self.step(&format!(
            "<recv request=\"{method}\"><action><ereg regexp=\"{text}\" search_in=\"msg\" check_it=\"true\" \
             assign_to=\"found\"/></action></recv>"
        ))
    }

    /// The line answers what came last: with a status, lines of headers, and no body.
    pub fn answers(self, status: &str, headers: &str) -> Self {
        self.answers_with(status, headers, "")
    }

    /// The line answers what came last with a description of its media.
    pub fn answers_with(self, status: &str, headers: &str, flow: &str) -> Self {
        let version = self.asked + 1;
        self.sends(&format!(
            "SIP/2.0 {status}\n[last_Via:]\n[last_Record-Route:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n\
             [last_CSeq:]\n{CONTACT}{headers}{}",
            body(flow, version)
        ))
    }

    /// The line takes the call at once, over however many proxies it came.
    pub fn takes_call(self) -> Self {
        self.sends(&format!(
            "SIP/2.0 200 OK\n[last_Via:]\n[last_Record-Route:]\n[last_From:]\n[last_To:];tag=[line]a[call_number]\n\
             [last_Call-ID:]\n[last_CSeq:]\n{CONTACT}{}",
            body("sendrecv", 1)
        ))
    }

    /// The line is called again after it refused, with this in the INVITE (a regular expression).
    pub fn is_called_again(self, text: &str) -> Self {
        self.step(&format!(
            "<recv request=\"INVITE\" rrs=\"true\"><action>{}<ereg regexp=\"{text}\" search_in=\"msg\" \
             check_it=\"true\" assign_to=\"found\"/></action></recv>",
            keeping_address()
        ))
    }

    /// The line is sent a re-INVITE, to be answered later.
    pub fn is_reinvited(self) -> Self {
        self.step(&format!("<recv request=\"INVITE\"><action>{}</action></recv>", keeping_address()))
    }

    /// The line answers that re-INVITE, whatever came since.
    pub fn answers_reinvite(self, status: &str, flow: &str) -> Self {
        self.sends(&format!(
            "SIP/2.0 {status}\nVia:[$via1]\nVia:[$via2]\nFrom:[$remote]\nTo:[$called]\n[last_Call-ID:]\n\
             CSeq:[$cseq]\n{CONTACT}{}",
            body(flow, 2)
        ))
    }

    /// The line sends whoever calls it elsewhere.
    pub fn redirects(self, target: &str) -> Self {
        self.sends(&format!(
            "SIP/2.0 302 Moved Temporarily\nVia:[$via1]\nVia:[$via2]\nFrom:[$remote]\n\
             To:[$called];tag=[line]a[call_number]\n[last_Call-ID:]\nCSeq:[$cseq]\nContact: <{target}>\n\
             Content-Length: 0\n\n"
        ))
    }

    /// The line answers the INVITE that called it, whatever came since; all such answers have one tag.
    pub fn answers_call(self, status: &str, headers: &str, flow: &str) -> Self {
        self.sends(&format!(
            "SIP/2.0 {status}\nVia:[$via1]\nVia:[$via2]\nRecord-Route:[$route1]\nRecord-Route:[$route2]\n\
             From:[$remote]\nTo:[$called];tag=[line]a[call_number]\n[last_Call-ID:]\nCSeq:[$cseq]\n{CONTACT}{headers}{}",
            body(flow, 1)
        ))
    }

    /// The line asks something in its dialog, with lines of headers and perhaps a description of its media.
    pub fn asks(mut self, method: &str, headers: &str, flow: &str) -> Self {
        self.asked += 1;
        if method == "INVITE" {
            self.invited = self.asked;
            self.invited_at = self.count;
        }
        let number = self.asked;
        self.requests(method, number, headers, flow)
    }

    /// The line acknowledges the answer to its last INVITE, perhaps with an answer to what that offered.
    pub fn acknowledges(self, flow: &str) -> Self {
        let number = self.invited;
        self.requests("ACK", number, "", flow)
    }

    /// The line confirms a reliable provisional answer (RFC 3262).
    pub fn confirms(self) -> Self {
        let rack = format!("RAck: [$rseq] {} INVITE\n", self.invited);
        self.asks("PRACK", &rack, "")
    }

    fn requests(self, method: &str, number: u32, headers: &str, flow: &str) -> Self {
        self.sends(&format!(
            "{method} [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n\
             Max-Forwards: 70\n[routes]\nFrom: {LINE};tag=[line]a[call_number]\nTo:[$remote]\nCall-ID: [call_id]\n\
             CSeq: {number} {method}\n{CONTACT}{headers}{}",
            body(flow, number)
        ))
    }

    /// A status comes; 100 may come before it.
    pub fn hears(self, status: u16) -> Self {
        self.hears_with(status, "")
    }

    /// A status comes with this in it (a regular expression); 100 may come before it.
    pub fn hears_with(self, status: u16, text: &str) -> Self {
        let find = match text {
            "" => String::new(),
            text => format!(
                "<action><ereg regexp=\"{text}\" search_in=\"msg\" check_it=\"true\" assign_to=\"found\"/></action>"
            ),
        };
        self.hears_and(status, &find)
    }

    /// A status comes that tells who is at the other side; from now on the line can ask in that dialog.
    pub fn meets(self, status: u16) -> Self {
        self.hears_and(status, &keeping("To"))
    }

    /// As [`meets`](Self::meets), with a reliable provisional status.
    pub fn meets_reliably(self, status: u16) -> Self {
        let number = "<ereg regexp=\"[0-9]+\" search_in=\"hdr\" header=\"RSeq:\" check_it=\"true\" \
                      assign_to=\"rseq\"/></action>";
        self.hears_and(status, &keeping("To").replace("</action>", number))
    }

    fn hears_and(self, status: u16, action: &str) -> Self {
        self.step("<recv response=\"100\" optional=\"true\"/>")
            .step(&format!("<recv response=\"{status}\" rrs=\"true\">{action}</recv>"))
    }

    /// The line gives up its call.
    pub fn cancels(self) -> Self {
        self.cancels_with("")
    }

    /// The line gives up its call, with these lines of headers.
    pub fn cancels_with(self, headers: &str) -> Self {
        self.repeats("CANCEL", "To: <sip:[service]@pbx.test>\n", headers)
    }

    /// The line acknowledges that its last INVITE was refused.
    pub fn accepts_refusal(self) -> Self {
        self.repeats("ACK", "[last_To:]\n", "")
    }

    /// A request that belongs to the transaction of the last INVITE (RFC 3261 section 9.1, section 17.1.1.3).
    fn repeats(self, method: &str, to: &str, headers: &str) -> Self {
        let back = self.count - self.invited_at;
        let (number, first) = (self.invited, self.invited == 1);
        let (target, routes) =
            if first { ("sip:[service]@pbx.test", "") } else { ("[next_url]", "[routes]\n") };
        self.sends(&format!(
            "{method} {target} SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-{back}]\n\
             Max-Forwards: 70\n{routes}From: {LINE};tag=[line]a[call_number]\n{to}Call-ID: [call_id]\n\
             CSeq: {number} {method}\n{headers}Content-Length: 0\n\n"
        ))
    }

    /// The line does nothing for a while, so that the other side comes first.
    pub fn waits(self, milliseconds: u32) -> Self {
        self.step(&format!("<pause milliseconds=\"{milliseconds}\"/>"))
    }

    fn sends(self, message: &str) -> Self {
        self.step(&format!("<send><![CDATA[\n{message}]]></send>"))
    }

    fn step(mut self, element: &str) -> Self {
        self.steps.push_str(element);
        self.steps.push('\n');
        self.count += 1;
        self
    }

    /// The scenario as sipp reads it.
    pub(super) fn scenario(&self) -> String {
        // sipp takes a variable that is kept and not used for a mistake, and one that is not kept too.
        let kept = ["remote", "via1", "via2", "route1", "route2", "called", "cseq", "rseq", "found"];
        let kept = kept.into_iter().filter(|name| self.steps.contains(&format!("assign_to=\"{name}\"")));
        let kept = kept.collect::<Vec<_>>().join(",");
        let use_all = if kept.is_empty() { kept } else { format!("<Reference variables=\"{kept}\"/>\n") };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"line\">\n{}{use_all}</scenario>\n",
            self.steps
        )
    }
}

/// The end of a message: with a description of the line's media, or without a body.
fn body(flow: &str, version: u32) -> String {
    if flow.is_empty() {
        "Content-Length: 0\n\n".to_owned()
    } else {
        format!("Content-Type: application/sdp\nContent-Length: [len]\n\n{}", media(flow, version))
    }
}
