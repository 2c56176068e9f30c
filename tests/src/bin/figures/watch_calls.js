// Runs before the console: notes when the engine's messages arrive, and when a call that rings has been painted.
(() => {
    const ROW = '[role=grid][aria-label="Incoming calls"] [role=row][aria-label^="Ringing, "]';
    // Times of page and worker are compared, so they are counted from the same moment.
    const now = () => performance.timeOrigin + performance.now();
    let messages = [];
    let frames = [];

    /** Notes every frame: scripts run before it is drawn, so that what a message changed is in the next one or late. */
    const draw = () => {
        frames.push(now());
        requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);

    self.SharedWorker = class extends self.SharedWorker {
        constructor(...given) {
            super(...given);
            this.port.addEventListener("message", () => messages.push(now()));
        }
    };

    /** Waits until the list of incoming calls does, or does not, hold a call that rings. */
    const until = (rings) =>
        new Promise((tell) => {
            const look = () => {
                if ((document.querySelector(ROW) !== null) !== rings) return;
                observer.disconnect();
                tell(now());
            };
            const observer = new MutationObserver(look);
            const watched = { attributeFilter: ["aria-label"], childList: true, subtree: true };
            observer.observe(document.body, watched);
            look();
        });

    /** A message of one's own is delivered after the frame that it was sent in has been painted. */
    const painted = () =>
        new Promise((tell) => {
            requestAnimationFrame(() => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => tell(now());
                port2.postMessage(null);
            });
        });

    window.nextCall = async () => {
        messages = [];
        frames = [];
        const shown = await until(true);
        return { shown, painted: await painted(), messages, frames };
    };
    window.noCall = () => until(false);
})();
