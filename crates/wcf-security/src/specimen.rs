//! Endpoints built by hand for tests: every stack the three common bindings give, and random ones.

use std::sync::Arc;

use wcf_config::behavior::{
    CertificateReference, CertificateValidationMode, IssuedTokenAuthentication, RevocationMode, ServiceAuthorization, ServiceBehavior,
    ServiceMetadata, ServiceThrottling, UserNameAuthentication, UserNameValidationMode, X509Validation,
};
use wcf_config::channel_stack::{
    AuthenticationMode, BindingElement, EncodingKind, HttpTransport, IssuedKeyType, IssuedToken, MessageEncoding, MessageSecurity,
    MsmqTransport, PeerResolver, ProtectionLevel, ReliableSession, SecurityShape, SslProtocol, SslStreamSecurity, StreamTransport,
    TransactionFlow, TransferMode, Transport, WindowsStreamSecurity,
};
use wcf_config::effective::{
    Binding, ClientEndpoint, Effective, Host, Hosting, HttpAuthenticationScheme, Identity, Origin, Resolution, Service, ServiceEndpoint,
    ServiceSource, Settings, Timeout, Timeouts, WebServer,
};
use wcf_config::{ChannelStack, EffectiveConfig, Text};
use wcf_contract::model::{self, ContractModel, Demanded, PermissionAttribute, PermissionDemand};
use wcf_contract::{Options, SourceText, read_csharp};
use wcf_diagnostics::{FileId, Span};

pub(crate) const FILE: FileId = FileId(0);

pub(crate) fn span() -> Span {
    Span { file: FILE, start: 0, end: 0 }
}

/// A value by default.
pub(crate) fn by_default<T>(value: T) -> Effective<T> {
    Effective { value, origin: Origin::RuntimeDefault { class: "Specimen" } }
}

pub(crate) fn http(tls: bool, scheme: HttpAuthenticationScheme, certificate: bool) -> Transport {
    Transport::Http(Box::new(HttpTransport {
        tls,
        authentication_scheme: by_default(scheme),
        require_client_certificate: by_default(certificate),
        transfer_mode: by_default(TransferMode::Buffered),
        max_received_message_size: by_default(65_536),
        allow_cookies: by_default(false),
        web_socket: false,
    }))
}

pub(crate) fn stream() -> Box<StreamTransport> {
    Box::new(StreamTransport {
        transfer_mode: by_default(TransferMode::Buffered),
        max_received_message_size: by_default(65_536),
        max_connections: by_default(0),
        listen_backlog: by_default(0),
        port_sharing: by_default(false),
    })
}

pub(crate) fn ssl(certificate: bool, protocols: &[SslProtocol]) -> BindingElement {
    BindingElement::SslStreamSecurity(SslStreamSecurity {
        require_client_certificate: by_default(certificate),
        ssl_protocols: by_default(protocols.to_vec()),
    })
}

pub(crate) fn windows(level: ProtectionLevel) -> BindingElement {
    BindingElement::WindowsStreamSecurity(WindowsStreamSecurity { protection_level: by_default(level) })
}

pub(crate) fn message(mode: AuthenticationMode) -> BindingElement {
    let shape = match mode {
        AuthenticationMode::CertificateOverTransport
        | AuthenticationMode::IssuedTokenOverTransport
        | AuthenticationMode::KerberosOverTransport
        | AuthenticationMode::SspiNegotiatedOverTransport
        | AuthenticationMode::UserNameOverTransport => SecurityShape::Transport,
        AuthenticationMode::MutualCertificateDuplex | AuthenticationMode::MutualCertificate => SecurityShape::Asymmetric,
        _ => SecurityShape::Symmetric,
    };
    let issued = matches!(
        mode,
        AuthenticationMode::IssuedToken
            | AuthenticationMode::IssuedTokenForCertificate
            | AuthenticationMode::IssuedTokenForSslNegotiated
            | AuthenticationMode::IssuedTokenOverTransport
    );
    BindingElement::Security(Box::new(MessageSecurity {
        authentication_mode: by_default(mode),
        secure_conversation: false,
        shape,
        algorithm_suite: by_default("Basic256".into()),
        message_security_version: by_default("Default".into()),
        include_timestamp: by_default(true),
        detect_replays: by_default(true),
        allow_insecure_transport: by_default(false),
        enable_unsecured_response: by_default(false),
        issued_token: issued.then(|| IssuedToken {
            issuer_address: None,
            issuer_metadata_address: None,
            token_type: None,
            key_type: by_default(IssuedKeyType::Symmetric),
            claim_types: Vec::new(),
        }),
    }))
}

