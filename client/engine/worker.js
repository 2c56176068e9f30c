// Starts the engine. Pages that knock before the wasm has loaded wait here: a connect event that
// nobody listens to is lost for ever.
self.waiting = [];
self.onconnect = (event) => self.waiting.push(event.ports[0]);
// A wasm that has trapped answers nothing any more. Close, and so let go of the lock that says that
// an engine lives: the pages then start another one, which takes up what this one saved.
const trapped = (reason) => reason instanceof WebAssembly.RuntimeError && self.close();
self.addEventListener("error", (event) => trapped(event.error));
self.addEventListener("unhandledrejection", (event) => trapped(event.reason));
importScripts("./cordboard-engine.js");
wasm_bindgen({ module_or_path: "./cordboard-engine_bg.wasm" });
