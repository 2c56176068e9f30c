// Runs before the page's own scripts: keeps every peer connection that it has open, and adds up what they hear and send.
(() => {
    let connections = [];
    window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
        construct(native, given) {
            const connection = new native(...given);
            const open = connections.filter((kept) => kept.signalingState !== "closed");
            connections = [...open, connection];
            return connection;
        },
    });
    window.cordboardHeard = async () => {
        const heard = { connections: 0, packetsIn: 0, packetsOut: 0, energyIn: 0 };
        for (const connection of connections) {
            if (connection.signalingState === "closed") continue;
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
