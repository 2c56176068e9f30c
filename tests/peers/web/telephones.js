// Telephones by the two JavaScript stacks, with the same face: each act is a function, what happens is told in a list.
import { jssip } from "./jssip.js";
import { sipjs } from "./sipjs.js";

const stacks = { JsSIP: jssip, "SIP.js": sipjs };
const told = [];

window.telephone = {
    told,
    /** Registers; then `telephone` can also dial, answer, hold, resume and hang up. */
    async start(stack, account) {
        const loudspeaker = document.querySelector("audio");
        const tell = (what) => told.push(what);
        Object.assign(window.telephone, await stacks[stack](account, loudspeaker, tell));
        return true;
    },
};
