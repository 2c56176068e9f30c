// A telephone by SIP.js: its SimpleUser, as its documentation sets one up.
import { SimpleUser } from "sip.js/lib/platform/web/index.js";

export const sipjs = async ({ url, number, password, domain }, loudspeaker, tell) => {
    const user = new SimpleUser(url, {
        aor: `sip:${number}@${domain}`,
        media: { constraints: { audio: true, video: false }, remote: { audio: loudspeaker } },
        userAgentOptions: { authorizationUsername: number, authorizationPassword: password, logLevel: "error" },
        delegate: {
            onCallReceived: () => tell("rings"),
            onCallAnswered: () => tell("talks"),
            onCallHangup: () => tell("over"),
            onCallHold: (held) => tell(held ? "holds" : "takes back"),
        },
    });
    await user.connect();
    const registered = new Promise((done) => { user.delegate.onRegistered = done; });
    await user.register();
    await registered;
    return {
        dial: (to) => user.call(`sip:${to}@${domain}`).then(() => true),
        answer: () => user.answer().then(() => true),
        hold: () => user.hold().then(() => true),
        resume: () => user.unhold().then(() => true),
        hangUp: () => user.hangup().then(() => true),
    };
};
