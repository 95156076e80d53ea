//! What C# code sets up around a configured endpoint and nobody could read: the configuration then does not say what runs.
//!
//! Facts that were joined to the configuration are no longer in [`ContractModel::in_code`]; each that is left there stands against
//! the endpoints it may be about, which are refused until they are waived. Where code does not say which ones those are, they are
//! all that its project configures.

use wcf_config::EffectiveConfig;
use wcf_config::channel_stack::Transport;
use wcf_config::effective::{ClientEndpoint, Service};
use wcf_contract::ContractModel;
use wcf_contract::in_code::{CodeEndpoint, CodeHost, CodeSetting, CodeValue, Side as CodeSide};
use wcf_diagnostics::{FileId, Files, Span};

use crate::contract_of;
use crate::endpoint::{EndpointView, Side};
use crate::reason::{DecidedBy, Reason};

/// Which side of a call a setting under `Credentials` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// A side shows its own certificate or password: the plan makes it a setting of the operator's, and nobody else is let in by it.
    OwnProof,
    /// A service checks its callers.
    Service,
    /// A client checks its server.
    Client,
    /// A client checks its server over HTTPS.
    HttpsClient,
    /// Not known.
    Either,
}

/// The settings of code that may be about this endpoint, with their places.
pub(crate) fn around(view: EndpointView<'_>, config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> Vec<Reason> {
    let in_code = &contracts.in_code;
    let near = |span: Span| is_near(view, span.file, config, files);
    let mut found = Vec::new();
    for setting in in_code.credentials.iter().filter(|setting| is_about(view, about(setting)) && near(setting.span)) {
        found.push(reason(&setting.path, "set in code", setting.span, files));
    }
    for host in in_code.hosts.iter().filter(|host| is_hosted(view, host, contracts) && near(host.span)) {
        let touching = host.settings.iter().filter(|setting| touches(&setting.path) && about(setting) != About::OwnProof);
        found.extend(touching.map(|setting| reason(&setting.path, "set in code", setting.span, files)));
        found.extend(host.obstacles.iter().map(|obstacle| reason(&obstacle.what, "", obstacle.span, files)));
    }
    for endpoint in in_code.endpoints.iter().filter(|endpoint| is_beside(view, endpoint, contracts) && near(endpoint.span)) {
        let touching = endpoint.settings.iter().filter(|setting| touches(&setting.path) && about(setting) != About::OwnProof);
        found.extend(touching.map(|setting| reason(&setting.path, "set in code", setting.span, files)));
        found.extend(endpoint.obstacles.iter().map(|obstacle| reason(&obstacle.what, "", obstacle.span, files)));
        // One that configuration has is changed by what is set on it, and by nothing else.
        if endpoint.configuration.is_none() {
            let what = match endpoint.side {
                CodeSide::Service => "AddServiceEndpoint",
                CodeSide::Client => "ChannelFactory",
            };
            found.push(reason(what, "called in code", endpoint.span, files));
        }
    }
    found
}

/// Whether a setting on a host or client can decide who is let in, whom it trusts, or what is protected.
fn touches(path: &str) -> bool {
    let words =
        ["Credentials", "ClientCredentials", "Authorization", "Authentication", "Description", "Endpoint.", "ChannelFactory.Endpoint"];
    words.iter().any(|word| path.starts_with(word)) || path.starts_with("passed to")
}

/// Whether a host of code is for the endpoint's service; one whose class is not known may be.
fn is_hosted(view: EndpointView<'_>, host: &CodeHost, contracts: &ContractModel) -> bool {
    view.service().is_some_and(|service| host.service.as_deref().is_none_or(|class| is_service(service, class, contracts)))
}

fn reason(setting: &str, value: &str, span: Span, files: &Files) -> Reason {
    let decided_by = DecidedBy::Written { file: files.path(span.file).to_owned(), element: "C# code".to_owned() };
    Reason { setting: setting.to_owned(), value: value.to_owned(), decided_by, span: Some(span) }
}

