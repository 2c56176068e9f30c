//! The browser's own remote control: the Chrome DevTools Protocol over one WebSocket.
//!
//! Spoken directly and not through a WebDriver server: the accessibility tree, several tabs at once, keys with their
//! place on the keyboard and what a SharedWorker writes to its console can all be had here and nowhere else.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::Failed;
use crate::wait::SOON;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The connection to one browser; a clone speaks over the same one.
#[derive(Clone, Debug)]
pub struct DevTools {
    shared: Rc<Shared>,
}

#[derive(Debug)]
struct Shared {
    sink: tokio::sync::Mutex<SplitSink<Socket, Message>>,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    asked: u64,
    unanswered: BTreeMap<u64, oneshot::Sender<Value>>,
    /// What was written to consoles, by the session that it was written in.
    lines: Vec<Line>,
    /// The sessions of SharedWorkers with their targets, attached as they appear.
    workers: BTreeMap<String, String>,
}

/// Something a page or worker wrote to its console, or an exception that nothing caught.
#[derive(Clone, Debug)]
pub struct Line {
    session: String,
    /// `error`, `warning`, `log` …
    pub level: String,
    /// The text.
    pub text: String,
}

impl DevTools {
    /// Connects to a browser.
    ///
    /// # Errors
    /// When the browser does not take the connection.
    pub async fn connect(url: &str) -> Result<Self, Failed> {
        let refused = |problem| Failed::new(format!("{url}: {problem}"));
        // A screenshot is larger than the usual limit of a message.
        let config = tokio_tungstenite::tungstenite::protocol::WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = connect_async_with_config(url, Some(config), true).await.map_err(refused)?;
        let (sink, stream) = socket.split();
        let shared = Rc::new(Shared { sink: tokio::sync::Mutex::new(sink), state: RefCell::default() });
        let devtools = Self { shared };
        tokio::task::spawn_local(devtools.clone().listen(stream));
        devtools.browser("Target.setDiscoverTargets", json!({ "discover": true })).await?;
        Ok(devtools)
    }

    /// Gives an order to the browser itself.
    ///
    /// # Errors
    /// When the browser refuses it or is gone.
    pub async fn browser(&self, method: &str, parameters: Value) -> Result<Value, Failed> {
        self.order(None, method, parameters).await
    }

    /// Gives an order to one page or worker.
    ///
    /// # Errors
    /// When the page refuses it or is gone.
    pub async fn page(&self, session: &str, method: &str, parameters: Value) -> Result<Value, Failed> {
        self.order(Some(session), method, parameters).await
    }