pub(crate) fn stack(elements: Vec<BindingElement>, transport: Transport) -> ChannelStack {
    let mut all = vec![BindingElement::Encoding(MessageEncoding { kind: EncodingKind::Text, compressed: false })];
    all.extend(elements);
    all.push(BindingElement::Transport(transport));
    ChannelStack { elements: all }
}

pub(crate) fn binding(stack: ChannelStack) -> Binding {
    Binding {
        written: "specimenBinding".into(),
        configuration: Text::default(),
        resolution: Resolution::BuiltIn,
        settings: Arc::default(),
        elements: Arc::default(),
        scheme: by_default(Text::default()),
        timeouts: Timeouts {
            open: by_default(Timeout::Milliseconds(60_000)),
            close: by_default(Timeout::Milliseconds(60_000)),
            send: by_default(Timeout::Milliseconds(60_000)),
            receive: by_default(Timeout::Milliseconds(600_000)),
        },
        stack: Ok(stack),
    }
}

pub(crate) fn service_endpoint(stack: ChannelStack) -> ServiceEndpoint {
    ServiceEndpoint {
        span: span(),
        address: by_default("http://bank.example:8080/transfers".into()),
        resolved_address: Some("http://bank.example:8080/transfers".into()),
        listen_uri: None,
        contract: by_default("Bank.ITransfers".into()),
        name: Text::default(),
        kind: Text::default(),
        is_system: false,
        is_default: false,
        binding: Arc::new(binding(stack)),
        identity: None,
        behavior: Arc::default(),
    }
}

pub(crate) fn client_endpoint(stack: ChannelStack) -> ClientEndpoint {
    ClientEndpoint {
        span: span(),
        address: by_default("http://bank.example:8080/transfers".into()),
        contract: by_default("Bank.ITransfers".into()),
        name: Text::default(),
        kind: Text::default(),
        binding: Arc::new(binding(stack)),
        identity: None,
        behavior: Arc::default(),
    }
}

pub(crate) fn service(endpoint: ServiceEndpoint, behavior: ServiceBehavior) -> Service {
    Service {
        name: "Bank.Transfers".into(),
        span: span(),
        source: ServiceSource::Configured,
        base_addresses: Vec::new(),
        behavior: Arc::new(behavior),
        endpoints: vec![endpoint],
    }
}

pub(crate) fn host(services: Vec<Service>, clients: Vec<ClientEndpoint>) -> Host {
    Host { name: "bank".to_owned(), file: FILE, hosting: Hosting::Process, services, clients, refused: false }
}

/// One service with one endpoint.
pub(crate) fn config(stack: ChannelStack) -> EffectiveConfig {
    EffectiveConfig { hosts: vec![host(vec![service(service_endpoint(stack), ServiceBehavior::default())], Vec::new())] }
}

pub(crate) fn validation(mode: CertificateValidationMode, revocation: RevocationMode) -> X509Validation {
    X509Validation {
        mode: by_default(mode),
        custom_validator: None,
        revocation: by_default(revocation),
        trusted_store_location: by_default("LocalMachine".into()),
    }
}

/// A small generator: the same seed gives the same configuration everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

pub(crate) const SCHEMES: [HttpAuthenticationScheme; 6] = [
    HttpAuthenticationScheme::Anonymous,
    HttpAuthenticationScheme::Basic,
    HttpAuthenticationScheme::Digest,
    HttpAuthenticationScheme::Ntlm,
    HttpAuthenticationScheme::Negotiate,
    HttpAuthenticationScheme::DecidedByHost,
];

pub(crate) const MODES: [AuthenticationMode; 17] = [
    AuthenticationMode::AnonymousForCertificate,
    AuthenticationMode::AnonymousForSslNegotiated,
    AuthenticationMode::CertificateOverTransport,
    AuthenticationMode::IssuedToken,
    AuthenticationMode::IssuedTokenForCertificate,
    AuthenticationMode::IssuedTokenForSslNegotiated,
    AuthenticationMode::IssuedTokenOverTransport,
    AuthenticationMode::Kerberos,
    AuthenticationMode::KerberosOverTransport,
    AuthenticationMode::MutualCertificate,
    AuthenticationMode::MutualCertificateDuplex,
    AuthenticationMode::MutualSslNegotiated,
    AuthenticationMode::SspiNegotiated,
    AuthenticationMode::SspiNegotiatedOverTransport,
    AuthenticationMode::UserNameForCertificate,
    AuthenticationMode::UserNameForSslNegotiated,
    AuthenticationMode::UserNameOverTransport,
];

