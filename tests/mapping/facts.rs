//! The 111 rows of the facts about WCF, read as they are written: what each says of wire, server, caller and messages, in its own
//! words, and the configurations that it is about. Nothing here comes from the code under test.

use wcf_security::posture::{CallerProof, EndToEnd, ServerProof};

use crate::combinations::{Facts, security};

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub line: usize,
    pub bindings: String,
    pub mode: String,
    pub transport: String,
    pub message: String,
    pub encrypted: String,
    pub integrity: String,
    pub server: String,
    pub client: String,
    pub end_to_end: String,
}

/// A configuration that a row is about, and what the row says of it.
#[derive(Clone, Debug)]
pub struct Case {
    pub binding: String,
    pub content: String,
    pub facts: Facts,
}

/// The rows of the first table. Some cells hold the very bar that parts cells; the columns of yes and no tell them apart.
pub fn rows(text: &str) -> Vec<Row> {
    let table = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("## 1.")).skip(1);
    let lines = table.take_while(|(_, line)| !line.starts_with("## ")).filter(|(_, line)| line.starts_with("| "));
    let mut rows = Vec::new();
    for (at, line) in lines.skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let is_answer =
            |cell: &&str| ["yes", "no", "EncryptAndSign only"].iter().any(|word| cell.starts_with(word)) && !cell.starts_with("none");
        let encrypted = 4 + cells[4..].iter().position(is_answer).expect(line);
        let end_to_end = cells.len() - 2;
        assert!(is_answer(&cells[end_to_end]), "{line}");
        rows.push(Row {
            line: at + 1,
            bindings: cells[0].to_owned(),
            mode: cells[1].replace(" (default)", ""),
            transport: cells[2].replace(" (default)", ""),
            message: cells[3..encrypted].join(" | ").replace(" (default)", ""),
            encrypted: cells[encrypted].to_owned(),
            integrity: cells[encrypted + 1].to_owned(),
            server: cells[encrypted + 2].to_owned(),
            client: cells[encrypted + 3..end_to_end].join(" | "),
            end_to_end: cells[end_to_end].to_owned(),
        });
    }
    rows
}

/// The part of a cell that is about the alternative at this place: cells of one answer are about all.
fn alternative(cell: &str, at: usize) -> &str {
    let parts: Vec<&str> = if cell.contains(" | ") { cell.split(" | ").collect() } else { cell.split(" / ").collect() };
    parts.get(at).copied().unwrap_or(parts[0]).trim()
}

fn is_yes(cell: &str) -> bool {
    cell.starts_with("yes")
}

fn server(cell: &str) -> ServerProof {
    let has = |words: &[&str]| words.iter().any(|word| cell.contains(word));
    match cell {
        _ if cell.starts_with("none") => ServerProof::Nothing,
        "mesh password" => ServerProof::Unknown,
        "peer cert" => ServerProof::Certificate,
        _ if has(&["TLS server cert", "X.509"]) => ServerProof::Certificate,
        // "as above": the rows of netTcp below the one that says Kerberos.
        _ if has(&["Kerberos", "Windows", "as above"]) || cell.starts_with("AD") => ServerProof::WindowsIdentity,
        other => panic!("server {other}"),
    }
}

/// What a cell says of callers: by the transport, by the message.
fn callers(cell: &str, encrypted: bool) -> (CallerProof, CallerProof) {
    let has = |words: &[&str]| words.iter().any(|word| cell.contains(word));
    let over = |protected, clear| (if encrypted { protected } else { clear }, CallerProof::Nothing);
    match cell {
        "none" | "none (anonymous)" => (CallerProof::Nothing, CallerProof::Nothing),
        "as enabled in IIS" => (CallerProof::DecidedByHost, CallerProof::Nothing),
        "mesh password" => (CallerProof::PasswordProtected, CallerProof::Nothing),
        "peer cert" | "X.509 client cert" => (CallerProof::Certificate, CallerProof::Nothing),
        "message sender signature (X.509)" => (CallerProof::Nothing, CallerProof::Certificate),
        _ if cell.starts_with("HTTP Basic") => over(CallerProof::PasswordProtected, CallerProof::PasswordInClear),
        _ if cell.starts_with("HTTP Digest") => over(CallerProof::DigestProtected, CallerProof::DigestInClear),
        _ if cell.starts_with("HTTP N") => over(CallerProof::WindowsIdentity, CallerProof::WindowsOverClear),
        "TLS client certificate (mutual TLS)" => (CallerProof::Certificate, CallerProof::Nothing),
        "Windows (handshake only)" | "Windows (handshake)" => (CallerProof::WindowsOverClear, CallerProof::Nothing),
        "Windows SID signed by MSMQ" | "Windows SID" => (CallerProof::WindowsIdentity, CallerProof::Nothing),
        _ if has(&["user name"]) => (CallerProof::Nothing, CallerProof::PasswordProtected),
        _ if has(&["X.509"]) => (CallerProof::Nothing, CallerProof::Certificate),
        _ if has(&["InfoCard", "STS token"]) => (CallerProof::Nothing, CallerProof::IssuedToken),
        _ if has(&["SPNEGO", "Kerberos"]) => (CallerProof::Nothing, CallerProof::WindowsIdentity),
        other => panic!("client {other}"),
    }
}