    /// Runs a script in one page or worker and gives its value; a promise is waited for.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn evaluate(&self, session: &str, script: &str) -> Result<Value, Failed> {
        let asked =
            json!({ "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let mut answer = self.page(session, "Runtime.evaluate", asked).await?;
        match answer.get("exceptionDetails") {
            Some(thrown) => {
                let beginning: String = script.chars().take(80).collect();
                Err(Failed::new(format!("{beginning}: {}", thrown["exception"]["description"])))
            }
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// The SharedWorkers that run now: their sessions with their targets.
    pub fn workers(&self) -> BTreeMap<String, String> {
        self.shared.state.borrow().workers.clone()
    }

    /// What a page wrote to its console, and what the browser's SharedWorkers did.
    pub fn lines(&self, session: &str) -> Vec<Line> {
        let state = self.shared.state.borrow();
        let ours = |line: &&Line| line.session == session || state.workers.contains_key(&line.session);
        state.lines.iter().filter(ours).cloned().collect()
    }

    async fn order(&self, session: Option<&str>, method: &str, parameters: Value) -> Result<Value, Failed> {
        let (answered, answer) = oneshot::channel();
        let id = self.next_id();
        self.shared.state.borrow_mut().unanswered.insert(id, answered);
        self.write(id, session, method, parameters).await?;
        let gone = |why: &str| Failed::new(format!("{method}: {why}"));
        let answer = timeout(SOON, answer).await.map_err(|_| gone("the browser does not answer"))?;
        let mut answer = answer.map_err(|_| gone("the browser is gone"))?;
        match answer.get("error") {
            Some(error) => Err(gone(error["message"].as_str().unwrap_or("refused"))),
            None => Ok(answer["result"].take()),
        }
    }

    fn next_id(&self) -> u64 {
        let mut state = self.shared.state.borrow_mut();
        state.asked += 1;
        state.asked
    }

    async fn write(
        &self,
        id: u64,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<(), Failed> {
        let mut order = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            order["sessionId"] = json!(session);
        }
        let sent = self.shared.sink.lock().await.send(Message::text(order.to_string())).await;
        sent.map_err(|problem| Failed::new(format!("{method}: the browser is gone: {problem}")))
    }

    /// Reads until the browser is gone.
    async fn listen(self, mut stream: SplitStream<Socket>) {
        while let Some(Ok(message)) = stream.next().await {
            let Ok(text) = message.to_text() else { continue };
            let Ok(told) = serde_json::from_str::<Value>(text) else { continue };
            if let Some(id) = told["id"].as_u64() {
                if let Some(answered) = self.shared.state.borrow_mut().unanswered.remove(&id) {
                    // Nobody waits for it any more when the story has given up meanwhile.
                    let _ = answered.send(told);
                }
            } else {
                self.event(&told).await;
            }
        }
        self.shared.state.borrow_mut().unanswered.clear();
    }

    async fn event(&self, told: &Value) {
        let parameters = &told["params"];
        match told["method"].as_str().unwrap_or_default() {
            "Target.targetCreated" if parameters["targetInfo"]["type"] == "shared_worker" => {
                let attach = json!({ "targetId": parameters["targetInfo"]["targetId"], "flatten": true });
                self.order_unheard(None, "Target.attachToTarget", attach).await;
            }
            "Target.attachedToTarget" if parameters["targetInfo"]["type"] == "shared_worker" => {
                let session = text_of(&parameters["sessionId"]);
                let target = text_of(&parameters["targetInfo"]["targetId"]);
                self.shared.state.borrow_mut().workers.insert(session.clone(), target);
                self.order_unheard(Some(&session), "Runtime.enable", json!({})).await;
            }
            "Target.detachedFromTarget" => {
                self.shared.state.borrow_mut().workers.remove(&text_of(&parameters["sessionId"]));
            }
            "Runtime.consoleAPICalled" => {
                let spoken = parameters["args"].as_array().into_iter().flatten().map(argument_text);
                let text = spoken.collect::<Vec<_>>().join(" ");
                self.note(told, text_of(&parameters["type"]), text);
            }
            "Runtime.exceptionThrown" => {
                let details = &parameters["exceptionDetails"];
                let text = format!("{} {}", text_of(&details["text"]), argument_text(&details["exception"]));
                self.note(told, "error".to_owned(), text);
            }
            "Page.javascriptDialogOpening" => {
                self.note(told, text_of(&parameters["type"]), text_of(&parameters["message"]));
                let session = text_of(&told["sessionId"]);
                let accept = json!({ "accept": true });
                self.order_unheard(Some(&session), "Page.handleJavaScriptDialog", accept).await;
            }
            "Log.entryAdded" => {
                let entry = &parameters["entry"];
                let text = format!("{} {}", text_of(&entry["text"]), text_of(&entry["url"]));
                self.note(told, text_of(&entry["level"]), text);
            }
            _ => {}
        }
    }

    fn note(&self, told: &Value, level: String, text: String) {
        let session = text_of(&told["sessionId"]);
        self.shared.state.borrow_mut().lines.push(Line { session, level, text });
    }

    /// Gives an order from within the reader, which cannot wait for the answer that it would have to read.
    async fn order_unheard(&self, session: Option<&str>, method: &str, parameters: Value) {
        let id = self.next_id();
        if let Err(problem) = self.write(id, session, method, parameters).await {
            eprintln!("{problem}");
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// An argument of `console.log` as a person reads it.
fn argument_text(argument: &Value) -> String {
    match (&argument["value"], &argument["description"]) {
        (Value::String(text), _) | (Value::Null, Value::String(text)) => text.clone(),
        (Value::Null, _) => text_of(&argument["type"]),
        (value, _) => value.to_string(),
    }
}
