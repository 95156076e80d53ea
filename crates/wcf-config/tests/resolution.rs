//! What the reference values do not cover: files above files, locations, sections elsewhere, services without a `service` element,
//! default endpoints, identities, transforms. The rules are .NET's; the cases are ours.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use wcf_config::channel_stack::Transport;
use wcf_config::effective::{
    Host, Hosting, HttpAuthenticationScheme, Identity, Origin, Resolution, Service, ServiceSource, SslFlag, Timeout, Within,
};
use wcf_config::{EffectiveConfig, Input, Inputs, Options, include, parse, parse_svc, resolve};
use wcf_diagnostics::{Files, Findings, Level, SourceFile};

/// A run over these files.
struct Case {
    files: Files,
    inputs: Inputs,
    findings: Findings,
}

impl Case {
    fn new() -> Self {
        Self { files: Files::default(), inputs: Inputs::default(), findings: Findings::new() }
    }

    fn xml(&mut self, path: &str, text: &str) -> (wcf_diagnostics::FileId, located_xml::Document) {
        let file = self.files.add(SourceFile::new(path, text));
        let parsed = located_xml::parse(file, text, &located_xml::Limits::default());
        assert!(parsed.findings.is_empty(), "{path}: {:?}", parsed.findings);
        (file, parsed.document.unwrap())
    }

    /// A configuration whose `system.serviceModel` holds this.
    fn config(self, path: &str, service_model: &str) -> Self {
        self.whole(path, &format!("<configuration><system.serviceModel>{service_model}</system.serviceModel></configuration>"))
    }

    fn whole(mut self, path: &str, text: &str) -> Self {
        let (file, xml) = self.xml(path, text);
        let (document, findings) = parse(file, &xml);
        self.findings.extend(findings);
        self.inputs.configs.push(Input { path: path.to_owned(), document, name: None });
        self
    }

    fn section(mut self, path: &str, text: &str) -> Self {
        let (_, xml) = self.xml(path, text);
        let document = &mut self.inputs.configs.last_mut().unwrap().document;
        let reference = document.elsewhere.iter().find(|other| other.source.as_deref() == Some(path)).unwrap().clone();
        let findings = include(document, &reference, &xml);
        self.findings.extend(findings);
        self
    }

    fn svc(mut self, path: &str, text: &str) -> Self {
        let file = self.files.add(SourceFile::new(path, text));
        let (svc, findings) = parse_svc(file, path, text);
        self.findings.extend(findings);
        self.inputs.svc.push(svc);
        self
    }

    fn run(self) -> Outcome {
        self.run_with(&Options::default())
    }

    fn run_with(mut self, options: &Options) -> Outcome {
        let (effective, findings) = resolve(&self.inputs, options);
        self.findings.extend(findings);
        Outcome { files: self.files, effective, findings: self.findings }
    }
}

struct Outcome {
    files: Files,
    effective: EffectiveConfig,
    findings: Findings,
}

impl Outcome {
    fn host(&self, path: &str) -> &Host {
        self.effective.hosts.iter().find(|host| self.files.path(host.file) == path).unwrap_or_else(|| panic!("no host for {path}"))
    }

    fn service(&self, path: &str, name: &str) -> &Service {
        self.host(path).services.iter().find(|service| service.name == name).unwrap_or_else(|| panic!("no service {name}"))
    }

    /// Codes at warn and above, with the text under the first label.
    fn problems(&self) -> Vec<(&'static str, String)> {
        let bad = self.findings.iter().filter(|finding| finding.level > Level::Note);
        bad.map(|finding| (finding.code.name, self.files.snippet(finding.span().unwrap()).to_owned())).collect()
    }
}

