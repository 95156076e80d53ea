//! `wcf2grpc.toml`: what the people who migrate decide, and the losses they take upon themselves by name.
//!
//! Unknown keys and values are refused with a suggestion; a policy is never half understood. The shape is published as
//! `docs/schema/policy.schema.json`. It is more than 800 lines long because every key is declared, defaulted and read here, side by
//! side.

use std::collections::BTreeMap;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wcf_diagnostics::{Code, FileId, Findings, Level, Span};

use crate::browser_origin::is_origin;

use crate::diagnostics::{
    LevelNotLowered, PolicyInvalidValue, PolicySyntax, PolicyUnknownKey, WaiverIncomplete, WaiverNotAllowed, WaiverUnknownCode, nearest,
};
use crate::plan::Exposure;
use crate::reason::Reason;

/// A calendar day. The caller passes today's, so that the same input gives the same plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The policy of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What holds for every service.
    pub all: Choices,
    /// What holds for one service, by its configuration name, and where its table stands.
    pub services: BTreeMap<String, (Span, Choices)>,
    /// How `decimal` is carried.
    pub decimal: DecimalMapping,
    /// How `DateTime` is carried.
    pub date_time: DateTimeMapping,
    /// What becomes of lists that are null.
    pub null_lists: NullListMapping,
    /// Where stubs are made.
    pub stubs: Stubs,
    /// Levels of codes, by name.
    pub levels: BTreeMap<String, Level>,
    /// The losses that are taken, in the order of the file.
    pub waivers: Vec<Waiver>,
}

/// Decisions that can be made for all services and for one. `None` is "not decided here".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// `deployment.exposure`.
    pub exposure: Option<Chosen<Exposure>>,
    /// `deployment.mesh.strict`: the mesh refuses what is not mutual TLS.
    pub mesh_strict: Option<Chosen<bool>>,
    /// `deployment.swarm.encrypted-overlay`: the overlay network is declared encrypted.
    pub swarm_encrypted_overlay: Option<Chosen<bool>>,
    /// `security.windows-replacement`.
    pub windows_replacement: Option<Chosen<WindowsReplacement>>,
    /// `security.user-names`.
    pub user_names: Option<Chosen<UserNames>>,
    /// `security.unvalidated-certificates`.
    pub unvalidated_certificates: Option<Chosen<UnvalidatedCertificates>>,
    /// `security.bearer.issuer`.
    pub bearer_issuer: Option<Chosen<String>>,
    /// `security.bearer.audience`.
    pub bearer_audience: Option<Chosen<String>>,
    /// `security.roles.from`.
    pub roles_from: Option<Chosen<RolesFrom>>,
    /// `security.roles.claim`.
    pub roles_claim: Option<Chosen<String>>,
    /// `metadata.reflection`.
    pub reflection: Option<Chosen<bool>>,
    /// `security.certificate-files`.
    pub certificate_files: Option<Chosen<CertificateFiles>>,
    /// `security.unknown-server-names`.
    pub unknown_server_names: Option<Chosen<UnknownServerNames>>,
    /// `browsers.grpc-web`.
    pub grpc_web: Option<Chosen<bool>>,
    /// `browsers.origins`.
    pub browser_origins: Option<Chosen<Vec<String>>>,
}

/// A decision and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen<T> {
    /// The decision.
    pub value: T,
    /// Its value in the policy file; `None` for the tool's default.
    pub span: Option<Span>,
}

