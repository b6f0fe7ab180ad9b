//! An editor's side of the language server.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// An editor.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
    /// Diagnostics by URI, as they were published last.
    pub(crate) shown: BTreeMap<String, Vec<Value>>,
}

impl Client {
    /// A server that has not been spoken to.
    pub(crate) fn silent(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .arg("lsp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().expect("piped")),
            child,
            next: 0,
            shown: BTreeMap::new(),
        }
    }

    pub(crate) fn new(folder: &Path) -> Self {
        let mut client = Self::silent(folder);
        let params = json!({
            "processId": null,
            "workspaceFolders": [{"uri": uri(folder, ""), "name": "x"}],
            "capabilities": {
                "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
                "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}},
            },
        });
        let answer = client.ask("initialize", params);
        assert_eq!(answer["capabilities"]["textDocumentSync"]["change"], 2);
        client.tell("initialized", json!({}));
        client
    }

    pub(crate) fn send_bytes(&mut self, body: &[u8]) {
        let input = self.input.as_mut().expect("open");
        write!(input, "Content-Length: {}\r\n\r\n", body.len()).expect("the server reads");
        input.write_all(body).expect("the server reads");
        input.flush().expect("the server reads");
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        let mut message = json!({"jsonrpc": "2.0", "method": method});
        message["params"] = params;
        self.send_bytes(message.to_string().as_bytes());
    }

    pub(crate) fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(
                self.output.read_line(&mut line).expect("a header") > 0,
                "the server is gone"
            );
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("the body");
        let message: Value = serde_json::from_slice(&body).expect("JSON");
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let uri = params["uri"].as_str().expect("a URI").to_owned();
            let found = params["diagnostics"].as_array().expect("a list").clone();
            self.shown.insert(uri, found);
        }
        message
    }

    /// The whole answer to a request.
    pub(crate) fn answer(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        message["params"] = params;
        self.send_bytes(message.to_string().as_bytes());
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message;
            }
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    }

    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "sql", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// What is shown of a document once everything sent has been judged.
    pub(crate) fn shown(&mut self, uri: &str) -> Vec<Value> {
        // An answer comes after all that was asked before it, and before what is published with it.
        self.ask(
            "textDocument/documentSymbol",
            json!({"textDocument": {"uri": uri}}),
        );
        self.ask(
            "textDocument/documentSymbol",
            json!({"textDocument": {"uri": uri}}),
        );
        self.shown.get(uri).cloned().unwrap_or_default()
    }

    pub(crate) fn codes(&mut self, uri: &str) -> Vec<String> {
        let shown = self.shown(uri);
        let code = |it: &Value| it["code"].as_str().unwrap_or("none").to_owned();
        shown.iter().map(code).collect()
    }

    pub(crate) fn replace(&mut self, uri: &str, version: i64, range: &Value, text: &str) {
        let change = json!({"range": range, "text": text});
        let params =
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]});
        self.tell("textDocument/didChange", params);
    }

    pub(crate) fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.input.take();
        self.child.wait().expect("the server ends").code()
    }
}

pub(crate) fn range(from: (u32, u32), to: (u32, u32)) -> Value {
    json!({"start": {"line": from.0, "character": from.1}, "end": {"line": to.0, "character": to.1}})
}

pub(crate) fn uri(folder: &Path, path: &str) -> String {
    let folder = folder.canonicalize().expect("a folder");
    format!("file://{}", folder.join(path).display())
}

pub(crate) fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}