#[test]
fn a_nested_web_config_inherits_and_replaces() {
    let outer = "<bindings><wsHttpBinding><binding sendTimeout='00:02:00'/><binding name='a' sendTimeout='00:03:00' maxBufferPoolSize='1'/>\
                 </wsHttpBinding></bindings>\
                 <behaviors><serviceBehaviors><behavior><serviceDebug includeExceptionDetailInFaults='true'/><serviceThrottling \
                 maxConcurrentCalls='7' maxConcurrentSessions='9'/></behavior></serviceBehaviors></behaviors>";
    let inner = "<bindings><wsHttpBinding><binding name='a' receiveTimeout='00:05:00'/></wsHttpBinding></bindings>\
                 <behaviors><serviceBehaviors><behavior><serviceThrottling maxConcurrentCalls='8'/></behavior></serviceBehaviors></behaviors>\
                 <services><service name='S'><endpoint address='x' binding='wsHttpBinding' contract='I'/><endpoint address='y' \
                 binding='wsHttpBinding' bindingConfiguration='a' contract='I'/></service></services>";
    let outcome = Case::new().config("site/Web.config", outer).config("site/app/web.config", inner).run();
    assert_eq!(outcome.problems(), []);
    let service = outcome.service("site/app/web.config", "S");
    let [nameless, named] = service.endpoints.as_slice() else { panic!("two endpoints") };
    // The nameless binding comes from above; a binding of the same name is replaced as a whole.
    assert_eq!(nameless.binding.resolution, Resolution::Nameless);
    assert_eq!(nameless.binding.timeouts.send.value, Timeout::Milliseconds(120_000));
    assert_eq!(named.binding.timeouts.send.value, Timeout::Milliseconds(60_000));
    assert_eq!(named.binding.timeouts.receive.value, Timeout::Milliseconds(300_000));
    assert_eq!(named.binding.settings["maxBufferPoolSize"].value.as_deref(), Some("524288"));
    // Behaviors merge element by element, and an element is replaced as a whole.
    assert!(service.behavior.include_exception_detail_in_faults.as_ref().unwrap().value);
    let throttling = service.behavior.throttling.as_ref().unwrap();
    assert_eq!(throttling.max_concurrent_calls.as_ref().unwrap().value, 8);
    assert_eq!(throttling.max_concurrent_sessions, None);
}

#[test]
fn an_application_root_cuts_the_inheritance() {
    let outer = "<bindings><netTcpBinding><binding sendTimeout='00:02:00'/></netTcpBinding></bindings>";
    let inner = "<services><service name='S'><endpoint address='x' binding='netTcpBinding' contract='I'/></service></services>";
    let options = Options { application_roots: vec!["site/app".to_owned()], ..Options::default() };
    let case = || Case::new().config("site/web.config", outer).config("site/app/web.config", inner);
    let inherited = case().run();
    assert_eq!(inherited.service("site/app/web.config", "S").endpoints[0].binding.resolution, Resolution::Nameless);
    let cut = case().run_with(&options);
    assert_eq!(cut.service("site/app/web.config", "S").endpoints[0].binding.resolution, Resolution::BuiltIn);
    // An app.config has no files above it but the machine's.
    let own = Case::new().config("site/app.config", outer).config("site/app/app.config", inner).run();
    assert_eq!(own.service("site/app/app.config", "S").endpoints[0].binding.resolution, Resolution::BuiltIn);
}

#[test]
fn a_machine_config_is_above_every_file() {
    let mut machine = Case::new().config(
        "machine.config",
        "<commonBehaviors><serviceBehaviors><serviceThrottling maxConcurrentCalls='3'/><serviceDebug/></serviceBehaviors></commonBehaviors>\
         <protocolMapping><clear/><add scheme='http' binding='wsHttpBinding'/></protocolMapping>",
    );
    let document = machine.inputs.configs.remove(0).document;
    let options = Options { machine: vec![document], ..Options::default() };
    let mut case = Case { files: machine.files, inputs: Inputs::default(), findings: Findings::new() };
    case = case.config(
        "app.config",
        "<behaviors><serviceBehaviors><behavior><serviceDebug includeExceptionDetailInFaults='true'/></behavior></serviceBehaviors>\
         </behaviors><services><service name='S'><host><baseAddresses><add baseAddress='http://h/s'/></baseAddresses></host></service>\
         </services>",
    );
    let outcome = case.run_with(&options);
    let service = outcome.service("app.config", "S");
    assert_eq!(service.endpoints[0].binding.written, "wsHttpBinding");
    assert_eq!(service.behavior.throttling.as_ref().unwrap().max_concurrent_calls.as_ref().unwrap().value, 3);
    assert!(service.behavior.include_exception_detail_in_faults.as_ref().unwrap().value);
}