/// The decisions that hold for one service, defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePolicy {
    /// Where it will run.
    pub exposure: Chosen<Exposure>,
    /// Whether the mesh is strict.
    pub mesh_strict: Chosen<bool>,
    /// Whether the overlay is encrypted.
    pub swarm_encrypted_overlay: Chosen<bool>,
    /// What replaces Windows credentials.
    pub windows_replacement: Chosen<WindowsReplacement>,
    /// How user names travel.
    pub user_names: Chosen<UserNames>,
    /// What becomes of certificates that nobody checks.
    pub unvalidated_certificates: Chosen<UnvalidatedCertificates>,
    /// The issuer of tokens.
    pub bearer_issuer: Option<Chosen<String>>,
    /// The audience of tokens.
    pub bearer_audience: Option<Chosen<String>>,
    /// Where the roles of callers come from; `None` where the policy does not say.
    pub roles_from: Option<Chosen<RolesFrom>>,
    /// The claim that holds the roles.
    pub roles_claim: Option<Chosen<String>>,
    /// Whether reflection answers.
    pub reflection: Chosen<bool>,
    /// In which files certificates with their keys are given.
    pub certificate_files: Chosen<CertificateFiles>,
    /// What a client sees that asks for a name which no service of a shared port has.
    pub unknown_server_names: Chosen<UnknownServerNames>,
    /// Whether browsers are served; `None` where the policy does not say, and then the binding decides.
    pub grpc_web: Option<Chosen<bool>>,
    /// Origins whose pages may call.
    pub browser_origins: Option<Chosen<Vec<String>>>,
}

/// What replaces Windows credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WindowsReplacement {
    /// Client certificates: needs nothing outside.
    #[default]
    ClientCertificate,
    /// Tokens of an OpenID Connect issuer.
    Bearer,
    /// A Kerberos ticket in every call.
    Kerberos,
    /// Dangerous: nothing. Takes the waiver `wcf-anonymous-callers`.
    AnonymousCallers,
}

/// How user names and passwords of messages travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserNames {
    /// As Basic credentials.
    #[default]
    Basic,
    /// Replaced by tokens.
    Bearer,
}

/// Where the roles of callers come from. There is no default: who has which role is not in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RolesFrom {
    /// A file that lists the callers of each role.
    File,
    /// A claim of the bearer token.
    TokenClaim,
}

/// What becomes of certificates that WCF did not check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnvalidatedCertificates {
    /// Nothing is generated until somebody decides.
    #[default]
    Refuse,
    /// They are checked against an authority.
    ChainTrust,
}

/// In which files a certificate with its key is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateFiles {
    /// PEM: one file for the certificate and its chain, one for the key.
    #[default]
    Pem,
    /// PKCS #12, as Windows exports it: one file for both, and a file with its password.
    Pkcs12,
}

/// What a client sees that asks for a name which no service of a shared port has, or for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownServerNames {
    /// The handshake is refused.
    #[default]
    Refuse,
    /// It is answered with the certificate of this service, and reaches this service only.
    ThisService,
}

/// How `decimal` is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecimalMapping {
    /// As text.
    #[default]
    Text,
    /// As units and nanos.
    UnitsNanos,
}

/// How `DateTime` is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateTimeMapping {
    /// As a moment in UTC.
    #[default]
    Utc,
    /// As what the clock shows, with its kind.
    WithKind,
}

/// What becomes of lists that are null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NullListMapping {
    /// They arrive empty.
    #[default]
    Empty,
    /// They are kept apart from empty ones.
    Kept,
}

/// Where stubs are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stubs {
    /// They are part of the generated source.
    #[default]
    CheckedIn,
    /// A build script makes them each time.
    BuildScript,
}

/// A loss that is taken, for one service, for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The code.
    pub code: String,
    /// The service's configuration name; for a client endpoint without a service in the input, its contract as written.
    pub service: String,
    /// Why.
    pub reason: String,
    /// The last day it holds.
    pub until: Option<Date>,
    /// Where it stands.
    pub span: Span,
}

impl Policy {
    /// Reads a policy file. What could not be understood is a finding at level deny, and is not in the policy.
    #[must_use]
    pub fn parse(file: FileId, text: &str, known_codes: &[&Code]) -> (Self, Findings) {
        let mut reader = Reader { file, known_codes, policy: Self::default(), findings: Findings::new() };
        match DeTable::parse(text) {
            Ok(document) => reader.document(document.get_ref()),
            Err(error) => {
                let range = error.span().unwrap_or(0..0);
                reader.findings.push(PolicySyntax { span: Span::new(file, range.start, range.end), message: error.message().to_owned() });
            }
        }
        (reader.policy, reader.findings)
    }

