//! gRPC clients that share nothing with ours: Python's grpcio and Node's @grpc/grpc-js, each a program of
//! `tests/clients` that reads one attempt a line and answers one line.
//!
//! Where one is not installed its tests say that they skip; in the pipeline (`CI`) that is a failure.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// Which foreign client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python with grpcio, stubs by grpcio-tools.
    Python,
    /// Node with @grpc/grpc-js, protos read by @grpc/proto-loader.
    Node,
}

impl Language {
    /// What it is, for tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "Python, grpcio",
            Self::Node => "Node, @grpc/grpc-js",
        }
    }

    fn interpreter(self) -> OsString {
        let (variable, default) = match self {
            Self::Python => ("PYTHON", "python3"),
            Self::Node => ("NODE", "node"),
        };
        std::env::var_os(variable).unwrap_or_else(|| default.into())
    }

    /// Whether its libraries load.
    fn is_there(self, clients: &Path) -> bool {
        let (flag, program) = match self {
            Self::Python => ("-c", "import grpc, grpc_tools"),
            Self::Node => ("-e", "require('@grpc/grpc-js'); require('@grpc/proto-loader')"),
        };
        let loaded = Command::new(self.interpreter()).args([flag, program]).current_dir(clients.join("node")).output();
        loaded.is_ok_and(|output| output.status.success())
    }

    const fn how_to_install(self) -> &'static str {
        match self {
            Self::Python => "Python with grpcio and grpcio-tools is not here (pip install -r tests/clients/requirements.txt)",
            Self::Node => "Node with @grpc/grpc-js is not here (npm ci --prefix tests/clients/node)",
        }
    }
}

/// The running program.
pub struct ForeignClient {
    language: Language,
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What a foreign client says of an attempt.
#[derive(Clone, Debug)]
pub struct Said {
    /// The name of the gRPC status.
    pub code: String,
    /// The status's words.
    pub details: String,
}

impl ForeignClient {
    /// Starts it with the folder of the protos; `None`, and a line that says so, where it is not installed.
    pub fn start(language: Language, clients: &Path, protos: &Path) -> Option<Self> {
        if !language.is_there(clients) {
            let reason = language.how_to_install();
            assert!(std::env::var_os("CI").is_none(), "{reason}, and in the pipeline it must be");
            println!("skipped: {reason}");
            return None;
        }
        let script = match language {
            Language::Python => "python/probe.py",
            Language::Node => "node/probe.js",
        };
        let mut process = Command::new(language.interpreter())
            .arg(clients.join(script))
            .arg(protos)
            .env("GRPC_VERBOSITY", "NONE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the foreign client starts");
        let questions = process.stdin.take().expect("its input");
        let answers = BufReader::new(process.stdout.take().expect("its output"));
        Some(Self { language, process, questions, answers })
    }

    /// Asks for one attempt and waits for its outcome.
    pub fn ask(&mut self, question: &Value) -> Said {
        writeln!(self.questions, "{question}").expect("the foreign client reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the foreign client answers");
        let answer: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{} answers {line:?}: {error}", self.language.name()));
        let text = |key: &str| answer[key].as_str().unwrap_or("").to_owned();
        Said { code: text("code"), details: text("details") }
    }
}

impl Drop for ForeignClient {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