#[test]
fn removed_and_cleared_behaviors_are_gone() {
    let outer = "<behaviors><serviceBehaviors><behavior name='b'><serviceDebug includeExceptionDetailInFaults='true'/><serviceMetadata/>\
                 </behavior></serviceBehaviors></behaviors>";
    let service =
        "<services><service name='S' behaviorConfiguration='b'><endpoint binding='basicHttpBinding' contract='I'/></service></services>";
    for (inside, debug, metadata) in [("<remove name='serviceDebug'/>", false, true), ("<clear/>", false, false), ("", true, true)] {
        let inner = format!("<behaviors><serviceBehaviors><behavior name='b'>{inside}</behavior></serviceBehaviors></behaviors>{service}");
        let outcome = Case::new().config("web.config", outer).config("a/web.config", &inner).run();
        let behavior = &outcome.service("a/web.config", "S").behavior;
        assert_eq!(behavior.include_exception_detail_in_faults.is_some(), debug, "{inside}");
        assert_eq!(behavior.metadata.is_some(), metadata, "{inside}");
    }
    // The whole collection can be cleared too; then the name is missing.
    let cleared = format!("<behaviors><serviceBehaviors><clear/></serviceBehaviors></behaviors>{service}");
    let outcome = Case::new().config("web.config", outer).config("a/web.config", &cleared).run();
    assert_eq!(outcome.problems(), [("wcf-config-missing-behavior", "b".to_owned())]);
    assert!(outcome.host("a/web.config").refused);
}

#[test]
fn a_location_holds_for_its_path_and_below() {
    let text = "<configuration><location path='api'><system.serviceModel><bindings><basicHttpBinding><binding><security mode='Transport'/>\
                </binding></basicHttpBinding></bindings></system.serviceModel></location></configuration>";
    let inner = "<services><service name='S'><endpoint binding='basicHttpBinding' contract='I'/></service></services>";
    let outcome = Case::new().whole("web.config", text).config("api/web.config", inner).config("other/web.config", inner).run();
    assert_eq!(outcome.service("api/web.config", "S").endpoints[0].binding.scheme.value, "https");
    assert_eq!(outcome.service("other/web.config", "S").endpoints[0].binding.scheme.value, "http");
}

#[test]
fn a_location_holds_for_the_svc_files_below_it() {
    let text = "<configuration><location path='api/secure.svc'><system.serviceModel><bindings><basicHttpBinding><binding><security \
                mode='Transport'/></binding></basicHttpBinding></bindings></system.serviceModel><system.webServer><security><access \
                sslFlags='Ssl, SslRequireCert'/></security></system.webServer></location></configuration>";
    let outcome = Case::new()
        .whole("site/web.config", text)
        .svc("site/API/secure.svc", "<%@ ServiceHost Service=\"N.Secure\" %>")
        .svc("site/api/open.svc", "<%@ ServiceHost Service=\"N.Open\" %>")
        .run();
    let scheme = |name: &str| outcome.service("site/web.config", name).endpoints[0].binding.scheme.value.clone();
    assert_eq!((scheme("N.Secure"), scheme("N.Open")), ("https".into(), "http".into()));
    // What one path demands is not forgotten for the host.
    let Hosting::WebServer(server) = &outcome.host("site/web.config").hosting else { panic!("a web server") };
    assert_eq!(server.ssl_flags.as_ref().unwrap().value, [SslFlag::Ssl, SslFlag::SslRequireCert]);
}

#[test]
fn several_service_models_continue_one_another() {
    let text = "<configuration><system.serviceModel><services><service name='S'><endpoint binding='netTcpBinding' contract='I' \
                bindingConfiguration='a'/></service></services></system.serviceModel><system.serviceModel><bindings><netTcpBinding><binding \
                name='a'/></netTcpBinding></bindings></system.serviceModel></configuration>";
    let outcome = Case::new().whole("app.config", text).run();
    assert_eq!(outcome.problems(), []);
    assert_eq!(outcome.service("app.config", "S").endpoints[0].binding.resolution, Resolution::Named);
}

