//! Every legal combination of binding, mode and credentials, with what .NET makes of it: encrypted or not, who proves what.
//!
//! The facts are read from .NET Framework's reference source; they are not made by the code under test.

use wcf_security::posture::{CallerProof, EndToEnd, ServerProof};

/// One combination.
#[derive(Clone, Debug)]
pub struct Combination {
    /// The bindings it is the same for.
    pub bindings: &'static [&'static str],
    /// The mode, credentials and other settings, as a reader of the documentation knows them.
    pub mode: String,
    pub transport: String,
    pub message: String,
    /// The `binding` element's content.
    pub content: String,
    /// What .NET makes of it; `None` where .NET refuses to build it.
    pub facts: Option<Facts>,
}

/// What .NET makes of a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub encrypted: bool,
    pub integrity: bool,
    pub server: ServerProof,
    pub transport_caller: CallerProof,
    pub message_caller: CallerProof,
    pub end_to_end: EndToEnd,
}

pub const BASIC: &[&str] = &["basicHttpBinding", "basicHttpContextBinding", "netHttpBinding"];
const BASIC_HTTPS: &[&str] = &["basicHttpsBinding", "netHttpsBinding"];
const WEB: &[&str] = &["webHttpBinding"];
const WS: &[&str] = &["wsHttpBinding", "ws2007HttpBinding", "wsHttpContextBinding"];
const DUAL: &[&str] = &["wsDualHttpBinding"];
const FEDERATION: &[&str] = &["wsFederationHttpBinding", "ws2007FederationHttpBinding"];
const TCP: &[&str] = &["netTcpBinding", "netTcpContextBinding"];
const PIPE: &[&str] = &["netNamedPipeBinding"];
const MSMQ: &[&str] = &["netMsmqBinding"];
const MSMQ_INTEGRATION: &[&str] = &["msmqIntegrationBinding"];
const PEER: &[&str] = &["netPeerTcpBinding"];
const UDP: &[&str] = &["udpBinding"];
pub const CUSTOM: &[&str] = &["customBinding"];

const CLEAR: Facts = Facts {
    encrypted: false,
    integrity: false,
    server: ServerProof::Nothing,
    transport_caller: CallerProof::Nothing,
    message_caller: CallerProof::Nothing,
    end_to_end: EndToEnd::None,
};

const TLS: Facts = Facts { encrypted: true, integrity: true, server: ServerProof::Certificate, ..CLEAR };

const SOAP: Facts = Facts { end_to_end: EndToEnd::SignedAndEncrypted, ..TLS };

fn by_transport(facts: Facts, caller: CallerProof) -> Option<Facts> {
    Some(Facts { transport_caller: caller, ..facts })
}

fn by_message(facts: Facts, caller: CallerProof) -> Option<Facts> {
    Some(Facts { message_caller: caller, ..facts })
}

/// The content of a `binding` element with a `security` element.
pub fn security(mode: &str, transport: &str, message: &str) -> String {
    let child = |name: &str, attributes: &str| if attributes.is_empty() { String::new() } else { format!("<{name} {attributes}/>") };
    format!("<security mode=\"{mode}\">{}{}</security>", child("transport", transport), child("message", message))
}

struct List(Vec<Combination>);

impl List {
    fn add(&mut self, bindings: &'static [&'static str], mode: &str, transport: &str, message: &str, facts: Option<Facts>) {
        let content = security(mode, transport, message);
        self.0.push(Combination { bindings, mode: mode.to_owned(), transport: words(transport), message: words(message), content, facts });
    }

    fn custom(&mut self, elements: &str, facts: Option<Facts>) {
        self.0.push(Combination {
            bindings: CUSTOM,
            mode: "-".to_owned(),
            transport: elements.replace(['<', '>', '/'], " ").split_whitespace().collect::<Vec<_>>().join(" "),
            message: String::new(),
            content: elements.to_owned(),
            facts,
        });
    }
}