fn end_to_end(cell: &str) -> EndToEnd {
    match cell {
        "yes" => EndToEnd::SignedAndEncrypted,
        "yes (sign only)" => EndToEnd::Signed,
        _ if cell.starts_with("no") => EndToEnd::None,
        other => panic!("end to end {other}"),
    }
}

/// `true/false`, `true / false` or one of them, after a name.
fn switches(cell: &str, name: &str) -> Vec<String> {
    let Some((_, after)) = cell.split_once(&format!("{name}=")) else { return Vec::new() };
    let after = after.split(',').next().unwrap().trim_end_matches(')');
    after.split('/').map(|value| value.trim().to_owned()).collect()
}

impl Row {
    /// Every configuration the row is about, for each of its bindings.
    pub fn cases(&self) -> Vec<Case> {
        let names = self.bindings.split(" (").next().unwrap();
        if names == "custom" {
            return self.custom();
        }
        let mut cases = Vec::new();
        for name in names.split([',', '/']).map(|name| format!("{}Binding", name.trim())) {
            let integration =
                (name == "netMsmqBinding" && self.bindings.contains("msmqIntegration")).then(|| "msmqIntegrationBinding".to_owned());
            for binding in std::iter::once(name).chain(integration) {
                cases.extend(self.contents(&binding).into_iter().map(|(content, facts)| Case { binding: binding.clone(), content, facts }));
            }
        }
        cases
    }

    fn facts(&self, at: usize) -> Facts {
        let encrypted = is_yes(alternative(&self.encrypted, at));
        let (transport_caller, message_caller) = callers(alternative(&self.client, at), encrypted);
        Facts {
            encrypted,
            integrity: is_yes(alternative(&self.integrity, at)),
            server: server(alternative(&self.server, at)),
            transport_caller,
            message_caller,
            end_to_end: end_to_end(&self.end_to_end),
        }
    }