#[test]
fn sections_elsewhere_are_read_where_they_stand_or_refused() {
    let config = "<bindings configSource='bindings.config'/><services><service name='S'><endpoint binding='netTcpBinding' \
                  bindingConfiguration='a' contract='I'/></service></services>";
    let outcome = Case::new()
        .config("app.config", config)
        .section("bindings.config", "<bindings><netTcpBinding><binding name='a' sendTimeout='00:00:09'/></netTcpBinding></bindings>")
        .run();
    assert_eq!(outcome.problems(), []);
    let binding = &outcome.service("app.config", "S").endpoints[0].binding;
    assert_eq!(binding.timeouts.send.value, Timeout::Milliseconds(9_000));
    let span = binding.timeouts.send.origin.span().unwrap();
    assert_eq!((outcome.files.path(span.file), outcome.files.snippet(span)), ("bindings.config", "00:00:09"));

    let services = "<services><service name='S'><endpoint binding='netTcpBinding' contract='I'/></service></services>";
    let outcome = Case::new().config("app.config", "<services configSource='s.config'/>").section("s.config", services).run();
    assert_eq!(outcome.service("app.config", "S").endpoints.len(), 1);

    let missing = Case::new().config("app.config", config).run();
    let codes: Vec<&str> = missing.problems().iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["wcf-config-external-section", "wcf-config-missing-binding-configuration"]);
    let wrong = Case::new().config("app.config", config).section("bindings.config", "<services/>").run();
    assert!(wrong.problems().iter().any(|(code, _)| *code == "wcf-config-misplaced-element"));
    assert!(wrong.host("app.config").refused);
}

#[test]
fn an_encrypted_section_is_a_finding() {
    let outcome = Case::new()
        .config("app.config", "<bindings configProtectionProvider='P'><EncryptedData/></bindings><client><endpoint binding='netTcpBinding' contract='I'/></client>")
        .run();
    assert_eq!(outcome.problems(), [("wcf-config-encrypted-section", "P".to_owned())]);
    assert!(outcome.host("app.config").refused);
}

#[test]
fn services_without_an_element_run_from_svc_files_and_activations() {
    let config = "<serviceHostingEnvironment><serviceActivations><add relativeAddress='a.svc' service='N.Activated'/><add \
                  relativeAddress='b.svc' service='N.Made' factory='N.Factory, Asm'/></serviceActivations></serviceHostingEnvironment>\
                  <behaviors><serviceBehaviors><behavior><serviceDebug includeExceptionDetailInFaults='true'/></behavior></serviceBehaviors>\
                  </behaviors><services><service name='N.Written'><endpoint binding='wsHttpBinding' contract='I'/></service></services>";
    let outcome = Case::new()
        .config("web.config", config)
        .svc("x/plain.svc", "<%@ ServiceHost Service=\"N.Plain, Asm\" %>")
        .svc("written.svc", "<%@ ServiceHost Service=\"N.Written\" %>")
        .run();
    let host = outcome.host("web.config");
    let names: Vec<(&str, ServiceSource)> = host.services.iter().map(|service| (service.name.as_str(), service.source)).collect();
    assert_eq!(
        names,
        [
            ("N.Written", ServiceSource::Configured),
            ("N.Activated", ServiceSource::Activation),
            ("N.Made", ServiceSource::Activation),
            ("N.Plain", ServiceSource::SvcFile)
        ]
    );
    let plain = outcome.service("web.config", "N.Plain");
    assert!(plain.behavior.include_exception_detail_in_faults.as_ref().unwrap().value);
    let [endpoint] = plain.endpoints.as_slice() else { panic!("one default endpoint") };
    assert!(endpoint.is_default);
    assert_eq!((endpoint.binding.written.as_str(), endpoint.binding.scheme.value.as_str()), ("basicHttpBinding", "http"));
    assert_eq!(outcome.problems(), [("wcf-config-custom-factory", "N.Factory, Asm".to_owned())]);
}

#[test]
fn a_svc_file_without_any_configuration_has_dotnets_defaults() {
    let outcome = Case::new().svc("alone/a.svc", "<%@ ServiceHost Service=\"N.Alone\" %>").run();
    let service = outcome.service("alone/a.svc", "N.Alone");
    assert_eq!(service.endpoints[0].binding.written, "basicHttpBinding");
    assert!(matches!(outcome.host("alone/a.svc").hosting, Hosting::WebServer(_)));
}