fn words(attributes: &str) -> String {
    attributes.replace("clientCredentialType=", "").replace('"', "")
}

/// HTTP credentials with what they are over TLS and over clear text.
const HTTP: [(&str, CallerProof, CallerProof); 6] = [
    ("None", CallerProof::Nothing, CallerProof::Nothing),
    ("Basic", CallerProof::PasswordProtected, CallerProof::PasswordInClear),
    ("Digest", CallerProof::DigestProtected, CallerProof::DigestInClear),
    ("Ntlm", CallerProof::WindowsIdentity, CallerProof::WindowsOverClear),
    ("Windows", CallerProof::WindowsIdentity, CallerProof::WindowsOverClear),
    ("InheritedFromHost", CallerProof::DecidedByHost, CallerProof::DecidedByHost),
];

const MESSAGE: [(&str, CallerProof); 5] = [
    ("None", CallerProof::Nothing),
    ("UserName", CallerProof::PasswordProtected),
    ("Certificate", CallerProof::Certificate),
    ("Windows", CallerProof::WindowsIdentity),
    ("IssuedToken", CallerProof::IssuedToken),
];

fn credential(kind: &str) -> String {
    format!("clientCredentialType=\"{kind}\"")
}

/// All combinations, in the order of the documentation.
pub fn all() -> Vec<Combination> {
    let mut list = List(Vec::new());
    for family in [BASIC, WEB] {
        list.add(family, "None", "", "", Some(CLEAR));
        for (kind, _, over_clear) in HTTP {
            list.add(family, "TransportCredentialOnly", &credential(kind), "", by_transport(CLEAR, over_clear));
        }
        list.add(family, "TransportCredentialOnly", &credential("Certificate"), "", None);
        https(&mut list, family);
    }
    list.add(BASIC, "Message", "", &credential("UserName"), None);
    list.add(BASIC, "Message", "", &credential("Certificate"), by_message(SOAP, CallerProof::Certificate));
    https(&mut list, BASIC_HTTPS);
    for family in [BASIC, BASIC_HTTPS] {
        list.add(family, "TransportWithMessageCredential", "", &credential("UserName"), by_message(TLS, CallerProof::PasswordProtected));
        list.add(family, "TransportWithMessageCredential", "", &credential("Certificate"), by_message(TLS, CallerProof::Certificate));
    }
    list.add(WS, "None", "", "", Some(CLEAR));
    https(&mut list, WS);
    for session in ["true", "false"] {
        for negotiate in ["true", "false"] {
            for (kind, caller) in MESSAGE {
                let facts = Facts { server: server_of_message(kind), ..SOAP };
                let more =
                    format!("{} negotiateServiceCredential=\"{negotiate}\" establishSecurityContext=\"{session}\"", credential(kind));
                list.add(WS, "Message", "", &more, by_message(facts, caller));
            }
        }
        for (kind, caller) in MESSAGE {
            let more = format!("{} establishSecurityContext=\"{session}\"", credential(kind));
            let facts = if kind == "None" { None } else { by_message(TLS, caller) };
            list.add(WS, "TransportWithMessageCredential", "", &more, facts);
        }
    }
    list.add(DUAL, "None", "", "", Some(CLEAR));
    for negotiate in ["true", "false"] {
        for (kind, caller) in MESSAGE {
            let more = format!("{} negotiateServiceCredential=\"{negotiate}\"", credential(kind));
            list.add(DUAL, "Message", "", &more, by_message(Facts { server: server_of_message(kind), ..SOAP }, caller));
        }
    }
    list.add(FEDERATION, "None", "", "", Some(CLEAR));
    for negotiate in ["true", "false"] {
        list.add(
            FEDERATION,
            "Message",
            "",
            &format!("negotiateServiceCredential=\"{negotiate}\""),
            by_message(SOAP, CallerProof::IssuedToken),
        );
    }
    list.add(FEDERATION, "TransportWithMessageCredential", "", "", by_message(TLS, CallerProof::IssuedToken));
    list.add(TCP, "None", "", "", Some(CLEAR));
    for (level, encrypted, integrity, caller) in WINDOWS_STREAM {
        let facts = Facts { encrypted, integrity, server: ServerProof::WindowsIdentity, ..CLEAR };
        list.add(TCP, "Transport", &format!("{} protectionLevel=\"{level}\"", credential("Windows")), "", by_transport(facts, caller));
    }
    list.add(TCP, "Transport", &credential("None"), "", Some(TLS));
    list.add(TCP, "Transport", &credential("Certificate"), "", by_transport(TLS, CallerProof::Certificate));
    list.add(TCP, "Transport", &format!("{} protectionLevel=\"Sign\"", credential("Certificate")), "", None);
    for (kind, caller) in MESSAGE {
        list.add(TCP, "Message", "", &credential(kind), by_message(Facts { server: server_of_message(kind), ..SOAP }, caller));
    }
    for (kind, caller) in MESSAGE {
        let facts = if kind == "None" { None } else { by_message(TLS, caller) };
        list.add(TCP, "TransportWithMessageCredential", "", &credential(kind), facts);
    }
    list.add(PIPE, "None", "", "", Some(CLEAR));
    for (level, encrypted, integrity, caller) in WINDOWS_STREAM {
        let facts = Facts { encrypted, integrity, server: ServerProof::WindowsIdentity, ..CLEAR };
        list.add(PIPE, "Transport", &format!("protectionLevel=\"{level}\""), "", by_transport(facts, caller));
    }
    queues(&mut list);
    list.add(PEER, "None", "", "", Some(CLEAR));
    let of = |kind: &str| format!("credentialType=\"{kind}\"");
    let signed = |facts: Facts| Facts { end_to_end: EndToEnd::Signed, message_caller: CallerProof::Certificate, ..facts };
    for (kind, caller, server) in [
        ("Password", CallerProof::PasswordProtected, ServerProof::Unknown),
        ("Certificate", CallerProof::Certificate, ServerProof::Certificate),
    ] {
        let link = Facts { server, transport_caller: caller, ..TLS };
        list.add(PEER, "Transport", &of(kind), "", Some(link));
        list.add(PEER, "TransportWithMessageCredential", &of(kind), "", Some(signed(link)));
        list.add(PEER, "Message", &of(kind), "", Some(signed(Facts { integrity: true, ..CLEAR })));
    }
    list.0.push(Combination {
        bindings: UDP,
        mode: "-".to_owned(),
        transport: String::new(),
        message: String::new(),
        content: String::new(),
        facts: Some(CLEAR),
    });
    custom(&mut list);
    list.0
}