/// What stands above the transport and its security: sessions, contexts, one-way traffic.
fn random_protocols(dice: &mut Dice) -> Vec<BindingElement> {
    let mut elements = Vec::new();
    if dice.chance(10) {
        elements.push(BindingElement::Context);
    }
    if dice.chance(10) {
        elements.push(BindingElement::TransactionFlow(TransactionFlow { enabled: by_default(dice.chance(50)) }));
    }
    if dice.chance(10) {
        let inactivity_timeout = by_default(Timeout::Milliseconds(600_000));
        elements.push(BindingElement::ReliableSession(ReliableSession { ordered: by_default(dice.chance(50)), inactivity_timeout }));
    }
    if dice.chance(10) {
        let more = [
            BindingElement::CompositeDuplex,
            BindingElement::OneWay,
            BindingElement::PrivacyNotice,
            BindingElement::PeerResolver(PeerResolver::Pnrp),
        ];
        elements.push(dice.one(&more));
    }
    elements
}

/// A value that is written, or not.
fn maybe_written<T>(dice: &mut Dice, value: T) -> Effective<T> {
    let written = Origin::Written { span: span(), within: wcf_config::effective::Within::Nameless };
    if dice.chance(50) { Effective { value, origin: written } } else { by_default(value) }
}

pub(crate) fn random_stack(dice: &mut Dice) -> ChannelStack {
    let mut elements = random_protocols(dice);
    let transfers = [TransferMode::Buffered, TransferMode::Streamed, TransferMode::StreamedRequest, TransferMode::StreamedResponse];
    if dice.chance(40) {
        let BindingElement::Security(mut security) = message(dice.one(&MODES)) else { unreachable!() };
        security.secure_conversation = dice.chance(30);
        security.allow_insecure_transport = by_default(dice.chance(20));
        if let Some(token) = &mut security.issued_token {
            token.key_type = by_default(dice.one(&[IssuedKeyType::Symmetric, IssuedKeyType::Asymmetric, IssuedKeyType::Bearer]));
        }
        security.enable_unsecured_response = by_default(dice.chance(10));
        security.algorithm_suite = by_default(dice.one(&["Basic256", "TripleDes", "Basic128"]).into());
        elements.push(BindingElement::Security(security));
    }
    if dice.chance(5) {
        elements.push(BindingElement::Opaque { name: "ourElement".into() });
    }
    let queue = MsmqTransport {
        authentication_mode: by_default(dice.one(&["None", "Certificate", "WindowsDomain"]).into()),
        protection_level: by_default(dice.one(&[ProtectionLevel::None, ProtectionLevel::Sign, ProtectionLevel::EncryptAndSign])),
    };
    let sizes = [1_024, 65_536, 1_048_576, 2_147_483_647, 5_000_000_000];
    let transport = match dice.below(12) {
        0..=5 => {
            let (tls, scheme, certificate) = (dice.chance(60), dice.one(&SCHEMES), dice.chance(30));
            let Transport::Http(mut http) = http(tls, scheme, certificate) else { unreachable!() };
            http.max_received_message_size = by_default(dice.one(&sizes));
            http.web_socket = dice.chance(10);
            http.transfer_mode = by_default(dice.one(&transfers));
            Transport::Http(http)
        }
        kind @ 6..=10 => {
            match dice.below(3) {
                0 => {
                    let lists: [&[SslProtocol]; 6] = [
                        &[],
                        &[SslProtocol::Tls12],
                        &[SslProtocol::Tls13],
                        &[SslProtocol::Tls12, SslProtocol::Tls13],
                        &[SslProtocol::Tls, SslProtocol::Tls11, SslProtocol::Tls12],
                        &[SslProtocol::Ssl3],
                    ];
                    elements.push(ssl(dice.chance(50), dice.one(&lists)));
                }
                1 => elements.push(windows(dice.one(&[ProtectionLevel::None, ProtectionLevel::Sign, ProtectionLevel::EncryptAndSign]))),
                _ => {}
            }
            let mut stream = stream();
            stream.max_received_message_size = by_default(dice.one(&sizes));
            stream.transfer_mode = by_default(dice.one(&transfers));
            let (pending, backlog) = (dice.one(&[0, 10]), dice.one(&[0, 20]));
            stream.max_connections = maybe_written(dice, pending);
            stream.listen_backlog = maybe_written(dice, backlog);
            stream.port_sharing = by_default(dice.chance(10));
            if kind < 9 { Transport::Tcp(stream) } else { Transport::NamedPipe(stream) }
        }
        _ => dice.one(&[
            Transport::Peer,
            Transport::Udp,
            Transport::Opaque { name: "satellite".into() },
            Transport::Msmq(Box::new(queue.clone())),
            Transport::MsmqIntegration(Box::new(queue)),
        ]),
    };
    let mut stack = stack(elements, transport);
    let kinds = [EncodingKind::Text, EncodingKind::Binary, EncodingKind::Mtom, EncodingKind::Web, EncodingKind::ByteStream];
    let encoding = MessageEncoding { kind: dice.one(&kinds), compressed: dice.chance(10) };
    for element in &mut stack.elements {
        if let BindingElement::Encoding(own) = element {
            *own = encoding.clone();
        }
    }
    stack
}