#[test]
fn default_endpoints_follow_the_protocol_mapping() {
    let service = "<services><service name='S'><host><baseAddresses><add baseAddress='http://h/s'/><add baseAddress='https://h/s'/><add \
                   baseAddress='net.tcp://h/s'/></baseAddresses></host></service></services>";
    let outcome = Case::new().config("app.config", service).run();
    let schemes = |outcome: &Outcome| -> Vec<(String, String)> {
        let endpoints = &outcome.service("app.config", "S").endpoints;
        endpoints.iter().map(|e| (e.binding.written.to_string(), e.resolved_address.as_deref().unwrap().to_owned())).collect()
    };
    let pair = |binding: &str, address: &str| (binding.to_owned(), address.to_owned());
    assert_eq!(schemes(&outcome), [pair("basicHttpBinding", "http://h/s"), pair("netTcpBinding", "net.tcp://h/s")]);
    // HTTPS has no mapping of its own.
    assert_eq!(outcome.problems(), [("wcf-config-no-default-endpoint", "https://h/s".to_owned())]);

    let mapped =
        format!("<protocolMapping><add scheme='https' binding='basicHttpsBinding'/><remove scheme='net.tcp'/></protocolMapping>{service}");
    let outcome = Case::new().config("app.config", &mapped).run();
    assert_eq!(schemes(&outcome), [pair("basicHttpBinding", "http://h/s"), pair("basicHttpsBinding", "https://h/s")]);
    assert_eq!(outcome.problems(), [("wcf-config-no-default-endpoint", "net.tcp://h/s".to_owned())]);

    // One endpoint of any kind, and there are no default ones.
    let mex = service.replace("</service>", "<endpoint kind='mexEndpoint'/></service>");
    let outcome = Case::new().config("app.config", &mex).run();
    let endpoints = &outcome.service("app.config", "S").endpoints;
    assert_eq!(endpoints.len(), 1);
    assert!(endpoints[0].is_system);
    assert_eq!(endpoints[0].binding.resolution, Resolution::NoBinding);
    assert_eq!(endpoints[0].binding.scheme.value, "http");
    assert_eq!(outcome.problems(), [("wcf-config-no-application-endpoint", "S".to_owned())]);
}

#[test]
fn a_web_server_ignores_base_addresses_and_says_what_it_asks_for() {
    let text = "<configuration><system.webServer><security><access sslFlags='Ssl, SslRequireCert'/><authentication>\
                <anonymousAuthentication enabled='false'/><windowsAuthentication enabled='true'/></authentication></security>\
                </system.webServer><system.serviceModel><services><service name='S'><endpoint address='a' binding='wsHttpBinding' \
                contract='I'/><host><baseAddresses><add baseAddress='http://h/s'/></baseAddresses></host></service></services>\
                </system.serviceModel></configuration>";
    let outcome = Case::new().whole("Web.config", text).run();
    let host = outcome.host("Web.config");
    let Hosting::WebServer(server) = &host.hosting else { panic!("a web server") };
    assert_eq!(server.ssl_flags.as_ref().unwrap().value, [SslFlag::Ssl, SslFlag::SslRequireCert]);
    assert_eq!(server.authentication.as_ref().unwrap().value, [HttpAuthenticationScheme::Negotiate, HttpAuthenticationScheme::Ntlm]);
    assert_eq!(host.services[0].endpoints[0].resolved_address, None);
    let ignored = outcome.findings.iter().find(|finding| finding.code.name == "wcf-config-ignored-by-web-server").unwrap();
    assert_eq!(outcome.files.snippet(ignored.span().unwrap()), "http://h/s");
}

#[test]
fn addresses_are_resolved_against_the_base_of_the_bindings_scheme() {
    let endpoint = |address: &str, binding: &str| format!("<endpoint address='{address}' binding='{binding}' contract='I{address}'/>");
    let config = format!(
        "<services><service name='S'>{}{}{}{}<host><baseAddresses><add baseAddress='http://h/s/'/><add baseAddress='net.tcp://h:9/t'/>\
         </baseAddresses></host></service></services>",
        endpoint("", "basicHttpBinding"),
        endpoint("/x", "basicHttpBinding"),
        endpoint("y", "netTcpBinding"),
        endpoint("z", "netNamedPipeBinding"),
    );
    let outcome = Case::new().config("app.config", &config).run();
    let resolved: Vec<Option<&str>> =
        outcome.service("app.config", "S").endpoints.iter().map(|endpoint| endpoint.resolved_address.as_deref()).collect();
    assert_eq!(resolved, [Some("http://h/s/"), Some("http://h/s/x"), Some("net.tcp://h:9/t/y"), None]);
}