    fn contents(&self, binding: &str) -> Vec<(String, Facts)> {
        let mode = self.mode.as_str();
        let one = |transport: &str, message: &str, facts| vec![(security(mode, transport, message), facts)];
        if mode.starts_with('(') {
            return vec![(String::new(), self.facts(0))];
        }
        let credential = |kind: &str| format!("clientCredentialType=\"{kind}\"");
        match binding {
            "netPeerTcpBinding" if mode != "None" => {
                return ["Password", "Certificate"]
                    .into_iter()
                    .enumerate()
                    .map(|(at, kind)| {
                        let mut facts = match mode {
                            // "as Transport + sender signature"
                            "TransportWithMessageCredential" => {
                                let caller = callers(alternative("mesh password / peer cert", at), true).0;
                                let server = server(alternative("mesh password / peer cert", at));
                                Facts { server, transport_caller: caller, message_caller: CallerProof::Certificate, ..self.wire() }
                            }
                            _ => self.facts(at),
                        };
                        facts.end_to_end = end_to_end(&self.end_to_end);
                        (security(mode, &format!("credentialType=\"{kind}\""), ""), facts)
                    })
                    .collect();
            }
            "netMsmqBinding" | "msmqIntegrationBinding" if mode == "Transport" => {
                let (kind, levels) = self.transport.split_once(", protection=").unwrap();
                let of = |(at, level): (usize, &str)| {
                    let attributes = format!("msmqAuthenticationMode=\"{kind}\" msmqProtectionLevel=\"{level}\"");
                    (security(mode, &attributes, ""), self.facts(at))
                };
                return levels.split(" / ").enumerate().map(of).collect();
            }
            "netMsmqBinding" if mode == "Both" => {
                let attributes = "msmqAuthenticationMode=\"WindowsDomain\" msmqProtectionLevel=\"Sign\"";
                let both = Facts {
                    server: ServerProof::Certificate,
                    transport_caller: CallerProof::WindowsIdentity,
                    message_caller: CallerProof::Certificate,
                    ..self.wire()
                };
                return one(attributes, &credential("Certificate"), both);
            }
            "basicHttpsBinding" | "netHttpsBinding" if self.client.starts_with("as basicHttp") => {
                let of = |kind: &str, proof| {
                    let facts = Facts { server: server(&self.server), message_caller: proof, ..self.wire() };
                    (security(mode, "", &credential(kind)), facts)
                };
                return vec![of("UserName", CallerProof::PasswordProtected), of("Certificate", CallerProof::Certificate)];
            }
            _ => {}
        }
        let is_unused = |cell: &str| cell == "-" || cell.starts_with('(');
        if !is_unused(&self.transport) {
            let level = self.transport.split_once("protectionLevel=").map(|(_, level)| format!("protectionLevel=\"{level}\""));
            let kind = self.transport.split(", ").next().filter(|kind| !kind.contains('='));
            let attributes: Vec<_> = kind.map(credential).into_iter().chain(level).collect();
            let mut facts = self.facts_of_transport();
            facts.end_to_end = end_to_end(&self.end_to_end);
            return one(&attributes.join(" "), "", facts);
        }
        if is_unused(&self.message) {
            return one("", "", self.facts(0));
        }
        let (nego, session) = (switches(&self.message, "nego"), switches(&self.message, "esc"));
        let kinds = self.message.split(" nego=").next().unwrap().split(" (nego").next().unwrap();
        let kinds: Vec<&str> = kinds.split(" | ").map(|kind| kind.split(',').next().unwrap().trim()).collect();
        let mut cases = Vec::new();
        for (at, kind) in kinds.iter().enumerate() {
            for nego in if nego.is_empty() { vec![String::new()] } else { nego.clone() } {
                for session in if session.is_empty() { vec![String::new()] } else { session.clone() } {
                    let mut attributes = Vec::new();
                    if *kind != "issued token" {
                        attributes.push(credential(kind));
                    }
                    if !nego.is_empty() {
                        attributes.push(format!("negotiateServiceCredential=\"{nego}\""));
                    }
                    if !session.is_empty() {
                        attributes.push(format!("establishSecurityContext=\"{session}\""));
                    }
                    cases.push((security(mode, "", &attributes.join(" ")), self.facts_of_message(at, kind)));
                }
            }
        }
        cases
    }

    /// Wire and messages alone.
    fn wire(&self) -> Facts {
        Facts {
            encrypted: is_yes(&self.encrypted),
            integrity: is_yes(&self.integrity),
            server: ServerProof::Nothing,
            transport_caller: CallerProof::Nothing,
            message_caller: CallerProof::Nothing,
            end_to_end: end_to_end(&self.end_to_end),
        }
    }

    /// Streams that Windows protects say only "Windows" of the caller.
    fn facts_of_transport(&self) -> Facts {
        match self.client.as_str() {
            "Windows" => Facts { server: server(&self.server), transport_caller: CallerProof::WindowsIdentity, ..self.wire() },
            _ => self.facts(0),
        }
    }

    /// Messages whose caller is said in one word for several kinds.
    fn facts_of_message(&self, at: usize, kind: &str) -> Facts {
        let caller = match self.client.as_str() {
            "the message credential in SOAP" => match kind {
                "UserName" => CallerProof::PasswordProtected,
                "Certificate" => CallerProof::Certificate,
                "Windows" => CallerProof::WindowsIdentity,
                _ => CallerProof::IssuedToken,
            },
            cell => match alternative(cell, at) {
                "Windows" => CallerProof::WindowsIdentity,
                cell => callers(cell, is_yes(&self.encrypted)).1,
            },
        };
        Facts { server: server(alternative(&self.server, 0)), message_caller: caller, ..self.wire() }
    }