const WINDOWS_STREAM: [(&str, bool, bool, CallerProof); 3] = [
    ("EncryptAndSign", true, true, CallerProof::WindowsIdentity),
    ("Sign", false, true, CallerProof::WindowsIdentity),
    ("None", false, false, CallerProof::WindowsOverClear),
];

fn server_of_message(kind: &str) -> ServerProof {
    if kind == "Windows" { ServerProof::WindowsIdentity } else { ServerProof::Certificate }
}

fn https(list: &mut List, family: &'static [&'static str]) {
    for (kind, over_tls, _) in HTTP {
        list.add(family, "Transport", &credential(kind), "", by_transport(TLS, over_tls));
    }
    list.add(family, "Transport", &credential("Certificate"), "", by_transport(TLS, CallerProof::Certificate));
}

fn queues(list: &mut List) {
    let signed = Facts { integrity: true, ..CLEAR };
    let encrypted = Facts { encrypted: true, integrity: true, server: ServerProof::WindowsIdentity, ..CLEAR };
    let of = |mode: &str, level: &str| format!("msmqAuthenticationMode=\"{mode}\" msmqProtectionLevel=\"{level}\"");
    for family in [MSMQ, MSMQ_INTEGRATION] {
        list.add(family, "None", "", "", Some(CLEAR));
        list.add(family, "Transport", &of("WindowsDomain", "Sign"), "", by_transport(signed, CallerProof::WindowsIdentity));
        list.add(family, "Transport", &of("WindowsDomain", "EncryptAndSign"), "", by_transport(encrypted, CallerProof::WindowsIdentity));
        list.add(family, "Transport", &of("Certificate", "Sign"), "", by_transport(signed, CallerProof::Certificate));
        list.add(family, "Transport", &of("Certificate", "EncryptAndSign"), "", by_transport(encrypted, CallerProof::Certificate));
        list.add(family, "Transport", &of("None", "None"), "", Some(CLEAR));
    }
    for (kind, caller) in MESSAGE {
        list.add(MSMQ, "Message", "", &credential(kind), by_message(Facts { server: server_of_message(kind), ..SOAP }, caller));
    }
    let both = Facts { transport_caller: CallerProof::WindowsIdentity, ..SOAP };
    list.add(MSMQ, "Both", &of("WindowsDomain", "Sign"), &credential("Certificate"), by_message(both, CallerProof::Certificate));
}

