//! The port to the engine in its SharedWorker, and the next one when an engine is gone.
//!
//! One task owns the port. An engine that dies lets its lock go; every page waits for that, and the first to ask makes
//! the browser start another engine, which takes up what the one before had saved.

use cordboard_desk::protocol::{self, FromEngine, ToEngine, Unreadable};
use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, MessagePort, SharedWorker, WorkerOptions};

use super::ffi::{LastingWorkerOptions, LockingNavigator};
use super::wait;

/// The file that starts the engine; it has no hash in its name since every page must find the same worker.
const SCRIPT: &str = "worker.js";
/// One engine per browser profile.
const NAME: &str = "cordboard-engine";
/// How long an engine may take to answer hello before another one is asked for, milliseconds. The engine answers when
/// the relay has: a page that has seen one engine die need not wait longer than for a slow relay.
const PATIENCE: i32 = 5000;

/// The way to the engine. Cheap to clone; every clone leads to the same task.
#[derive(Clone)]
pub(crate) struct Port {
    tell: UnboundedSender<Told>,
}

/// Why the engine cannot be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EngineLoss {
    /// The browser has no SharedWorker or refuses it.
    NoWorker,
    /// An engine of an older version still runs, since a call is up in another tab. It ends with the last call.
    OlderEngine,
    /// The engine is of a newer version: this page is to be loaded again.
    NewerEngine,
    /// The engine said something that its own version does not know.
    Garbled,
}

/// What the task is told.
enum Told {
    /// Say this to the engine.
    Say(ToEngine),
    /// Say this to the engine, and hand it a file's bytes.
    Hand(ToEngine, ArrayBuffer),
    /// This page's lock is held: the engine may know of the page.
    Locked,
    /// The engine said this.
    Heard(Vec<u8>),
    /// No engine lives any more.
    EngineGone,
    /// The engine that was asked for so many connections ago has had its time.
    Overdue(u32),
}

impl Port {
    /// Sends one message. While one engine is gone and the next is not there it is lost, like the engine.
    pub(crate) fn send(&self, message: ToEngine) {
        // The task lives as long as the page.
        let _ = self.tell.unbounded_send(Told::Say(message));
    }

    /// Sends one message with a file's bytes beside it, which are the engine's from then on.
    pub(crate) fn hand(&self, message: ToEngine, file: ArrayBuffer) {
        let _ = self.tell.unbounded_send(Told::Hand(message, file));
    }
}

/// Connects to the engine, starting it if no other page has, and says hello.
///
/// # Errors
///
/// [`EngineLoss::NoWorker`] if the browser will not start a SharedWorker.
pub(crate) fn connect(on: impl Fn(Result<FromEngine, EngineLoss>) + 'static) -> Result<Port, EngineLoss> {
    let (tell, told) = mpsc::unbounded();
    let keeper = Keeper {
        on: Box::new(on),
        line: Line::open(&tell)?,
        tell: tell.clone(),
        lock: format!("cordboard-page-{}-{}", js_sys::Date::now(), js_sys::Math::random()),
        locked: false,
        heard: false,
        connections: 0,
    };
    take_lock(&keeper.lock, tell.clone());
    say_goodbye(Port { tell: tell.clone() });
    spawn_local(keeper.run(told));
    Ok(Port { tell })
}

