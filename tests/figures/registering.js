// JsSIP as a whole user agent that registers and leaves again and again, with a registrar in memory that grants everything.
import JsSIP from "jssip";

const kept = ["Via:", "From:", "To:", "Call-ID:", "CSeq:", "Contact:"];

/** The answer to a REGISTER: made from its text, since the registrar is not what is measured. */
const registrar = (request) => {
    let answer = "SIP/2.0 200 OK\r\n";
    for (const line of request.split("\r\n")) {
        if (!kept.some((name) => line.startsWith(name))) continue;
        answer += line + (line.startsWith("To:") ? ";tag=registrar\r\n" : "\r\n");
    }
    return answer + "Content-Length: 0\r\n\r\n";
};

/** A socket that leads nowhere: what was sent waits to be answered. */
class Wire {
    url = "ws://pbx.example";
    via_transport = "WS";
    sip_uri = "sip:pbx.example;transport=ws";
    sent = [];
    connect() { this.onconnect(); }
    disconnect() {}
    isConnected() { return true; }
    isConnecting() { return false; }
    send(text) { this.sent.push(text); return true; }
}

/** How often a second it registers or leaves, one REGISTER and its answer each time; 0 when one fails. */
window.jssipRegisterRate = (milliseconds) => {
    const wire = new Wire();
    const agent = new JsSIP.UA({
        sockets: [wire], uri: "sip:front@pbx.example", password: "secret", display_name: "Front Desk", register: false,
    });
    let told = 0;
    agent.on("registered", () => { told += 1; });
    agent.on("unregistered", () => { told += 1; });
    agent.start();
    let done = 0;
    const registerOrLeave = () => {
        if (done % 2 === 0) agent.register(); else agent.unregister();
        done += 1;
        for (const request of wire.sent.splice(0)) wire.ondata(registrar(request));
        return told === done;
    };
    const began = Date.now();
    for (;;) {
        for (let turn = 0; turn < 20; turn += 1) if (!registerOrLeave()) return 0;
        const passed = Date.now() - began;
        if (passed >= milliseconds) return (done * 1000) / passed;
    }
};
