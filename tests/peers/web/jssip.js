// A telephone by JsSIP, as its documentation sets one up.
import JsSIP from "jssip";

const media = { mediaConstraints: { audio: true, video: false } };

export const jssip = ({ url, number, password, domain }, loudspeaker, tell) => {
    const agent = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(url)],
        uri: `sip:${number}@${domain}`,
        password,
    });
    let session;
    const play = (connection) => {
        // The far end need not say which stream its track belongs to.
        connection.addEventListener("track", ({ track }) => { loudspeaker.srcObject = new MediaStream([track]); });
    };
    agent.on("newRTCSession", ({ originator, session: begun }) => {
        session = begun;
        if (originator === "remote") tell("rings");
        session.on("peerconnection", ({ peerconnection }) => play(peerconnection));
        if (session.connection) play(session.connection);
        session.on("progress", ({ originator: by }) => { if (by === "remote") tell("early"); });
        session.on("confirmed", () => tell("talks"));
        session.on("hold", ({ originator: by }) => tell(by === "remote" ? "held" : "holds"));
        session.on("unhold", ({ originator: by }) => tell(by === "remote" ? "taken back" : "takes back"));
        session.on("ended", () => tell("over"));
        session.on("failed", ({ cause }) => tell(`failed: ${cause}`));
    });
    return new Promise((done, failed) => {
        agent.on("registered", () => done({
            dial: (to) => { agent.call(`sip:${to}@${domain}`, media); return true; },
            answer: () => { session.answer(media); return true; },
            hold: () => session.hold(),
            resume: () => session.unhold(),
            hangUp: () => { session.terminate(); return true; },
        }));
        agent.on("registrationFailed", ({ cause }) => failed(new Error(cause)));
        agent.start();
    });
};
