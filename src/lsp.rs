//! `driftlint lsp`: a language server. An editor's buffers are laid over the project on disk, and
//! what a check says of them is what the editor shows, as one types.
//!
//! The protocol is written here by hand: JSON with a length in front of it, and the dozen messages
//! that are needed. `lsp-types` would have brought a few hundred types, two versions of `bitflags`
//! and a proc-macro; `lsp-server` ends on a message that it cannot read, and this server answers it.
//!
//! Everything runs on one thread, and another one reads. What was typed while a check ran is taken
//! in together before the next one.

mod actions;
mod definition;
mod diagnostics;
mod documents;
mod files;
mod hover;
mod judge;
mod pointed;
mod protocol;
mod symbols;
mod text;
mod uri;
mod wire;

use std::io::{BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use serde_json::{Value, json};

use crate::tool::Tool;
use documents::Documents;
use judge::Judgements;
use protocol::{ClientMessage, LspError};

/// What a client can do, as far as that changes an answer.
#[derive(Clone, Copy, Debug, Default)]
struct Abilities {
    /// Edits may name versions of documents.
    document_changes: bool,
    /// Edits may make files.
    creates_files: bool,
    /// Symbols may lie in symbols.
    nested_symbols: bool,
    /// Files may be watched for the server.
    watches: bool,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SessionStage {
    #[default]
    New,
    Running,
    ShutDown,
    Gone,
}

#[derive(Default)]
struct LanguageServer {
    stage: SessionStage,
    abilities: Abilities,
    /// Folders that are open in the editor.
    folders: Vec<PathBuf>,
    documents: Documents,
    judgements: Judgements,
    /// Messages that are to be sent.
    outbox: Vec<Value>,
}

/// Serves until the client says `exit` or closes the stream. Returns whether it ended in order.
/// Call it where the stack is deep: see [`crate::sql::on_big_stack`].
pub fn serve(input: impl Read + Send + 'static, mut output: impl Write) -> bool {
    let Some(messages) = read_beside(input) else {
        return false;
    };
    let mut server = LanguageServer::default();
    while server.stage != SessionStage::Gone {
        let Ok(body) = messages.recv() else { break };
        server.take(&body);
        // A check of a large project takes longer than the pause between two keys, and only its
        // last state is of use.
        // What waits already is taken in before anything is checked.
        while server.stage != SessionStage::Gone {
            let Ok(body) = messages.try_recv() else { break };
            server.take(&body);
        }
        server.settle();
        for message in server.outbox.drain(..) {
            if wire::write(&mut output, &message).is_err() {
                return false;
            }
        }
    }
    server.stage == SessionStage::Gone
}

/// Reads messages on a thread of its own; `None` where the system has no thread.
fn read_beside(input: impl Read + Send + 'static) -> Option<Receiver<Vec<u8>>> {
    let (sender, receiver) = channel();
    let reading = thread::Builder::new().name("reader".to_owned());
    reading.spawn(move || hand_on(input, &sender)).ok()?;
    Some(receiver)
}

/// Hands on what a client says, until it stops or nobody listens.
fn hand_on(input: impl Read, sender: &Sender<Vec<u8>>) {
    let mut input = BufReader::new(input);
    while let Ok(Some(body)) = wire::read(&mut input) {
        if sender.send(body).is_err() {
            break;
        }
    }
}

impl LanguageServer {
    /// Takes in one message, whatever is in it.
    fn take(&mut self, body: &[u8]) {
        let message = match ClientMessage::parse(body) {
            Ok(message) => message,
            Err(failure) => return self.answer(&Value::Null, Err(failure)),
        };
        match message {
            ClientMessage::Request { id, method, params } => {
                let answer = self.guarded(|server| server.request(&method, params));
                self.answer(&id, answer.unwrap_or_else(|| Err(LspError::internal())));
            }
            ClientMessage::Notification { method, params } => {
                self.guarded(|server| server.notified(&method, params));
            }
            ClientMessage::Response => {}
        }
    }

    /// Text that is half written is the everyday input of a server. Where a parser fails on it, the
    /// message is lost, and not the session.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        catch_unwind(AssertUnwindSafe(|| work(self))).ok()
    }

    fn answer(&mut self, id: &Value, answer: Result<Value, LspError>) {
        let mut message = json!({"jsonrpc": "2.0", "id": id});
        match answer {
            Ok(result) => message["result"] = result,
            Err(failure) => message["error"] = failure.json(),
        }
        self.outbox.push(message);
    }

    fn notify(&mut self, method: &str, params: Value) {
        let mut message = json!({"jsonrpc": "2.0", "method": method});
        message["params"] = params;
        self.outbox.push(message);
    }

    /// Checks what has changed, and tells the editor.
    fn settle(&mut self) {
        if self.stage != SessionStage::Running {
            return;
        }
        let published = self.guarded(|server| {
            server
                .judgements
                .settle(&mut server.documents, &server.folders)
        });
        for params in published.unwrap_or_default() {
            self.notify("textDocument/publishDiagnostics", params);
        }
    }

    fn request(&mut self, method: &str, params: Value) -> Result<Value, LspError> {
        match (self.stage, method) {
            (SessionStage::New, "initialize") => return Ok(self.initialize(&params)),
            (SessionStage::New, _) => return Err(LspError::not_initialized()),
            (SessionStage::Running, "shutdown") => {
                self.stage = SessionStage::ShutDown;
                return Ok(Value::Null);
            }
            (SessionStage::Running, "initialize")
            | (SessionStage::ShutDown | SessionStage::Gone, _) => {
                return Err(LspError::invalid_request());
            }
            (SessionStage::Running, _) => {}
        }
        // An answer is about the buffers as they are now.
        self.settle();
        let (documents, judgements) = (&self.documents, &self.judgements);
        match method {
            "textDocument/hover" => {
                let at = protocol::params(params)?;
                Ok(hover::hover(documents, judgements, &at).unwrap_or_default())
            }
            "textDocument/definition" | "textDocument/declaration" => {
                let at = protocol::params(params)?;
                Ok(definition::definition(documents, judgements, &at).unwrap_or_default())
            }
            "textDocument/documentSymbol" => {
                let of = protocol::params(params)?;
                let nested = self.abilities.nested_symbols;
                Ok(symbols::symbols(documents, judgements, &of, nested).unwrap_or_default())
            }
            "textDocument/codeAction" => {
                let asked = protocol::params(params)?;
                Ok(actions::actions(
                    documents,
                    judgements,
                    &asked,
                    self.abilities,
                ))
            }
            _ => Err(LspError::unknown_method(method)),
        }
    }

    fn notified(&mut self, method: &str, params: Value) {
        if method == "exit" {
            self.stage = SessionStage::Gone;
            return;
        }
        if self.stage != SessionStage::Running {
            return;
        }
        match method {
            "initialized" => self.watch(),
            "textDocument/didOpen" => {
                if let Ok(opened) = protocol::params(params) {
                    self.documents.open(opened);
                    self.judgements.refresh();
                }
            }
            "textDocument/didChange" => {
                if let Ok(changed) = protocol::params(params) {
                    self.documents.change(changed);
                }
            }
            "textDocument/didClose" => {
                if let Ok(closed) = protocol::params::<protocol::OfDocument>(params) {
                    let uri = closed.text_document.uri;
                    self.documents.close(&uri);
                    self.judgements.refresh();
                    self.notify(
                        "textDocument/publishDiagnostics",
                        json!({"uri": uri, "diagnostics": []}),
                    );
                }
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.judgements.refresh();
                self.documents.touch_all();
            }
            "workspace/didChangeWorkspaceFolders" => {
                let list = |name: &str| protocol::folders(&params["event"][name]);
                let removed = list("removed");
                self.folders.retain(|folder| !removed.contains(folder));
                self.folders.extend(list("added"));
                self.judgements.refresh();
                self.documents.touch_all();
            }
            _ => {}
        }
    }

    fn initialize(&mut self, params: &Value) -> Value {
        self.stage = SessionStage::Running;
        self.folders = protocol::folders(&params["workspaceFolders"]);
        if self.folders.is_empty() {
            let root = params["rootUri"].as_str().and_then(uri::path);
            self.folders.extend(root);
        }
        let client = &params["capabilities"];
        let edit = &client["workspace"]["workspaceEdit"];
        let operations = edit["resourceOperations"].as_array();
        let symbols = &client["textDocument"]["documentSymbol"];
        let watched = &client["workspace"]["didChangeWatchedFiles"];
        self.abilities = Abilities {
            document_changes: edit["documentChanges"] == true,
            creates_files: operations.is_some_and(|all| all.iter().any(|one| one == "create")),
            nested_symbols: symbols["hierarchicalDocumentSymbolSupport"] == true,
            watches: watched["dynamicRegistration"] == true,
        };
        json!({
            "capabilities": {
                "positionEncoding": "utf-16",
                "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
                "hoverProvider": true,
                "definitionProvider": true,
                "declarationProvider": true,
                "documentSymbolProvider": true,
                "codeActionProvider": {"codeActionKinds": ["quickfix"]},
                "workspace": {
                    "workspaceFolders": {"supported": true, "changeNotifications": true},
                },
            },
            "serverInfo": {"name": "driftlint", "version": env!("CARGO_PKG_VERSION")},
        })
    }

    /// Asks the client to say when files change that no editor has open: a migration that a
    /// generator writes, another branch.
    fn watch(&mut self) {
        if !self.abilities.watches {
            return;
        }
        let own: String = Tool::all_languages().map(|own| format!(",{own}")).collect();
        let pattern = format!("**/*.{{sql,ts,mts,js,mjs,json,toml{own}}}");
        self.outbox.push(json!({
            "jsonrpc": "2.0",
            "id": "watch",
            "method": "client/registerCapability",
            "params": {"registrations": [{
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": [{"globPattern": pattern}]},
            }]},
        }));
    }
}