fn custom(list: &mut List) {
    let schemes = [
        ("Anonymous", CallerProof::Nothing, CallerProof::Nothing),
        ("Basic", CallerProof::PasswordInClear, CallerProof::PasswordProtected),
        ("Digest", CallerProof::DigestInClear, CallerProof::DigestProtected),
        ("Ntlm", CallerProof::WindowsOverClear, CallerProof::WindowsIdentity),
        ("Negotiate", CallerProof::WindowsOverClear, CallerProof::WindowsIdentity),
    ];
    for (scheme, over_clear, over_tls) in schemes {
        list.custom(&format!("<httpTransport authenticationScheme=\"{scheme}\"/>"), by_transport(CLEAR, over_clear));
        list.custom(&format!("<httpsTransport authenticationScheme=\"{scheme}\"/>"), by_transport(TLS, over_tls));
    }
    list.custom("<httpsTransport requireClientCertificate=\"true\"/>", by_transport(TLS, CallerProof::Certificate));
    list.custom("<tcpTransport/>", Some(CLEAR));
    list.custom("<sslStreamSecurity requireClientCertificate=\"false\"/><tcpTransport/>", Some(TLS));
    list.custom("<sslStreamSecurity requireClientCertificate=\"true\"/><tcpTransport/>", by_transport(TLS, CallerProof::Certificate));
    for (level, encrypted, integrity, caller) in WINDOWS_STREAM {
        let facts = Facts { encrypted, integrity, server: ServerProof::WindowsIdentity, ..CLEAR };
        for transport in ["tcpTransport", "namedPipeTransport"] {
            list.custom(&format!("<windowsStreamSecurity protectionLevel=\"{level}\"/><{transport}/>"), by_transport(facts, caller));
        }
    }
    let over_transport = [
        ("CertificateOverTransport", CallerProof::Certificate),
        ("IssuedTokenOverTransport", CallerProof::IssuedToken),
        ("KerberosOverTransport", CallerProof::WindowsIdentity),
        ("SspiNegotiatedOverTransport", CallerProof::WindowsIdentity),
        ("UserNameOverTransport", CallerProof::PasswordProtected),
    ];
    for (mode, caller) in over_transport {
        list.custom(&format!("<security authenticationMode=\"{mode}\"/><httpsTransport/>"), by_message(TLS, caller));
    }
    let windows = Facts { server: ServerProof::WindowsIdentity, ..SOAP };
    let in_messages = [
        ("AnonymousForCertificate", CallerProof::Nothing, SOAP),
        ("AnonymousForSslNegotiated", CallerProof::Nothing, SOAP),
        ("IssuedToken", CallerProof::IssuedToken, SOAP),
        ("IssuedTokenForCertificate", CallerProof::IssuedToken, SOAP),
        ("IssuedTokenForSslNegotiated", CallerProof::IssuedToken, SOAP),
        ("Kerberos", CallerProof::WindowsIdentity, windows),
        ("MutualCertificate", CallerProof::Certificate, SOAP),
        ("MutualCertificateDuplex", CallerProof::Certificate, SOAP),
        ("MutualSslNegotiated", CallerProof::Certificate, SOAP),
        ("SspiNegotiated", CallerProof::WindowsIdentity, windows),
        ("UserNameForCertificate", CallerProof::PasswordProtected, SOAP),
        ("UserNameForSslNegotiated", CallerProof::PasswordProtected, SOAP),
    ];
    for (mode, caller, facts) in in_messages {
        list.custom(&format!("<security authenticationMode=\"{mode}\"/><httpTransport/>"), by_message(facts, caller));
    }
    list.custom(
        "<security authenticationMode=\"SecureConversation\"><secureConversationBootstrap authenticationMode=\"UserNameForSslNegotiated\"/></security><httpTransport/>",
        by_message(SOAP, CallerProof::PasswordProtected),
    );
    list.custom("<security/><httpTransport/>", by_message(windows, CallerProof::WindowsIdentity));
}

