// The same work by the two JavaScript stacks: one message parsed, and the same headers read into their types.
import JsSipParser from "jssip/lib/Parser.js";
import { Parser as SipJsParser } from "sip.js/lib/core/messages/parser.js";

const silent = { debug() {}, log() {}, warn() {}, error() {} };

/** Reads each value of each header into its type, and gives how many there were. */
const readAll = (message, names) => {
    let values = 0;
    for (const name of names) {
        const count = message.getHeaders(name).length;
        for (let index = 0; index < count; index += 1) {
            if (message.parseHeader(name, index) !== undefined) values += 1;
        }
    }
    return values;
};

// What a call needs, where the stack has a grammar for it; the rest is taken as text.
const typed = ["via", "from", "to", "contact", "record-route", "cseq", "max-forwards", "content-type"];
const plain = ["call-id", "supported", "allow"];

const read = (message) => {
    if (!message) return 0;
    let values = readAll(message, typed);
    for (const name of plain) values += message.getHeaders(name).join(",").split(",").length;
    return values;
};

const rate = (parse) => (text, milliseconds) => {
    if (read(parse(text)) === 0) return 0;
    const began = Date.now();
    let messages = 0;
    for (;;) {
        for (let turn = 0; turn < 20; turn += 1) read(parse(text));
        messages += 20;
        const passed = Date.now() - began;
        if (passed >= milliseconds) return (messages * 1000) / passed;
    }
};

window.peerRates = {
    "JsSIP": rate((text) => JsSipParser.parseMessage(text, {})),
    "SIP.js": rate((text) => SipJsParser.parseMessage(text, silent)),
};
