// A telephone by JsSIP, as its README sets one up; notes when it tells its page of a call, and how many are over.
import JsSIP from "jssip";

window.jssipCalls = { told: [], over: 0 };

let registered;

/** Registers once, however often it is asked. */
window.jssipRegistered = (url, uri, password) => {
    registered ??= new Promise((done, failed) => {
        const agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri, password });
        agent.on("newRTCSession", ({ session }) => {
            window.jssipCalls.told.push(performance.timeOrigin + performance.now());
            session.on("failed", () => { window.jssipCalls.over += 1; });
        });
        agent.on("registered", () => done(true));
        agent.on("registrationFailed", ({ cause }) => failed(new Error(cause)));
        agent.start();
    });
    return registered;
};