#[test]
fn base_addresses_are_absolute_and_one_for_each_scheme() {
    for (addresses, problems) in [
        (&["http://h/a", "http://h/a"][..], &[][..]),
        (&["http://h/a", "HTTP://h/b"], &["HTTP://h/b"]),
        (&["/a"], &["/a"]),
        (&["http://h/a?b"], &["http://h/a?b"]),
    ] {
        let list: String = addresses.iter().map(|address| format!("<add baseAddress='{address}'/>")).collect();
        let config = format!(
            "<services><service name='S'><endpoint binding='basicHttpBinding' contract='I'/><host><baseAddresses>{list}</baseAddresses>\
             </host></service></services>"
        );
        let outcome = Case::new().config("app.config", &config).run();
        let wanted: Vec<_> = problems.iter().map(|place| ("wcf-config-base-address-refused", (*place).to_owned())).collect();
        assert_eq!(outcome.problems(), wanted, "{addresses:?}");
    }
}

#[test]
fn an_address_of_another_scheme_is_a_finding() {
    let outcome = Case::new()
        .config(
            "app.config",
            "<bindings><basicHttpBinding><binding name='t'><security mode='Transport'/></binding></basicHttpBinding></bindings>\
             <client><endpoint address='http://h/' binding='basicHttpBinding' bindingConfiguration='t' contract='I'/></client>",
        )
        .run();
    assert_eq!(outcome.problems(), [("wcf-config-address-scheme-mismatch", "http://h/".to_owned())]);
}

#[test]
fn where_an_endpoint_listens_or_connects_decides_the_scheme() {
    let config = "<behaviors><endpointBehaviors><behavior name='via'><clientVia viaUri='http://h/'/></behavior></endpointBehaviors></behaviors>\
                  <services><service name='S'><endpoint address='urn:x' listenUri='http://h/l' binding='wsHttpBinding' contract='I'/>\
                  </service></services><client><endpoint address='urn:x' binding='wsHttpBinding' behaviorConfiguration='via' contract='I'/>\
                  </client>";
    assert_eq!(Case::new().config("app.config", config).run().problems(), []);
    let wrong = config.replace("viaUri='http:", "viaUri='https:");
    assert_eq!(
        Case::new().config("app.config", &wrong).run().problems(),
        [("wcf-config-address-scheme-mismatch", "https://h/".to_owned())]
    );
}

#[test]
fn hosts_for_the_web_have_web_endpoints() {
    let outcome = Case::new()
        .config("web.config", "")
        .svc("a.svc", "<%@ ServiceHost Service=\"N.W\" Factory=\"System.ServiceModel.Activation.WebServiceHostFactory\" %>")
        .run();
    assert_eq!(outcome.problems(), []);
    let [endpoint] = outcome.service("web.config", "N.W").endpoints.as_slice() else { panic!("one endpoint") };
    assert_eq!(endpoint.binding.written, "webHttpBinding");
}

#[test]
fn the_first_identity_in_dotnets_order_counts() {
    let outcome = Case::new()
        .config(
            "app.config",
            "<client><endpoint name='a' binding='netTcpBinding' contract='I'><identity><dns value='d'/><servicePrincipalName value='s'/>\
             </identity></endpoint><endpoint name='b' binding='netTcpBinding' contract='I'><identity><certificateReference \
             findValue='&#x200e;AB cd' x509FindType='FindByThumbprint'/></identity></endpoint><endpoint name='c' binding='netTcpBinding' \
             contract='I'/></client>",
        )
        .run();
    let clients = &outcome.host("app.config").clients;
    assert_eq!(clients[0].identity.as_ref().unwrap().value, Identity::ServicePrincipalName("s".into()));
    let Identity::CertificateReference(reference) = &clients[1].identity.as_ref().unwrap().value else { panic!("a reference") };
    assert_eq!((reference.find_value.value.as_str(), reference.store_location.value.as_str()), ("ABcd", "LocalMachine"));
    assert_eq!(clients[2].identity, None);
}

