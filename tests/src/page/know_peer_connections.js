// Runs before the page's own scripts: knows every peer connection that it has open, and adds up what they hear and send.
// Holds on to none: whether the page lets go of them is a question, too.
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
