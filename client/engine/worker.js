// Starts the engine. Pages that knock before the wasm has loaded wait here: a connect event that
// nobody listens to is lost for ever.
self.waiting = [];
self.onconnect = (event) => self.waiting.push(event.ports[0]);
importScripts("./cordboard-engine.js");
wasm_bindgen({ module_or_path: "./cordboard-engine_bg.wasm" });