/// The metadata endpoints: bindings, and what .NET makes of them.
pub fn metadata() -> [(&'static [&'static str], Facts); 2] {
    [(&["mexHttpBinding", "mexTcpBinding", "mexNamedPipeBinding"], CLEAR), (&["mexHttpsBinding"], TLS)]
}

/// A configuration with one endpoint of this binding, and base addresses for every scheme.
pub fn configuration(binding: &str, content: &str) -> String {
    configuration_of(binding, &[content.to_owned()])
}

/// A configuration with an endpoint for each content of this binding, and base addresses for every scheme.
pub fn configuration_of(binding: &str, contents: &[String]) -> String {
    let contract = if binding.starts_with("mex") { "IMetadataExchange" } else { "Bank.ITransfers" };
    let mut endpoints = String::new();
    let mut bindings = String::new();
    for (at, content) in contents.iter().enumerate() {
        let name = if at == 0 { "it".to_owned() } else { format!("it{at}") };
        let address = if at == 0 { "transfers".to_owned() } else { format!("transfers{at}") };
        endpoints.push_str(&format!(
            "        <endpoint address=\"{address}\" binding=\"{binding}\" bindingConfiguration=\"{name}\" contract=\"{contract}\"/>\n"
        ));
        bindings.push_str(&format!("        <binding name=\"{name}\">{content}</binding>\n"));
    }
    format!(
        r#"<configuration>
  <system.serviceModel>
    <services>
      <service name="Bank.Transfers" behaviorConfiguration="bank">
{endpoints}        <host>
          <baseAddresses>
            <add baseAddress="http://bank.example:8080/"/>
            <add baseAddress="https://bank.example:8443/"/>
            <add baseAddress="net.tcp://bank.example:8081/"/>
            <add baseAddress="net.pipe://localhost/"/>
            <add baseAddress="net.msmq://localhost/private/"/>
            <add baseAddress="msmq.formatname://bank.example/"/>
            <add baseAddress="net.p2p://bank.example/"/>
            <add baseAddress="soap.udp://224.0.0.1:8082/"/>
          </baseAddresses>
        </host>
      </service>
    </services>
    <bindings>
      <{binding}>
{bindings}      </{binding}>
    </bindings>
    <behaviors>
      <serviceBehaviors>
        <behavior name="bank">
          <serviceCredentials>
            <serviceCertificate findValue="bank.example" x509FindType="FindBySubjectName" storeLocation="LocalMachine" storeName="My"/>
          </serviceCredentials>
        </behavior>
      </serviceBehaviors>
    </behaviors>
  </system.serviceModel>
</configuration>
"#
    )
}