    /// The decisions that hold for a service: its own, then those for all, then the defaults.
    #[must_use]
    pub fn for_service(&self, service: &str) -> ServicePolicy {
        let own = self.services.get(service).map(|(_, choices)| choices);
        ServicePolicy {
            exposure: choose(own, &self.all, |choices| &choices.exposure),
            mesh_strict: choose(own, &self.all, |choices| &choices.mesh_strict),
            swarm_encrypted_overlay: choose(own, &self.all, |choices| &choices.swarm_encrypted_overlay),
            windows_replacement: choose(own, &self.all, |choices| &choices.windows_replacement),
            user_names: choose(own, &self.all, |choices| &choices.user_names),
            unvalidated_certificates: choose(own, &self.all, |choices| &choices.unvalidated_certificates),
            bearer_issuer: own.and_then(|own| own.bearer_issuer.clone()).or_else(|| self.all.bearer_issuer.clone()),
            bearer_audience: own.and_then(|own| own.bearer_audience.clone()).or_else(|| self.all.bearer_audience.clone()),
            roles_from: own.and_then(|own| own.roles_from.clone()).or_else(|| self.all.roles_from.clone()),
            roles_claim: own.and_then(|own| own.roles_claim.clone()).or_else(|| self.all.roles_claim.clone()),
            reflection: choose(own, &self.all, |choices| &choices.reflection),
            certificate_files: choose(own, &self.all, |choices| &choices.certificate_files),
            unknown_server_names: choose(own, &self.all, |choices| &choices.unknown_server_names),
            grpc_web: own.and_then(|own| own.grpc_web.clone()).or_else(|| self.all.grpc_web.clone()),
            browser_origins: own.and_then(|own| own.browser_origins.clone()).or_else(|| self.all.browser_origins.clone()),
        }
    }

    /// Gives each finding the level that the policy has for its code. A finding whose level is not its code's (a waived one) keeps it.
    pub fn apply_levels(&self, findings: &mut Findings) {
        for finding in findings.iter_mut() {
            if let Some(&level) = self.levels.get(finding.code.name)
                && finding.level == finding.code.level
            {
                finding.level = level;
            }
        }
    }
}

fn choose<T: Clone + Default>(own: Option<&Choices>, all: &Choices, of: impl Fn(&Choices) -> &Option<Chosen<T>>) -> Chosen<T> {
    own.and_then(|own| of(own).clone()).or_else(|| of(all).clone()).unwrap_or_else(|| Chosen { value: T::default(), span: None })
}

impl<T> Chosen<T> {
    /// The reason this decision gives.
    #[must_use]
    pub fn reason(&self, key: &str, value: &str) -> Reason {
        Reason::policy(key, value, self.span)
    }
}

/// A type with a closed list of spellings.
trait Spelled: Sized + Copy + 'static {
    /// Every value with its spelling.
    const SPELLINGS: &'static [(&'static str, Self)];
}

impl Spelled for Exposure {
    const SPELLINGS: &'static [(&'static str, Self)] = &[
        ("internal", Self::Internal),
        ("public", Self::Public),
        ("kubernetes", Self::Kubernetes),
        ("mesh", Self::Mesh),
        ("swarm", Self::Swarm),
        ("local", Self::Local),
    ];
}

impl Spelled for WindowsReplacement {
    const SPELLINGS: &'static [(&'static str, Self)] = &[
        ("client-certificate", Self::ClientCertificate),
        ("bearer", Self::Bearer),
        ("kerberos", Self::Kerberos),
        ("anonymous-callers", Self::AnonymousCallers),
    ];
}

impl Spelled for UserNames {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("basic", Self::Basic), ("bearer", Self::Bearer)];
}

impl Spelled for RolesFrom {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("file", Self::File), ("token-claim", Self::TokenClaim)];
}

impl Spelled for UnvalidatedCertificates {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("refuse", Self::Refuse), ("chain-trust", Self::ChainTrust)];
}

impl Spelled for CertificateFiles {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("pem", Self::Pem), ("pkcs12", Self::Pkcs12)];
}

impl Spelled for UnknownServerNames {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("refuse", Self::Refuse), ("this-service", Self::ThisService)];
}

impl Spelled for DecimalMapping {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("text", Self::Text), ("units-nanos", Self::UnitsNanos)];
}