const VALIDATIONS: [CertificateValidationMode; 5] = [
    CertificateValidationMode::None,
    CertificateValidationMode::PeerTrust,
    CertificateValidationMode::ChainTrust,
    CertificateValidationMode::PeerOrChainTrust,
    CertificateValidationMode::Custom,
];

fn random_validation(dice: &mut Dice) -> X509Validation {
    validation(dice.one(&VALIDATIONS), dice.one(&[RevocationMode::NoCheck, RevocationMode::Online, RevocationMode::Offline]))
}

fn random_identity(dice: &mut Dice) -> Option<Effective<Identity>> {
    dice.chance(50).then(|| {
        by_default(dice.one(&[
            Identity::Dns("bank.example".into()),
            Identity::ServicePrincipalName("host/bank".into()),
            Identity::UserPrincipalName("bank@example".into()),
            Identity::Rsa("key".into()),
            Identity::Certificate("MII".into()),
            Identity::CertificateReference(certificate_reference()),
        ]))
    })
}

pub(crate) fn certificate_reference() -> CertificateReference {
    CertificateReference {
        find_value: by_default("5f0d".into()),
        find_type: by_default("FindByThumbprint".into()),
        store_location: by_default("LocalMachine".into()),
        store_name: by_default("My".into()),
    }
}

fn random_behavior(dice: &mut Dice) -> ServiceBehavior {
    let mut behavior = ServiceBehavior::default();
    behavior.credentials.client_certificate = dice.chance(60).then(|| random_validation(dice));
    behavior.credentials.service_certificate = dice.chance(60).then(|| by_default(certificate_reference()));
    behavior.credentials.replaced_by = dice.chance(5).then(|| by_default("Our.Credentials".into()));
    behavior.credentials.user_name = dice.chance(60).then(|| UserNameAuthentication {
        mode: by_default(dice.one(&[
            UserNameValidationMode::Windows,
            UserNameValidationMode::MembershipProvider,
            UserNameValidationMode::Custom,
        ])),
        custom_validator: None,
        membership_provider: None,
    });
    behavior.throttling = dice.chance(50).then(|| ServiceThrottling {
        max_concurrent_calls: dice.chance(70).then(|| by_default(64)),
        max_concurrent_sessions: dice.chance(70).then(|| by_default(200)),
        max_concurrent_instances: None,
    });
    behavior.credentials.issued_token = dice.chance(20).then(|| IssuedTokenAuthentication {
        audience_uri_mode: by_default("Always".into()),
        allowed_audience_uris: (0..dice.below(3)).map(|at| by_default(format!("urn:bank:{at}").into())).collect(),
        allow_untrusted_rsa_issuers: by_default(false),
        validation: random_validation(dice),
        known_certificates: Vec::new(),
    });
    behavior.include_exception_detail_in_faults = dice.chance(30).then(|| by_default(dice.chance(50)));
    behavior.metadata = dice.chance(30).then(|| ServiceMetadata {
        span: span(),
        http_get: by_default(dice.chance(50)),
        https_get: by_default(dice.chance(50)),
    });
    behavior.authorization = dice.chance(30).then(|| ServiceAuthorization {
        principal_permission_mode: by_default(
            dice.one(&["UseWindowsGroups", "UseWindowsGroups", "UseAspNetRoles", "None", "Custom", "Always"]).into(),
        ),
        role_provider: dice.chance(20).then(|| by_default("Provider".into())),
        impersonate_caller: by_default(dice.chance(5)),
        manager_type: dice.chance(5).then(|| by_default("Our.Manager".into())),
        policies: if dice.chance(5) { vec![by_default("Our.Policy".into())] } else { Vec::new() },
    });
    behavior
}

