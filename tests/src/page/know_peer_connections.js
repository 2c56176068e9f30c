// Runs before the page's own scripts: knows every peer connection that it has open, and adds up what they hear and send;
// knows every microphone that it has opened. Holds on to none: whether the page lets go of them is a question, too.
(() => {
    let connections = [];
    const open = () =>
        connections.map((known) => known.deref()).filter((known) => known && known.signalingState !== "closed");
    window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
        construct(native, given) {
            const connection = new native(...given);
            connections = [...open(), connection].map((known) => new WeakRef(known));
            return connection;
        },
    });
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    let microphones = [];
    devices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        microphones.push(...stream.getAudioTracks().map((track) => new WeakRef(track)));
        return stream;
    };
    const live = () => microphones.map((known) => known.deref()).filter((track) => track?.readyState === "live");
    window.cordboardMicrophones = () => live().length;
    // The device goes away, and the browser takes for ever to open another one.
    window.cordboardUnplug = () => {
        devices.getUserMedia = () => new Promise(() => {});
        live().forEach((track) => track.dispatchEvent(new Event("ended")));
    };
    window.cordboardHeard = async () => {
        const heard = { connections: 0, packetsIn: 0, packetsOut: 0, energyIn: 0 };
        for (const connection of open()) {
            heard.connections += 1;
            for (const report of (await connection.getStats()).values()) {
                if (report.type === "inbound-rtp") {
                    heard.packetsIn += report.packetsReceived ?? 0;
                    heard.energyIn += report.totalAudioEnergy ?? 0;
                }
                if (report.type === "outbound-rtp") heard.packetsOut += report.packetsSent ?? 0;
            }
        }
        return heard;
    };
})();