impl Spelled for DateTimeMapping {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("utc", Self::Utc), ("with-kind", Self::WithKind)];
}

impl Spelled for NullListMapping {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("empty", Self::Empty), ("kept", Self::Kept)];
}

impl Spelled for Stubs {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("checked-in", Self::CheckedIn), ("build-script", Self::BuildScript)];
}

impl Spelled for Level {
    const SPELLINGS: &'static [(&'static str, Self)] = &[("note", Self::Note), ("warn", Self::Warn), ("deny", Self::Deny)];
}

/// Turns the TOML tree into a policy, place by place.
struct Reader<'a> {
    file: FileId,
    known_codes: &'a [&'a Code],
    policy: Policy,
    findings: Findings,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(self.file, range.start, range.end)
    }

    /// Calls `each` with every entry whose key is known, and reports the others.
    fn table<'t>(
        &mut self,
        path: &str,
        table: &'t DeTable<'t>,
        known: &[&str],
        mut each: impl FnMut(&mut Self, &str, Span, &'t Value<'t>),
    ) {
        for (key, value) in table {
            let span = self.span(key);
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                each(self, name, span, value);
            } else {
                self.findings.push(PolicyUnknownKey { span, key: name, table: path, known });
            }
        }
    }

    fn sub_table<'t>(&mut self, path: &str, value: &'t Value<'t>) -> Option<&'t DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.invalid(path, value, &["a table"]);
        }
        table
    }

    fn invalid(&mut self, key: &str, value: &Value<'_>, expected: &[&str]) {
        let found = match value.get_ref().as_str() {
            Some(text) => format!("\"{text}\""),
            None => format!("a {}", value.get_ref().type_str()),
        };
        let span = self.span(value);
        self.findings.push(PolicyInvalidValue { span, key, found: &found, expected });
    }

    fn spelled<T: Spelled>(&mut self, key: &str, value: &Value<'_>) -> Option<Chosen<T>> {
        let chosen = value.get_ref().as_str().and_then(|text| T::SPELLINGS.iter().find(|(spelling, _)| *spelling == text));
        if let Some(&(_, chosen)) = chosen {
            return Some(Chosen { value: chosen, span: Some(self.span(value)) });
        }
        let expected: Vec<_> = T::SPELLINGS.iter().map(|&(spelling, _)| spelling).collect();
        self.invalid(key, value, &expected);
        None
    }

    fn boolean(&mut self, key: &str, value: &Value<'_>) -> Option<Chosen<bool>> {
        let chosen = value.get_ref().as_bool();
        if chosen.is_none() {
            self.invalid(key, value, &["true", "false"]);
        }
        chosen.map(|chosen| Chosen { value: chosen, span: Some(self.span(value)) })
    }

    fn text(&mut self, key: &str, value: &Value<'_>) -> Option<Chosen<String>> {
        let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.invalid(key, value, &["a text that is not empty"]);
        }
        text.map(|text| Chosen { value: text.to_owned(), span: Some(self.span(value)) })
    }

    /// Origins as browsers write them. `*` is none of them: whoever means every page has to name every origin.
    fn origins(&mut self, key: &str, value: &Value<'_>) -> Option<Chosen<Vec<String>>> {
        let texts: Option<Vec<String>> = value.get_ref().as_array().and_then(|values| {
            let origin = |value: &Value<'_>| value.get_ref().as_str().filter(|text| is_origin(text)).map(str::to_owned);
            values.iter().map(origin).collect()
        });
        if texts.is_none() {
            self.invalid(key, value, &["a list of origins, like [\"https://app.example\"]; http only for localhost"]);
        }
        texts.map(|texts| Chosen { value: texts, span: Some(self.span(value)) })
    }

    fn document(&mut self, table: &DeTable<'_>) {
        let mut all = Choices::default();
        let known = ["deployment", "security", "metadata", "browsers", "contracts", "codegen", "levels", "service", "waiver"];
        self.table("", table, &known, |reader, key, _, value| match key {
            "contracts" => reader.contracts(value),
            "codegen" => reader.codegen(value),
            "levels" => reader.levels(value),
            "service" => reader.services(value),
            "waiver" => reader.waivers(value),
            _ => reader.choices("", key, value, &mut all),
        });
        self.policy.all = all;
    }

    /// One of the tables that may stand at the top and under a service.
    fn choices(&mut self, above: &str, key: &str, value: &Value<'_>, choices: &mut Choices) {
        let path = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
        let Some(table) = self.sub_table(&path, value) else { return };
        match key {
            "deployment" => self.table(&path, table, &["exposure", "mesh", "swarm"], |reader, key, _, value| match key {
                "exposure" => choices.exposure = reader.spelled("exposure", value),
                "mesh" => {
                    let path = format!("{path}.mesh");
                    let Some(table) = reader.sub_table(&path, value) else { return };
                    reader.table(&path, table, &["strict"], |reader, _, _, value| choices.mesh_strict = reader.boolean("strict", value));
                }
                _ => {
                    let path = format!("{path}.swarm");
                    let Some(table) = reader.sub_table(&path, value) else { return };
                    reader.table(&path, table, &["encrypted-overlay"], |reader, _, _, value| {
                        choices.swarm_encrypted_overlay = reader.boolean("encrypted-overlay", value);
                    });
                }
            }),
            "security" => {
                let known = [
                    "windows-replacement",
                    "user-names",
                    "unvalidated-certificates",
                    "certificate-files",
                    "unknown-server-names",
                    "bearer",
                    "roles",
                ];
                self.table(&path, table, &known, |reader, key, _, value| match key {
                    "windows-replacement" => choices.windows_replacement = reader.spelled(key, value),
                    "user-names" => choices.user_names = reader.spelled(key, value),
                    "unvalidated-certificates" => choices.unvalidated_certificates = reader.spelled(key, value),
                    "certificate-files" => choices.certificate_files = reader.spelled(key, value),
                    "unknown-server-names" => choices.unknown_server_names = reader.spelled(key, value),
                    "roles" => {
                        let path = format!("{path}.roles");
                        let Some(table) = reader.sub_table(&path, value) else { return };
                        reader.table(&path, table, &["from", "claim"], |reader, key, _, value| {
                            if key == "from" {
                                choices.roles_from = reader.spelled(key, value);
                            } else {
                                choices.roles_claim = reader.text(key, value);
                            }
                        });
                    }
                    _ => {
                        let path = format!("{path}.bearer");
                        let Some(table) = reader.sub_table(&path, value) else { return };
                        reader.table(&path, table, &["issuer", "audience"], |reader, key, _, value| {
                            let text = reader.text(key, value);
                            if key == "issuer" { choices.bearer_issuer = text } else { choices.bearer_audience = text }
                        });
                    }
                });
            }
            "browsers" => self.table(&path, table, &["grpc-web", "origins"], |reader, key, _, value| {
                if key == "grpc-web" {
                    choices.grpc_web = reader.boolean(key, value);
                } else {
                    choices.browser_origins = reader.origins(key, value);
                }
            }),
            _ => self.table(&path, table, &["reflection"], |reader, _, _, value| choices.reflection = reader.boolean("reflection", value)),
        }
    }

    fn contracts(&mut self, value: &Value<'_>) {
        let Some(table) = self.sub_table("contracts", value) else { return };
        self.table("contracts", table, &["date-time", "decimal", "null-lists"], |reader, key, _, value| match key {
            "date-time" => {
                if let Some(chosen) = reader.spelled(key, value) {
                    reader.policy.date_time = chosen.value;
                }
            }
            "decimal" => {
                if let Some(chosen) = reader.spelled(key, value) {
                    reader.policy.decimal = chosen.value;
                }
            }
            _ => {
                if let Some(chosen) = reader.spelled(key, value) {
                    reader.policy.null_lists = chosen.value;
                }
            }
        });
    }

    fn codegen(&mut self, value: &Value<'_>) {
        let Some(table) = self.sub_table("codegen", value) else { return };
        self.table("codegen", table, &["stubs"], |reader, key, _, value| {
            if let Some(chosen) = reader.spelled(key, value) {
                reader.policy.stubs = chosen.value;
            }
        });
    }

    fn services(&mut self, value: &Value<'_>) {
        let Some(services) = self.sub_table("service", value) else { return };
        for (name, value) in services {
            let span = self.span(name);
            let name = name.get_ref().as_ref();
            let path = format!("service.\"{name}\"");
            let Some(table) = self.sub_table(&path, value) else { continue };
            let mut choices = Choices::default();
            self.table(&path, table, &["deployment", "security", "metadata", "browsers"], |reader, key, _, value| {
                reader.choices(&path, key, value, &mut choices)
            });
            self.policy.services.insert(name.to_owned(), (span, choices));
        }
    }

    fn code(&self, name: &str) -> Option<&Code> {
        self.known_codes.iter().copied().find(|code| code.name == name)
    }

    fn unknown_code(&mut self, span: Span, name: &str) {
        let near = nearest(name, self.known_codes.iter().map(|code| code.name));
        self.findings.push(WaiverUnknownCode { span, code: name, near });
    }

    fn levels(&mut self, value: &Value<'_>) {
        let Some(table) = self.sub_table("levels", value) else { return };
        for (key, value) in table {
            let (span, name) = (self.span(key), key.get_ref().as_ref());
            let Some(own) = self.code(name).map(|code| (code.level, code.waivable)) else {
                self.unknown_code(span, name);
                continue;
            };
            let Some(level) = self.spelled::<Level>(name, value) else { continue };
            if own.0 == Level::Deny && level.value != Level::Deny {
                let span = self.span(value);
                self.findings.push(LevelNotLowered { span, code: name, waivable: own.1 });
            } else {
                self.policy.levels.insert(name.to_owned(), level.value);
            }
        }
    }

    fn waivers(&mut self, value: &Value<'_>) {
        let Some(list) = value.get_ref().as_array() else {
            self.invalid("waiver", value, &["a list of tables: [[waiver]]"]);
            return;
        };
        for entry in list {
            self.waiver(entry);
        }
    }

    fn waiver(&mut self, entry: &Value<'_>) {
        let span = self.span(entry);
        let Some(table) = self.sub_table("waiver", entry) else { return };
        let (mut code, mut service, mut reason, mut until) = (None, None, None, None);
        let mut understood = true;
        self.table("waiver", table, &["code", "service", "reason", "until"], |reader, key, _, value| match key {
            "code" => code = reader.text(key, value),
            "service" => service = reader.text(key, value),
            "reason" => reason = reader.text(key, value),
            _ => {
                until = value.get_ref().as_datetime().filter(|moment| moment.time.is_none()).and_then(|moment| moment.date);
                if until.is_none() {
                    understood = false;
                    reader.invalid("until", value, &["a date without quotes: 2027-06-30"]);
                }
            }
        });
        for (missing, there) in [("code", code.is_some()), ("service", service.is_some()), ("reason", reason.is_some())] {
            if !there {
                self.findings.push(WaiverIncomplete { span, missing });
            }
        }
        let (Some(code), Some(service), Some(reason)) = (code, service, reason) else { return };
        let at = code.span.unwrap_or(span);
        match self.code(&code.value).map(|code| code.waivable) {
            None => self.unknown_code(at, &code.value),
            Some(false) => self.findings.push(WaiverNotAllowed { span: at, code: &code.value }),
            Some(true) if understood => {
                let until = until.map(|date| Date { year: date.year, month: date.month, day: date.day });
                self.policy.waivers.push(Waiver { code: code.value, service: service.value, reason: reason.value, until, span });
            }
            Some(true) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use wcf_diagnostics::{FileId, Findings};

    use super::{Date, DateTimeMapping, DecimalMapping, NullListMapping, Policy, Stubs, UserNames, WindowsReplacement};
    use crate::diagnostics::CODES;
    use crate::plan::Exposure;
    use crate::specimen::Dice;

    fn read(text: &str) -> (Policy, Findings) {
        Policy::parse(FileId(0), text, CODES)
    }

    fn codes(text: &str) -> Vec<&'static str> {
        read(text).1.iter().map(|finding| finding.code.name).collect()
    }

    #[test]
    fn a_whole_policy_is_understood() {
        let (policy, findings) = read(
            r#"
[deployment]
exposure = "mesh"
[deployment.mesh]
strict = true
[security]
windows-replacement = "bearer"
[security.bearer]
issuer = "https://login.example/"
audience = "orders"
[metadata]
reflection = true
[contracts]
decimal = "units-nanos"
date-time = "with-kind"
null-lists = "kept"
[codegen]
stubs = "checked-in"
[levels]
wcf-clear-text-upgraded = "warn"
[service."Bank.Transfers".deployment]
exposure = "public"
[service."Bank.Transfers".security]
user-names = "bearer"
[[waiver]]
code = "wcf-end-to-end-protection-lost"
service = "Bank.Transfers"
reason = "reviewed in SEC-1182"
until = 2027-06-30
"#,
        );
        assert_eq!(findings.len(), 0, "{findings:?}");
        assert_eq!((policy.decimal, policy.stubs), (DecimalMapping::UnitsNanos, Stubs::CheckedIn));
        assert_eq!((policy.date_time, policy.null_lists), (DateTimeMapping::WithKind, NullListMapping::Kept));
        let bank = policy.for_service("Bank.Transfers");
        assert_eq!(bank.exposure.value, Exposure::Public);
        assert_eq!(bank.user_names.value, UserNames::Bearer);
        assert_eq!(bank.windows_replacement.value, WindowsReplacement::Bearer);
        assert_eq!(policy.for_service("Other").exposure.value, Exposure::Mesh);
        assert!(policy.for_service("Other").mesh_strict.value);
        assert_eq!(policy.waivers[0].until, Some(Date { year: 2027, month: 6, day: 30 }));
    }

    #[test]
    fn an_unknown_key_is_refused_with_a_suggestion() {
        let (_, findings) = read("[security]\nwindows-replacment = \"bearer\"\n");
        let finding = findings.iter().next().unwrap();
        assert_eq!(finding.code.name, "wcf-policy-unknown-key");
        assert_eq!(finding.help, ["did you mean `windows-replacement`?"]);
        assert_eq!((finding.span().unwrap().start, finding.span().unwrap().end), (11, 29));
    }

    #[test]
    fn values_levels_and_waivers_are_refused_when_wrong() {
        assert_eq!(codes("[deployment]\nexposure = \"intern\"\n"), ["wcf-policy-invalid-value"]);
        assert_eq!(codes("deployment = 3"), ["wcf-policy-invalid-value"]);
        assert_eq!(codes("x = ["), ["wcf-policy-syntax"]);
        assert_eq!(codes("[levels]\nwcf-weaker-in-transit = \"note\"\n"), ["wcf-policy-level-not-lowered"]);
        assert_eq!(codes("[levels]\nwcf-nothing-like-it = \"note\"\n"), ["wcf-waiver-unknown-code"]);
        assert_eq!(codes("[[waiver]]\ncode = \"wcf-impersonation-lost\"\n"), ["wcf-waiver-incomplete", "wcf-waiver-incomplete"]);
        let waiver = |code: &str, more: &str| format!("[[waiver]]\ncode = \"{code}\"\nservice = \"S\"\nreason = \"r\"\n{more}");
        assert_eq!(codes(&waiver("wcf-impersonation-loss", "")), ["wcf-waiver-unknown-code"]);
        assert_eq!(codes(&waiver("wcf-transport-unknown", "")), ["wcf-waiver-not-allowed"]);
        assert_eq!(codes(&waiver("wcf-impersonation-lost", "until = \"2027-01-01\"")), ["wcf-policy-invalid-value"]);
        assert_eq!(codes(&waiver("wcf-impersonation-lost", "")), [] as [&str; 0]);
    }

    const SCHEMA: &str = include_str!("../../../docs/schema/policy.schema.json");

    /// Every key of the schema with its table and what it may be, references followed.
    fn schema_keys(schema: &Value, at: &Value, path: &[&str], keys: &mut Vec<(Vec<String>, Value)>) {
        let at = match at["$ref"].as_str() {
            Some(reference) => &schema["$defs"][reference.trim_start_matches("#/$defs/")],
            None => at,
        };
        let Some(properties) = at["properties"].as_object() else { return };
        assert_eq!(at["additionalProperties"], Value::Bool(false), "{path:?} takes unknown keys");
        for (key, value) in properties {
            let mut below = path.to_vec();
            below.push(key);
            keys.push((below.iter().map(|&part| part.to_owned()).collect(), value.clone()));
            schema_keys(schema, value, &below, keys);
        }
    }

    fn document(path: &[String], value: &str) -> String {
        let (key, table) = path.split_last().unwrap();
        if table.is_empty() { format!("{key} = {value}\n") } else { format!("[{}]\n{key} = {value}\n", table.join(".")) }
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_keys_and_values() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let mut keys = Vec::new();
        schema_keys(&schema, &schema, &[], &mut keys);
        assert!(keys.len() > 15, "{}", keys.len());
        for (path, value) in &keys {
            let accepts = |text: &str| codes(&document(path, text)).is_empty();
            if let Some(values) = value["enum"].as_array() {
                for value in values {
                    assert!(accepts(&value.to_string()), "{path:?} = {value}");
                }
                assert!(!accepts("\"nothing-like-it\""), "{path:?}");
            }
            match value["type"].as_str() {
                Some("boolean") => assert!(accepts("true") && accepts("false") && !accepts("1"), "{path:?}"),
                Some("string") if path[0] != "waiver" => assert!(accepts("\"text\"") && !accepts("\"\""), "{path:?}"),
                _ => {}
            }
        }
        // The other way round: what the reader lists as known in a table is what the schema has there.
        let tables: BTreeSet<Vec<String>> =
            keys.iter().map(|(path, _)| path[..path.len() - 1].to_vec()).filter(|table| table.len() < 3).collect();
        for table in tables {
            let probe: Vec<String> = table.iter().cloned().chain(["x-x-x-x-x-x".to_owned()]).collect();
            let text = document(&probe, "1");
            let (_, findings) = read(&text);
            let listed = findings
                .iter()
                .find_map(|finding| finding.help.iter().find_map(|help| help.strip_prefix("use one of ")))
                .unwrap_or_else(|| panic!("{text}"));
            let known: BTreeSet<&str> = listed.split(", ").collect();
            let published: BTreeSet<&str> = keys
                .iter()
                .filter(|(path, _)| path.len() == table.len() + 1 && path.starts_with(&table))
                .map(|(path, _)| path.last().unwrap().as_str())
                .collect();
            assert_eq!(known, published, "{table:?}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic_or_point_outside_it() {
        let whole = "[deployment]\nexposure = \"mesh\"\n[deployment.mesh]\nstrict = true\n[security.bearer]\nissuer = \"é\"\n[levels]\n\
                     wcf-clear-text-upgraded = \"warn\"\n[service.\"A.B\".security]\nuser-names = \"bearer\"\n[[waiver]]\n\
                     code = \"wcf-impersonation-lost\"\nservice = \"A.B\"\nreason = \"r\"\nuntil = 2027-06-30\n";
        let pieces = [
            "[",
            "]",
            "\"",
            "=",
            "\n",
            ".",
            "[[waiver]]",
            "until = 1979-05-27T07:32:00Z",
            "{",
            "}",
            ",",
            "é",
            "\u{0}",
            "strict",
            "# ",
            "'''",
            "1e9",
        ];
        let mut dice = Dice::new(7);
        for round in 0..5_000 {
            let mut text: Vec<char> = whole.chars().collect();
            for _ in 0..=dice.below(4) {
                let at = dice.below(text.len());
                if dice.chance(50) {
                    text.drain(at..(at + 1 + dice.below(12)).min(text.len()));
                } else {
                    text.splice(at..at, dice.one(&pieces).chars());
                }
            }
            let text: String = text.into_iter().collect();
            for finding in &read(&text).1 {
                let span = finding.span().unwrap();
                assert!(text.get(span.start as usize..span.end as usize).is_some(), "round {round}: {text:?} {finding:?}");
            }
        }
    }

    #[test]
    fn a_waiver_without_understood_date_is_not_taken() {
        let (policy, _) = read("[[waiver]]\ncode = \"wcf-impersonation-lost\"\nservice = \"S\"\nreason = \"r\"\nuntil = 12:00:00\n");
        assert_eq!(policy.waivers, []);
    }
}