#[test]
fn every_value_knows_who_decided_it() {
    let outcome = Case::new()
        .config(
            "app.config",
            "<bindings><netTcpBinding><binding name='a'><security><transport clientCredentialType='Certificate'/></security></binding>\
             </netTcpBinding></bindings><client><endpoint name='a' binding='netTcpBinding' bindingConfiguration='a' contract='I'/><endpoint \
             name='b' binding='netTcpBinding' contract='I'/></client>",
        )
        .run();
    let clients = &outcome.host("app.config").clients;
    let credential = "security.transport.clientCredentialType";
    let written = &clients[0].binding.settings[credential].origin;
    assert!(matches!(written, Origin::Written { within: Within::Named(name), .. } if &**name == "a"), "{written:?}");
    let by_element = &clients[0].binding.settings["security.mode"].origin;
    assert!(matches!(by_element, Origin::ElementDefault { class: "NetTcpSecurityElement", element: Some(_) }), "{by_element:?}");
    let built_in = &clients[1].binding.settings[credential].origin;
    assert!(matches!(built_in, Origin::RuntimeDefault { class: "NetTcpBinding" }), "{built_in:?}");
    let stack = clients[0].binding.stack.as_ref().unwrap();
    assert!(matches!(stack.transport(), Some(Transport::Tcp(_))));
}

#[test]
fn what_dotnet_would_not_open_is_refused_at_its_place() {
    for (binding, inner, place) in [
        ("basicHttpBinding", "<security mode='Message'/>", "Message"),
        ("wsHttpBinding", "<security mode='TransportWithMessageCredential'><message clientCredentialType='None'/></security>", "None"),
        ("wsHttpBinding", "<security mode='Transport'/><reliableSession enabled='true'/>", "Transport"),
        ("wsHttpBinding", "<reliableSession enabled='true'/><security><message establishSecurityContext='false'/></security>", "true"),
        ("netTcpBinding", "<security><transport clientCredentialType='None' protectionLevel='Sign'/></security>", "Sign"),
        (
            "basicHttpBinding",
            "<security mode='TransportCredentialOnly'><transport clientCredentialType='Certificate'/></security>",
            "Certificate",
        ),
        ("netMsmqBinding", "<security><transport msmqAuthenticationMode='None'/></security>", "None"),
        ("wsFederationHttpBinding", "<security><message issuedKeyType='BearerKey'/></security>", "BearerKey"),
        (
            "wsHttpBinding",
            "<security mode='Transport'><transport clientCredentialType='InheritedFromHost'/></security>",
            "InheritedFromHost",
        ),
        ("netTcpBinding", "<security mode='Message'/>", ""),
        ("customBinding", "<security authenticationMode='UserNameOverTransport'/><httpTransport/>", "security"),
        ("customBinding", "<httpTransport/><textMessageEncoding/>", "httpTransport"),
        (
            "customBinding",
            "<security authenticationMode='SecureConversation'><secureConversationBootstrap authenticationMode='SecureConversation'/>\
             </security><httpTransport/>",
            "SecureConversation",
        ),
        ("customBinding", "<httpsTransport requireClientCertificate='true' authenticationScheme='Basic'/>", "true"),
    ] {
        // Message security over a stream only contradicts where the transfer is streamed.
        let (attribute, place) = if place.is_empty() { (" transferMode='Streamed'", "Streamed") } else { ("", place) };
        let config = format!(
            "<bindings><{binding}><binding name='a'{attribute}>{inner}</binding></{binding}></bindings><client><endpoint binding='{binding}' \
             bindingConfiguration='a' contract='I'/></client>"
        );
        let outcome = Case::new().config("app.config", &config).run();
        assert_eq!(outcome.problems(), [("wcf-config-binding-refused", place.to_owned())], "{binding} {inner}");
        let host = outcome.host("app.config");
        // The file loads; only the endpoint does not open.
        assert!(!host.refused);
        assert_eq!(host.clients[0].binding.stack.as_ref().unwrap_err().codes, ["wcf-config-binding-refused"]);
    }
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    for (config, code, help) in [
        ("<client><endpoint binding='wsHtpBinding' contract='I'/></client>", "wcf-config-unknown-binding", "write `wsHttpBinding`"),
        (
            "<bindings><wsHttpBinding><binding name='Orders'/></wsHttpBinding></bindings><client><endpoint binding='wsHttpBinding' \
             bindingConfiguration='orders' contract='I'/></client>",
            "wcf-config-missing-binding-configuration",
            "write `Orders`",
        ),
        (
            "<bindings><wsHttpBinding><binding sendTimeOut='1'/></wsHttpBinding></bindings>",
            "wcf-config-unknown-attribute",
            "write `sendTimeout`",
        ),
        (
            "<bindings><wsHttpBinding><binding><security mode='transport'/></binding></wsHttpBinding></bindings>",
            "wcf-config-unusable-value",
            "write `Transport`; allowed are None, Transport, Message, TransportWithMessageCredential",
        ),
        (
            "<behaviors><endpointBehaviors><behavior><clientCredential/></behavior></endpointBehaviors></behaviors>",
            "wcf-config-unregistered-extension",
            "write `clientCredentials`",
        ),
    ] {
        let outcome = Case::new().config("app.config", config).run();
        let finding = outcome.findings.iter().find(|finding| finding.code.name == code).unwrap_or_else(|| panic!("{config}"));
        assert_eq!(finding.help, [help], "{config}");
    }
}