/// By the path from `Credentials`: `ServiceCredentials` and `ClientCredentials` share names and mean opposite things by them.
fn about(setting: &CodeSetting) -> About {
    let Some(path) = setting.path.strip_prefix("Credentials.") else {
        // ServicePointManager's callback, which only HttpWebRequest asks.
        return if setting.path.ends_with("ServerCertificateValidationCallback") { About::HttpsClient } else { About::Either };
    };
    let own = |after: &str| after.starts_with("SetCertificate") || after == "Certificate";
    match path.split_once('.') {
        Some(("UserName", "UserName" | "Password")) => About::OwnProof,
        Some(("ClientCertificate", after)) if after.starts_with("Authentication") => About::Service,
        Some(("ClientCertificate" | "ServiceCertificate", after)) if own(after) => About::OwnProof,
        Some(("ServiceCertificate", _)) => About::Client,
        Some((
            "UserNameAuthentication" | "WindowsAuthentication" | "IssuedTokenAuthentication" | "SecureConversationAuthentication",
            _,
        )) => About::Service,
        Some(("Windows" | "HttpDigest" | "IssuedToken", _)) => About::Client,
        Some(_) | None => match path {
            "UseIdentityConfiguration" | "IdentityConfiguration" => About::Service,
            _ => About::Either,
        },
    }
}

fn is_about(view: EndpointView<'_>, about: About) -> bool {
    match about {
        About::OwnProof => false,
        About::Service => !view.is_client(),
        About::Client => view.is_client(),
        About::HttpsClient => {
            let transport = view.binding().stack.as_ref().ok().and_then(|stack| stack.transport());
            view.is_client()
                && !matches!(transport, Some(Transport::Http(http)) if !http.tls)
                && !matches!(transport, Some(Transport::Tcp(_) | Transport::NamedPipe(_)))
        }
        About::Either => true,
    }
}

fn is_service(service: &Service, class: &str, contracts: &ContractModel) -> bool {
    service.name == class || contracts.services.iter().any(|known| known.clr_name == class && known.configuration_name == service.name)
}

fn is_contract(view: EndpointView<'_>, contract: &str, contracts: &ContractModel) -> bool {
    view.contract() == contract || contract_of(contracts, view.contract()).is_some_and(|known| known.clr_name == contract)
}

/// Whether an endpoint of code stands beside the configured one: the same service or contract, on the same side. A client that code
/// makes for a contract it does not name reads no configuration and is told by itself.
fn is_beside(view: EndpointView<'_>, endpoint: &CodeEndpoint, contracts: &ContractModel) -> bool {
    let same_contract = endpoint.contract.as_deref().map(|contract| is_contract(view, contract, contracts));
    match (endpoint.side, view.side) {
        (CodeSide::Client, Side::Client(client)) => match &endpoint.configuration {
            None => same_contract == Some(true),
            Some(name) => same_contract.unwrap_or(true) && is_named(client, name),
        },
        (CodeSide::Service, Side::Service(service, _)) => match &endpoint.service {
            Some(class) => is_service(service, class, contracts),
            None => same_contract.unwrap_or(true),
        },
        (CodeSide::Client, Side::Service(..)) | (CodeSide::Service, Side::Client(_)) => false,
    }
}

/// Whether a configured client may be the one that code names; `*` and a name that is no constant may be any.
fn is_named(client: &ClientEndpoint, name: &CodeValue) -> bool {
    match name {
        CodeValue::Text(name, _) => name.is_empty() || name == "*" || *name == client.name,
        _ => true,
    }
}

