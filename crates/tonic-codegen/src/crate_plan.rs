//! Every name, number and file decided: after this, emission cannot fail.
//!
//! `plan_crates` is where what can go wrong goes wrong (clashing names, fields that cannot be numbered); the modules that
//! emit files only read this.

use wcf_security::plan::{BearerPlan, CallerCredential, EndpointPlan, Exposure, PlannedEndpoint};

/// The generated workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CratePlan {
    /// Packages, sorted by name; one `.proto` path each.
    pub packages: Vec<ProtoPackage>,
    /// One set of crates for each host with services that have a plan and a contract, sorted by name.
    pub hosts: Vec<HostCrates>,
    /// The encoded descriptor of each proto file by its path, well-known ones included; a file comes after those it imports.
    pub descriptors: Vec<(String, Vec<u8>)>,
    /// The lock as it will be written.
    pub lock: crate::lock::Lock,
}

impl CratePlan {
    /// Whether a package has a message of this full name.
    #[must_use]
    pub fn has_message(&self, full_name: &str) -> bool {
        let names =
            self.packages.iter().flat_map(|package| &package.files).flat_map(|file| file.items.iter().map(move |item| (file, item)));
        names
            .into_iter()
            .any(|(file, item)| full_name.strip_prefix(&file.package).and_then(|rest| rest.strip_prefix('.')) == Some(item.name()))
    }
}

/// The crates of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCrates {
    /// Base name of the crates, kebab-case: `harbour` gives `harbour-proto`, `harbour-server`, `harbour-client`.
    pub name: String,
    /// The configuration file as people are shown it.
    pub source: String,
    /// Where the server will run.
    pub exposure: Exposure,
    /// Packages that the proto crate compiles, by name.
    pub packages: Vec<String>,
    /// gRPC services, sorted by Rust module name; each is on one or more listeners.
    pub services: Vec<GrpcService>,
    /// Listeners, sorted by name: endpoints that end in the same plan and port share one.
    pub listeners: Vec<Listener>,
    /// Whether a build script makes the stubs, and not this run.
    pub build_script: bool,
}

/// A listener of the server and the channel that matches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Name in settings and code, `snake_case`; from the first service on it.
    pub name: String,
    /// The port of the source, else one assigned and recorded in the lock.
    pub port: u16,
    /// What it does: the plan shared by its endpoints.
    pub plan: PlannedEndpoint,
    /// The endpoints it came from, in order: for documentation and reasons.
    pub endpoints: Vec<EndpointPlan>,
    /// Indices into [`HostCrates::services`], sorted.
    pub services: Vec<usize>,
    /// Where several listeners have one port: which of them opens it, and the name that clients of this one ask for.
    pub by_name: Option<ByName>,
}

/// A listener behind a port that it shares, found by the name that a client asks for (SNI).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName {
    /// The listener that opens the port.
    pub owner: String,
    /// The DNS name, with which the setting begins.
    pub name: String,
}

impl Listener {
    /// Whether callers are anonymous.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.plan.callers.chosen.is_empty()
    }

    /// Whether callers present a Kerberos ticket. A call has one `authorization`, so there is room for nothing else in it.
    #[must_use]
    pub fn takes_tickets(&self) -> bool {
        self.plan.callers.chosen.contains(&CallerCredential::Kerberos) && !self.takes_passwords() && self.tokens().is_none()
    }

    /// Whether callers present a name and a password.
    #[must_use]
    pub fn takes_passwords(&self) -> bool {
        self.plan.callers.chosen.iter().any(|credential| matches!(credential, CallerCredential::Basic(_)))
    }
}

impl Listener {
    /// The bearer tokens that callers present, if they do.
    #[must_use]
    pub fn tokens(&self) -> Option<&BearerPlan> {
        self.plan.callers.chosen.iter().find_map(|credential| match credential {
            CallerCredential::Bearer(bearer) => Some(bearer),
            CallerCredential::ClientCertificate | CallerCredential::Basic(_) | CallerCredential::Kerberos | CallerCredential::LocalPeer => {
                None
            }
        })
    }
}

/// A gRPC service made from a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrpcService {
    /// Name in proto: `BerthPlanning`.
    pub name: String,
    /// Full name in proto: `harbour.contracts.v1.BerthPlanning`.
    pub full_name: String,
    /// File and module name: `berth_planning`.
    pub module: String,
    /// Rust path of the package's module in the proto crate, from its root: `harbour::contracts::v1`.
    pub package_path: String,
    /// tonic's server module beside the messages: `berth_planning_server`.
    pub server_module: String,
    /// tonic's client module: `berth_planning_client`.
    pub client_module: String,
    /// The trait to implement: `BerthPlanning`; the server type is this plus `Server`, the client type plus `Client`.
    pub trait_name: String,
    /// The CLR name of the contract.
    pub contract: String,
    /// Documentation, made safe for rustdoc, one entry a paragraph.
    pub docs: Vec<String>,
    /// Methods, in the contract's order.
    pub methods: Vec<GrpcMethod>,
    /// The order of its sessions, where some action may not be the first, or is the last.
    pub session: Option<SessionOrder>,
}

/// Which actions may open a session and which end it; messages and fields by their names in proto.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOrder {
    /// The message of actions: `BasketAction`.
    pub actions: String,
    /// Its `oneof`.
    pub action_oneof: String,
    /// What each of its alternatives means, in the contract's order.
    pub turns: Vec<SessionTurn>,
    /// The message of events: `BasketEvent`.
    pub events: String,
    /// Its `oneof`; nothing where no event can occur.
    pub event_oneof: Option<String>,
    /// The alternatives that reply to actions which end a session.
    pub last_events: Vec<String>,
}

/// What an action means to its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTurn {
    /// The field.
    pub field: String,
    /// The operation, by its name on WCF's wire; or the callback that it answers.
    pub action: String,
    /// Whether it may be the first.
    pub opens: bool,
    /// Whether it is the last.
    pub ends: bool,
}

/// A method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrpcMethod {
    /// Name in proto: `ReserveBerth`.
    pub name: String,
    /// Rust function: `reserve_berth`.
    pub function: String,
    /// Rust path of the request message from the proto crate's root (`harbour::contracts::v1::ReserveBerthRequest`).
    pub request: String,
    /// Rust path of the response message from the proto crate's root, or `()` for `google.protobuf.Empty`.
    pub response: String,
    /// Whether the client streams.
    pub client_streaming: bool,
    /// Whether the server streams.
    pub server_streaming: bool,
    /// The contract's operation.
    pub operation: String,
    /// Documentation, made safe for rustdoc, one entry a paragraph.
    pub docs: Vec<String>,
}

/// A proto package and its messages. Fleshed out by the proto modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoPackage {
    /// Package name: `harbour.contracts.v1`.
    pub name: String,
    /// Its files, by path under `proto/`.
    pub files: Vec<crate::proto::ProtoFile>,
    /// Its Rust module, as prost and tonic make it: the text of the file in the proto crate.
    pub stubs: String,
}