#[test]
fn elements_of_user_assemblies_are_opaque_where_they_are_registered() {
    let extensions = "<extensions><behaviorExtensions><add name='tenant' type='N.Tenant, Asm'/></behaviorExtensions><bindingExtensions><add \
                      name='relayBinding' type='N.Relay, Asm'/></bindingExtensions></extensions>";
    let uses = "<behaviors><endpointBehaviors><behavior name='b'><tenant id='4'/></behavior></endpointBehaviors></behaviors><bindings>\
                <relayBinding><binding name='r' what='ever'/></relayBinding></bindings><client><endpoint binding='relayBinding' \
                bindingConfiguration='r' behaviorConfiguration='b' contract='I'/></client>";
    let outcome = Case::new().config("app.config", &format!("{extensions}{uses}")).run();
    assert_eq!(
        outcome.problems(),
        [("wcf-config-opaque-extension", "relayBinding".to_owned()), ("wcf-config-opaque-extension", "tenant".to_owned())]
    );
    let client = &outcome.host("app.config").clients[0];
    assert_eq!(client.behavior.opaque[0].registered_type.as_deref(), Some("N.Tenant, Asm"));
    assert_eq!(client.binding.stack.as_ref().unwrap_err().codes, ["wcf-config-opaque-extension"]);
    // A registry above counts below.
    let inherited = Case::new().config("web.config", extensions).config("a/web.config", uses).run();
    assert!(!inherited.host("a/web.config").refused);
    // Without a registration .NET refuses.
    let refused = Case::new().config("app.config", uses).run();
    assert!(refused.host("app.config").refused);
}

#[test]
fn a_class_of_ones_own_takes_the_place_of_a_later_one_of_dotnet() {
    let extensions = "<extensions><bindingElementExtensions><add name='udpTransport' type='N.Udp, Asm'/></bindingElementExtensions>\
                      <bindingExtensions><add name='netHttpBinding' type='N.Http, Asm'/></bindingExtensions></extensions>";
    let uses = "<bindings><customBinding><binding name='u'><udpTransport what='ever'/></binding></customBinding></bindings><client><endpoint \
                address='net.udp://h/' binding='customBinding' bindingConfiguration='u' contract='I'/><endpoint name='n' \
                binding='netHttpBinding' contract='I'/></client>";
    let outcome = Case::new().config("app.config", &format!("{extensions}{uses}")).run();
    assert_eq!(outcome.problems(), [("wcf-config-opaque-extension", "udpTransport".to_owned())]);
    let clients = &outcome.host("app.config").clients;
    assert!(!outcome.host("app.config").refused);
    let classes = clients[0].binding.stack.as_ref().unwrap().class_names();
    assert_eq!(classes, ["udpTransport"]);
    assert_eq!(clients[1].binding.stack.as_ref().unwrap_err().codes, ["wcf-config-opaque-extension"]);
    // Without the registration it is .NET's, which has no such attribute.
    assert!(Case::new().config("app.config", uses).run().host("app.config").refused);
}

#[test]
fn no_secret_is_in_a_finding() {
    let secret = "hunter2";
    let config = format!(
        "<behaviors><serviceBehaviors><behavior><sqlWorkflowInstanceStore connectionString='Password={secret}' hostLockRenewalPeriod='x' \
         pwd{secret}='1'/></behavior></serviceBehaviors></behaviors><diagnostics etwProviderId='{secret}'/>"
    );
    let outcome = Case::new().config("app.config", &config).run();
    assert!(outcome.findings.len() >= 2);
    for finding in outcome.findings.iter().filter(|finding| finding.code.name == "wcf-config-unusable-value") {
        assert!(!format!("{} {:?} {:?}", finding.message, finding.help, finding.notes).contains(secret), "{}", finding.message);
    }
}