/// The contract of the specimen's endpoints, its class, and what that demands of callers; mostly not in the input.
pub(crate) fn random_contracts(dice: &mut Dice) -> ContractModel {
    static KNOWN: std::sync::OnceLock<ContractModel> = std::sync::OnceLock::new();
    const SOURCE: &str = "using System.ServiceModel;
        namespace Bank {
            [ServiceContract] public interface ITransfers { [OperationContract] void Send(); [OperationContract] int Read(); }
            public class Transfers : ITransfers { public void Send() {} public int Read() { return 0; } public void Check() {} }
        }";
    if dice.chance(60) {
        return ContractModel::default();
    }
    let read = || read_csharp(&[SourceText { file: FILE, text: SOURCE }], &Options::default()).0;
    let mut contracts = KNOWN.get_or_init(read).clone();
    for contract in contracts.contracts.values_mut() {
        let levels =
            [None, Some(model::ProtectionLevel::None), Some(model::ProtectionLevel::Sign), Some(model::ProtectionLevel::EncryptAndSign)];
        contract.protection_level = dice.one(&levels).map(|level| Demanded { level, span: span() });
    }
    let demands = if dice.chance(60) { 1 + dice.below(3) } else { 0 };
    for class in &mut contracts.services {
        class.permissions = (0..demands).map(|_| random_demand(dice)).collect();
    }
    contracts
}

fn random_demand(dice: &mut Dice) -> PermissionDemand {
    let kinds = [PermissionAttribute::PrincipalPermission, PermissionAttribute::PrincipalPermission, PermissionAttribute::Authorize];
    let attribute = if dice.chance(5) { PermissionAttribute::NotRead } else { dice.one(&kinds) };
    let method = if dice.chance(5) { Some("Check") } else { dice.one(&[None, Some("Send"), Some("Read")]) };
    PermissionDemand {
        attribute,
        method: method.map(str::to_owned),
        role: dice.one(&[None, Some("Tellers"), Some("Auditors")]).map(str::to_owned),
        name: dice.chance(20).then(|| "alice".to_owned()),
        span: Span { file: FILE, start: u32::from(dice.chance(50)), end: 9 },
    }
}

/// A service and, most times, a client that may or may not fit it.
pub(crate) fn random_config(dice: &mut Dice) -> EffectiveConfig {
    let stack = random_stack(dice);
    let client_stack = if dice.chance(80) { stack.clone() } else { random_stack(dice) };
    let mut endpoint = service_endpoint(stack);
    endpoint.identity = random_identity(dice);
    let mut client = client_endpoint(client_stack);
    client.identity = random_identity(dice);
    if dice.chance(70) {
        Arc::make_mut(&mut client.behavior).client_credentials = Some(wcf_config::behavior::ClientCredentials {
            span: span(),
            client_certificate: dice.chance(50).then(|| by_default(certificate_reference())),
            service_certificate_validation: dice.chance(60).then(|| random_validation(dice)),
            service_certificate: dice.chance(30).then(|| by_default(certificate_reference())),
            https_certificate_validation: dice.chance(40).then(|| random_validation(dice)),
            impersonation_level: dice.chance(20).then(|| by_default(dice.one(&["Identification", "Delegation"]).into())),
            allow_ntlm: dice.chance(30).then(|| by_default(dice.chance(50))),
            replaced_by: dice.chance(5).then(|| by_default("Our.Credentials".into())),
        });
    }
    Arc::make_mut(&mut client.behavior).client_via = dice.chance(10).then(|| by_default("http://gateway/".into()));
    let behavior = random_behavior(dice);
    let clients = if dice.chance(75) { vec![client] } else { Vec::new() };
    let mut host = host(vec![service(endpoint, behavior)], clients);
    if dice.chance(40) {
        host.hosting = Hosting::WebServer(WebServer {
            ssl_flags: dice.chance(50).then(|| by_default(vec![wcf_config::effective::SslFlag::SslRequireCert])),
            authentication: dice.chance(50).then(|| {
                let count = 1 + dice.below(2);
                by_default((0..count).map(|_| dice.one(&SCHEMES[..5])).collect())
            }),
        });
    }
    EffectiveConfig { hosts: vec![host] }
}

/// Every setting by name, for tests that look at dead ones.
#[allow(dead_code, reason = "used by the tests of dead settings")]
pub(crate) fn settings(written: &[(&str, &str)]) -> Settings {
    written
        .iter()
        .map(|&(name, value)| {
            let origin = Origin::Written { span: span(), within: wcf_config::effective::Within::Nameless };
            (name.to_owned(), Effective { value: Some(value.into()), origin })
        })
        .collect()
}