    /// Custom bindings: the row names elements; which value each answer is about stands in its words.
    fn custom(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut add = |content: String, facts: Facts| cases.push(Case { binding: "customBinding".to_owned(), content, facts });
        let tls = |facts: Facts, caller| Facts { server: server("TLS server cert"), transport_caller: caller, ..facts };
        let schemes = [
            ("Anonymous", "none"),
            ("Basic", "HTTP Basic"),
            ("Digest", "HTTP Digest"),
            ("Ntlm", "HTTP NTLM"),
            ("Negotiate", "HTTP Negotiate"),
        ];
        match self.transport.split(&[' ', ','][..]).next().unwrap() {
            "httpTransport" => {
                assert_eq!((self.client.as_str(), server(&self.server)), ("as HTTP scheme X", ServerProof::Nothing));
                for (scheme, words) in schemes {
                    let content = format!("<httpTransport authenticationScheme=\"{scheme}\"/>");
                    add(content, Facts { transport_caller: callers(words, false).0, ..self.wire() });
                }
            }
            "httpsTransport" if self.mode == "-" => {
                assert_eq!((self.client.as_str(), server(&self.server)), ("HTTP scheme / TLS client cert", ServerProof::Certificate));
                for (scheme, words) in schemes {
                    let content = format!("<httpsTransport authenticationScheme=\"{scheme}\" requireClientCertificate=\"false\"/>");
                    add(content, tls(self.wire(), callers(words, true).0));
                }
                add("<httpsTransport requireClientCertificate=\"true\"/>".to_owned(), tls(self.wire(), CallerProof::Certificate));
            }
            "tcpTransport" => add("<tcpTransport/>".to_owned(), self.facts(0)),
            "sslStreamSecurity" => {
                assert_eq!((self.client.as_str(), server(&self.server)), ("none / TLS client cert", ServerProof::Certificate));
                for (required, caller) in [("false", CallerProof::Nothing), ("true", CallerProof::Certificate)] {
                    add(format!("<sslStreamSecurity requireClientCertificate=\"{required}\"/><tcpTransport/>"), tls(self.wire(), caller));
                }
            }
            word if word.starts_with("windowsStreamSecurity") => {
                assert_eq!((self.encrypted.as_str(), self.integrity.as_str()), ("EncryptAndSign only", "Sign or EncryptAndSign"));
                for level in ["None", "Sign", "EncryptAndSign"] {
                    let caller = if level == "None" { CallerProof::WindowsOverClear } else { CallerProof::WindowsIdentity };
                    let facts = Facts {
                        encrypted: level == "EncryptAndSign",
                        integrity: level != "None",
                        server: server(&self.server),
                        transport_caller: caller,
                        ..self.wire()
                    };
                    for transport in ["tcpTransport", "namedPipeTransport"] {
                        add(format!("<windowsStreamSecurity protectionLevel=\"{level}\"/><{transport}/>"), facts);
                    }
                }
            }
            "httpsTransport" => {
                for (mode, caller) in OVER_TRANSPORT {
                    let facts = Facts { server: ServerProof::Certificate, message_caller: caller, ..self.wire() };
                    add(format!("<security authenticationMode=\"{mode}\"/><httpsTransport/>"), facts);
                    add(format!("<security authenticationMode=\"{mode}\"/><sslStreamSecurity/><tcpTransport/>"), facts);
                }
            }
            "any" => {
                for (mode, caller, server) in IN_MESSAGES {
                    let facts = Facts { server, message_caller: caller, ..self.wire() };
                    add(format!("<security authenticationMode=\"{mode}\"/><httpTransport/>"), facts);
                    add(format!("<security authenticationMode=\"{mode}\"/><tcpTransport/>"), facts);
                }
            }
            other => panic!("custom {other}"),
        }
        cases
    }
}

/// "SOAP credential": what each mode of `custom-binding-elements.json` names.
const OVER_TRANSPORT: [(&str, CallerProof); 5] = [
    ("CertificateOverTransport", CallerProof::Certificate),
    ("IssuedTokenOverTransport", CallerProof::IssuedToken),
    ("KerberosOverTransport", CallerProof::WindowsIdentity),
    ("SspiNegotiatedOverTransport", CallerProof::WindowsIdentity),
    ("UserNameOverTransport", CallerProof::PasswordProtected),
];

/// "per mode", likewise.
const IN_MESSAGES: [(&str, CallerProof, ServerProof); 12] = [
    ("AnonymousForCertificate", CallerProof::Nothing, ServerProof::Certificate),
    ("AnonymousForSslNegotiated", CallerProof::Nothing, ServerProof::Certificate),
    ("IssuedToken", CallerProof::IssuedToken, ServerProof::Certificate),
    ("IssuedTokenForCertificate", CallerProof::IssuedToken, ServerProof::Certificate),
    ("IssuedTokenForSslNegotiated", CallerProof::IssuedToken, ServerProof::Certificate),
    ("Kerberos", CallerProof::WindowsIdentity, ServerProof::WindowsIdentity),
    ("MutualCertificate", CallerProof::Certificate, ServerProof::Certificate),
    ("MutualCertificateDuplex", CallerProof::Certificate, ServerProof::Certificate),
    ("MutualSslNegotiated", CallerProof::Certificate, ServerProof::Certificate),
    ("SspiNegotiated", CallerProof::WindowsIdentity, ServerProof::WindowsIdentity),
    ("UserNameForCertificate", CallerProof::PasswordProtected, ServerProof::Certificate),
    ("UserNameForSslNegotiated", CallerProof::PasswordProtected, ServerProof::Certificate),
];