/// One connection to one engine.
struct Line {
    port: MessagePort,
    // Kept alive for as long as the port calls it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Line {
    fn open(tell: &UnboundedSender<Told>) -> Result<Self, EngineLoss> {
        let options = WorkerOptions::new();
        options.set_name(NAME);
        options.unchecked_ref::<LastingWorkerOptions>().set_extended_lifetime(true);
        let worker =
            SharedWorker::new_with_worker_options(SCRIPT, &options).map_err(|_| EngineLoss::NoWorker)?;
        let port = worker.port();
        let tell = tell.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = event.data().dyn_into::<Uint8Array>().map(|data| data.to_vec()).unwrap_or_default();
            let _ = tell.unbounded_send(Told::Heard(bytes));
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { port, _on_message: on_message })
    }

    fn send(&self, message: &ToEngine) {
        let bytes = Uint8Array::from(protocol::encode(message).as_slice());
        // Posting plain bytes fails only on a closed port, and then the page is closing.
        let _ = self.port.post_message(&bytes);
    }

    fn hand(&self, message: &ToEngine, file: &ArrayBuffer) {
        let bytes = Uint8Array::from(protocol::encode(message).as_slice());
        // The buffer moves; as above, only a closed port refuses it.
        let _ = self.port.post_message_with_transferable(&Array::of2(&bytes, file), &Array::of1(file));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

/// The task's own.
struct Keeper {
    on: Box<dyn Fn(Result<FromEngine, EngineLoss>)>,
    tell: UnboundedSender<Told>,
    line: Line,
    /// The lock that this page holds while it lives.
    lock: String,
    locked: bool,
    /// The engine has said something on this line.
    heard: bool,
    /// How often an engine was asked for anew.
    connections: u32,
}

impl Keeper {
    async fn run(mut self, mut told: UnboundedReceiver<Told>) {
        while let Some(told) = told.next().await {
            match told {
                Told::Say(message) => self.line.send(&message),
                Told::Hand(message, file) => self.line.hand(&message, &file),
                Told::Locked => {
                    self.locked = true;
                    self.say_hello();
                }
                Told::Heard(bytes) => self.hear(&bytes),
                Told::EngineGone => self.connect_anew(),
                Told::Overdue(connection) if connection == self.connections && !self.heard => {
                    self.connect_anew();
                }
                Told::Overdue(_) => {}
            }
        }
    }

    fn say_hello(&self) {
        if self.locked {
            self.line.send(&ToEngine::Hello { lock: self.lock.clone() });
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        if !self.heard {
            self.heard = true;
            // Only now is it certain that the engine holds its lock, and not still waits for it.
            wait_for_end_of_engine(self.tell.clone());
        }
        (self.on)(protocol::decode(bytes).map_err(|problem| match problem {
            Unreadable::Version(version) if version > protocol::VERSION => EngineLoss::NewerEngine,
            Unreadable::Version(_) => EngineLoss::OlderEngine,
            Unreadable::Garbled => EngineLoss::Garbled,
        }));
    }

    fn connect_anew(&mut self) {
        match Line::open(&self.tell) {
            Ok(line) => {
                self.line = line;
                self.heard = false;
                self.connections += 1;
                self.say_hello();
                let (tell, connection) = (self.tell.clone(), self.connections);
                spawn_local(async move {
                    wait::for_millis(PATIENCE).await;
                    let _ = tell.unbounded_send(Told::Overdue(connection));
                });
            }
            Err(loss) => (self.on)(Err(loss)),
        }
    }
}

/// Takes a lock of this page's own and never lets go: the browser frees it when the page is gone, even by a crash, and
/// so tells the engine. Hello waits until the lock is held, or the engine could be granted it first and take this page
/// for gone.
fn take_lock(name: &str, tell: UnboundedSender<Told>) {
    request_lock(name, move || {
        let _ = tell.unbounded_send(Told::Locked);
        Promise::new(&mut |_, _| {})
    });
}

/// Asks for the engine's lock, which is granted when no engine lives, and gives it back at once.
fn wait_for_end_of_engine(tell: UnboundedSender<Told>) {
    request_lock(protocol::LIFE, move || {
        let _ = tell.unbounded_send(Told::EngineGone);
        Promise::resolve(&JsValue::UNDEFINED)
    });
}

fn request_lock(name: &str, granted: impl FnOnce() -> Promise + 'static) {
    if let Some(window) = web_sys::window() {
        let navigator: LockingNavigator = window.navigator().unchecked_into();
        // The promise settles with the lock; nobody waits for it.
        let _ = navigator.locks().request(name, Closure::once_into_js(granted).unchecked_ref());
    }
}

/// Tells the engine when this page closes: sooner than the lock would.
fn say_goodbye(port: Port) {
    let Some(window) = web_sys::window() else { return };
    let on_hide = Closure::<dyn FnMut(JsValue)>::new(move |_| port.send(ToEngine::Goodbye));
    let _ = window.add_event_listener_with_callback("pagehide", on_hide.as_ref().unchecked_ref());
    on_hide.forget();
}