/// The folder of a path, empty for the topmost.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path lies below a folder.
pub(crate) fn is_below(path: &str, of: &str) -> bool {
    of.is_empty() || path.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a source file may belong to the endpoint's project: the nearest configuration above the file counts, and every one where
/// none is above it.
pub(crate) fn is_near(view: EndpointView<'_>, code: FileId, config: &EffectiveConfig, files: &Files) -> bool {
    let code = files.path(code);
    let own = folder(files.path(view.host.file));
    let deepest = config
        .hosts
        .iter()
        .map(|host| folder(files.path(host.file)))
        .filter(|folder| is_below(code, folder))
        .max_by_key(|folder| folder.len());
    deepest.is_none_or(|deepest| deepest == own)
}

#[cfg(test)]
mod tests {
    use wcf_config::EffectiveConfig;
    use wcf_config::effective::HttpAuthenticationScheme;
    use wcf_contract::ContractModel;
    use wcf_contract::in_code::{CodeEndpoint, CodeHost, CodeSetting, CodeValue, InCode, Obstacle};
    use wcf_diagnostics::{FileId, Files, Span};

    use super::{About, CodeSide, about, around, folder, is_below};
    use crate::endpoint::EndpointView;
    use crate::specimen::{client_endpoint, host, http, service, service_endpoint, span, stack};

    #[test]
    fn the_same_names_mean_opposite_things_on_both_sides() {
        let of =
            |path: &str| about(&CodeSetting { path: path.to_owned(), values: Vec::new(), is_call: false, certain: true, span: span() });
        for (path, expected) in [
            ("Credentials.UserName.Password", About::OwnProof),
            ("Credentials.ClientCertificate.SetCertificate", About::OwnProof),
            ("Credentials.ServiceCertificate.Certificate", About::OwnProof),
            ("Credentials.ClientCertificate.Authentication.CertificateValidationMode", About::Service),
            ("Credentials.ServiceCertificate.Authentication.CertificateValidationMode", About::Client),
            ("Credentials.ServiceCertificate.SslCertificateAuthentication", About::Client),
            ("Credentials.ServiceCertificate.DefaultCertificate", About::Client),
            ("Credentials.UserNameAuthentication.CustomUserNamePasswordValidator", About::Service),
            ("Credentials.Windows.AllowNtlm", About::Client),
            ("Credentials.WindowsAuthentication.AllowAnonymousLogons", About::Service),
            ("Credentials.IssuedTokenAuthentication.AllowUntrustedRsaIssuers", About::Service),
            ("Credentials.UseIdentityConfiguration", About::Service),
            ("Credentials.Peer.MeshPassword", About::Either),
            ("Credentials", About::Either),
            ("ServicePointManager.ServerCertificateValidationCallback", About::HttpsClient),
        ] {
            assert_eq!(of(path), expected, "{path}");
        }
    }

    #[test]
    fn a_file_is_below_its_folders_only() {
        assert_eq!(folder("Host/web.config"), "Host");
        assert!(is_below("Host/Program.cs", "Host") && is_below("Program.cs", "") && is_below("Host/a/b.cs", "Host"));
        assert!(!is_below("HostTests/Program.cs", "Host") && !is_below("Program.cs", "Host"));
    }

    /// One project with a service and a client, and what stands against each.
    fn against(facts: InCode) -> [Vec<String>; 2] {
        let transport = || stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false));
        let config = EffectiveConfig {
            hosts: vec![host(vec![service(service_endpoint(transport()), Default::default())], vec![client_endpoint(transport())])],
        };
        let contracts = ContractModel { in_code: facts, ..ContractModel::default() };
        let mut files = Files::default();
        files.add(wcf_diagnostics::SourceFile::new("web.config", ""));
        let views = [EndpointView::services(&config.hosts[0]).next().unwrap(), EndpointView::clients(&config.hosts[0]).next().unwrap()];
        views.map(|view| around(view, &config, &contracts, &files).into_iter().map(|reason| reason.setting).collect())
    }

    fn setting(path: &str) -> CodeSetting {
        CodeSetting { path: path.to_owned(), values: Vec::new(), is_call: false, certain: true, span: span() }
    }

    fn code_host(service: Option<&str>, settings: Vec<CodeSetting>, obstacles: Vec<Obstacle>) -> InCode {
        let service = service.map(str::to_owned);
        let host = CodeHost { class: "ServiceHost".to_owned(), service, base_addresses: Vec::new(), settings, span: span(), obstacles };
        InCode { hosts: vec![host], ..InCode::default() }
    }

    fn code_endpoint(side: CodeSide, contract: Option<&str>, service: Option<&str>, configuration: Option<CodeValue>) -> CodeEndpoint {
        CodeEndpoint {
            side,
            contract: contract.map(str::to_owned),
            contract_written: None,
            service: service.map(str::to_owned),
            host: None,
            configuration,
            binding: None,
            standard: None,
            address: None,
            listen: None,
            settings: Vec::new(),
            span: span(),
            obstacles: Vec::new(),
        }
    }

    #[test]
    fn credentials_of_nobody_in_particular_are_about_their_side() {
        let of = |path: &str| {
            let [service, client] = against(InCode { credentials: vec![setting(path)], ..InCode::default() });
            (!service.is_empty(), !client.is_empty())
        };
        assert_eq!(of("Credentials.UserName.Password"), (false, false));
        assert_eq!(of("Credentials.UserNameAuthentication.CustomUserNamePasswordValidator"), (true, false));
        assert_eq!(of("Credentials.ServiceCertificate.Authentication.RevocationMode"), (false, true));
        assert_eq!(of("ServicePointManager.ServerCertificateValidationCallback"), (false, true));
        assert_eq!(of("Credentials.Peer.MeshPassword"), (true, true));
    }

    #[test]
    fn hosts_of_code_are_about_their_service_and_never_about_clients() {
        let obstacle = || vec![Obstacle { what: "it is passed on".to_owned(), span: span() }];
        let validator = || vec![setting("Credentials.UserNameAuthentication.CustomUserNamePasswordValidator")];
        assert_eq!(against(code_host(Some("Bank.Transfers"), Vec::new(), obstacle())), [vec!["it is passed on".to_owned()], vec![]]);
        assert_eq!(against(code_host(None, Vec::new(), obstacle()))[0], ["it is passed on"]);
        assert_eq!(against(code_host(Some("Bank.Other"), validator(), obstacle())), [vec![], vec![]] as [Vec<String>; 2]);
        assert_eq!(against(code_host(Some("Bank.Transfers"), validator(), Vec::new()))[0].len(), 1);
        for path in ["Credentials.ServiceCertificate.SetCertificate", "OpenTimeout"] {
            assert_eq!(
                against(code_host(Some("Bank.Transfers"), vec![setting(path)], Vec::new())),
                [vec![], vec![]] as [Vec<String>; 2],
                "{path}"
            );
        }
        for path in ["Authorization.ServiceAuthorizationManager", "Description.Behaviors.Add", "passed to `Secure`"] {
            assert_eq!(against(code_host(Some("Bank.Transfers"), vec![setting(path)], Vec::new()))[0], [path]);
        }
    }

    #[test]
    fn endpoints_of_code_are_about_their_service_contract_and_name() {
        let of = |endpoint: CodeEndpoint| {
            let [service, client] = against(InCode { endpoints: vec![endpoint], ..InCode::default() });
            (service.len(), client.len())
        };
        let (transfers, other) = (Some("Bank.ITransfers"), Some("Bank.IOther"));
        assert_eq!(of(code_endpoint(CodeSide::Service, transfers, None, None)), (1, 0));
        assert_eq!(of(code_endpoint(CodeSide::Service, other, None, None)), (0, 0));
        assert_eq!(of(code_endpoint(CodeSide::Service, None, None, None)), (1, 0));
        assert_eq!(of(code_endpoint(CodeSide::Service, other, Some("Bank.Transfers"), None)), (1, 0));
        assert_eq!(of(code_endpoint(CodeSide::Service, transfers, Some("Bank.Other"), None)), (0, 0));
        assert_eq!(of(code_endpoint(CodeSide::Client, transfers, None, None)), (0, 1));
        assert_eq!(of(code_endpoint(CodeSide::Client, other, None, None)), (0, 0));
        assert_eq!(of(code_endpoint(CodeSide::Client, None, None, None)), (0, 0));
        // One that configuration has is touched by what is set on it; the specimen's has no name.
        let named = |name: &str, contract, settings: Vec<CodeSetting>| CodeEndpoint {
            settings,
            ..code_endpoint(CodeSide::Client, contract, None, Some(CodeValue::Text(name.to_owned(), span())))
        };
        let check = || vec![setting("Credentials.ServiceCertificate.Authentication.RevocationMode")];
        assert_eq!(of(named("", transfers, Vec::new())), (0, 0));
        assert_eq!(of(named("", transfers, check())), (0, 1));
        assert_eq!(of(named("*", None, check())), (0, 1));
        assert_eq!(of(named("elsewhere", transfers, check())), (0, 0));
        assert_eq!(of(named("", other, check())), (0, 0));
        assert_eq!(of(named("", transfers, vec![setting("Credentials.UserName.Password"), setting("Open")])), (0, 0));
        let unknown = code_endpoint(CodeSide::Client, None, None, Some(CodeValue::Unknown(span())));
        assert_eq!(of(CodeEndpoint { settings: check(), ..unknown.clone() }), (0, 1));
        let obstacles = vec![Obstacle { what: "it is passed on".to_owned(), span: span() }];
        assert_eq!(of(CodeEndpoint { obstacles, ..unknown }), (0, 1));
    }

    #[test]
    fn code_is_about_its_own_project() {
        let transport = || stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false));
        let project = |file| wcf_config::effective::Host {
            file: FileId(file),
            ..host(vec![service(service_endpoint(transport()), Default::default())], Vec::new())
        };
        let config = EffectiveConfig { hosts: vec![project(0), project(1)] };
        let mut files = Files::default();
        for path in ["A/web.config", "B/web.config", "A/Program.cs"] {
            files.add(wcf_diagnostics::SourceFile::new(path, ""));
        }
        let in_program = Span::new(FileId(2), 0, 0);
        let against = |in_code: InCode| {
            let contracts = ContractModel { in_code, ..ContractModel::default() };
            let of = |host: &wcf_config::effective::Host| {
                let host = config.hosts.iter().find(|known| known.file == host.file).unwrap();
                around(EndpointView::services(host).next().unwrap(), &config, &contracts, &files).len()
            };
            [of(&config.hosts[0]), of(&config.hosts[1])]
        };
        let check = || CodeSetting { span: in_program, ..setting("Credentials.WindowsAuthentication.AllowAnonymousLogons") };
        assert_eq!(against(InCode { credentials: vec![check()], ..InCode::default() }), [1, 0]);
        let mut hosts = code_host(None, vec![check()], Vec::new());
        hosts.hosts[0].span = in_program;
        assert_eq!(against(hosts), [1, 0]);
        let endpoint = CodeEndpoint { span: in_program, ..code_endpoint(CodeSide::Service, None, None, None) };
        assert_eq!(against(InCode { endpoints: vec![endpoint], ..InCode::default() }), [1, 0]);
    }

    #[test]
    fn a_clients_check_of_its_server_is_about_every_transport_but_https_callbacks_only_about_https() {
        use wcf_config::channel_stack::Transport;

        use crate::specimen::stream;

        let refuses = |path: &str, transport: Transport| {
            let config = EffectiveConfig { hosts: vec![host(Vec::new(), vec![client_endpoint(stack(vec![], transport))])] };
            let in_code = InCode { credentials: vec![setting(path)], ..InCode::default() };
            let contracts = ContractModel { in_code, ..ContractModel::default() };
            let mut files = Files::default();
            files.add(wcf_diagnostics::SourceFile::new("web.config", ""));
            !around(EndpointView::clients(&config.hosts[0]).next().unwrap(), &config, &contracts, &files).is_empty()
        };
        let over = |tls| http(tls, HttpAuthenticationScheme::Anonymous, false);
        let tcp = || Transport::Tcp(stream());
        let trust = "Credentials.ServiceCertificate.Authentication.CertificateValidationMode";
        assert_eq!([refuses(trust, over(true)), refuses(trust, over(false)), refuses(trust, tcp())], [true, true, true]);
        let callback = "ServicePointManager.ServerCertificateValidationCallback";
        assert_eq!([refuses(callback, over(true)), refuses(callback, over(false)), refuses(callback, tcp())], [true, false, false]);
    }

    #[test]
    fn a_client_of_code_without_a_name_may_be_any() {
        let named = |name: &str| {
            let transport = stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false));
            let client = wcf_config::effective::ClientEndpoint { name: "secure".into(), ..client_endpoint(transport) };
            super::is_named(&client, &CodeValue::Text(name.to_owned(), span()))
        };
        assert_eq!([named(""), named("*"), named("secure"), named("open")], [true, true, true, false]);
    }
}
