// Runs before whatever opens the WebSocket, page or worker: notes when each INVITE reaches it, before anybody else sees it.
(() => {
    const arrived = [];
    self.invites = arrived;
    const asText = (data) => (typeof data === "string" ? data : new TextDecoder().decode(data));
    self.WebSocket = class extends self.WebSocket {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", ({ data }) => {
                const now = performance.timeOrigin + performance.now();
                if (asText(data).startsWith("INVITE ")) arrived.push(now);
            });
        }
    };
})();
