//! The rows of `docs/mapping.md` for the three common bindings, each from a stack to its one-line posture and plan.

use wcf_config::ChannelStack;
use wcf_config::channel_stack::{AuthenticationMode, ProtectionLevel, SslProtocol, Transport};
use wcf_config::effective::HttpAuthenticationScheme;
use wcf_contract::model::ContractModel;
use wcf_diagnostics::Files;

use crate::policy::{Date, Policy};
use crate::specimen::{config, http, message, ssl, stack, stream, windows};

fn row(stack: ChannelStack) -> (String, String, Vec<&'static str>) {
    let config = config(stack);
    let (contracts, files) = (ContractModel::default(), Files::default());
    let (posture, mut findings) = crate::assess(&config, &contracts, &files);
    let today = Date { year: 2026, month: 11, day: 24 };
    let (plan, more) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, today);
    findings.extend(more);
    let assessed = posture.hosts[0].services[0].outcome.as_ref().unwrap().summary();
    let planned = match &plan.hosts[0].endpoints[0].outcome {
        Ok(planned) => planned.summary(),
        Err(refused) => format!("refused: {}", refused.codes.join(", ")),
    };
    let mut codes: Vec<_> =
        findings.iter().filter(|finding| finding.level > wcf_diagnostics::Level::Note).map(|finding| finding.code.name).collect();
    codes.sort_unstable();
    (assessed, planned, codes)
}

fn assert_row(stack: ChannelStack, posture: &str, plan: &str, warnings: &[&str]) {
    assert_eq!(row(stack), (posture.to_owned(), plan.to_owned(), warnings.to_vec()));
}

fn tcp() -> Transport {
    Transport::Tcp(stream())
}

#[test]
fn http_without_security() {
    assert_row(
        stack(vec![], http(false, HttpAuthenticationScheme::Anonymous, false)),
        "clear text, server proved by nothing, callers anonymous",
        "TLS, callers anonymous",
        &[],
    );
}

#[test]
fn credentials_over_clear_text() {
    assert_row(
        stack(vec![], http(false, HttpAuthenticationScheme::Basic, false)),
        "clear text, server proved by nothing, callers proved by a password in clear text",
        "TLS, password required (was checked by Windows)",
        &["wcf-windows-password-check"],
    );
    assert_row(
        stack(vec![], http(false, HttpAuthenticationScheme::Negotiate, false)),
        "clear text, server proved by nothing, callers proved by a Windows handshake over clear text",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &["wcf-windows-identity-replaced"],
    );
}

#[test]
fn https_by_credential() {
    assert_row(
        stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false)),
        "encrypted, server proved by a certificate, callers anonymous",
        "TLS, callers anonymous",
        &[],
    );
    assert_row(
        stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, true)),
        "encrypted, server proved by a certificate, callers proved by a certificate",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &[],
    );
    assert_row(
        stack(vec![], http(true, HttpAuthenticationScheme::Digest, false)),
        "encrypted, server proved by a certificate, callers proved by a digest under protection",
        "TLS, password required (was checked by Windows)",
        &["wcf-windows-password-check"],
    );
    assert_row(
        stack(vec![], http(true, HttpAuthenticationScheme::DecidedByHost, false)),
        "encrypted, server proved by a certificate, callers proved by whatever the host decides",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &["wcf-host-decides-authentication"],
    );
}

#[test]
fn a_password_and_a_certificate_are_both_kept() {
    assert_row(
        stack(vec![], http(true, HttpAuthenticationScheme::Basic, true)),
        "encrypted, server proved by a certificate, callers proved by a password under protection and a certificate",
        "TLS, password required (was checked by Windows), client certificate required, checked against authorities, revocation lists",
        &["wcf-windows-password-check"],
    );
}

#[test]
fn message_security_by_credential() {
    let over_http = |mode| stack(vec![message(mode)], http(false, HttpAuthenticationScheme::Anonymous, false));
    assert_row(
        over_http(AuthenticationMode::AnonymousForSslNegotiated),
        "encrypted, messages signed and encrypted, server proved by a certificate, callers anonymous",
        "TLS, callers anonymous",
        &["wcf-end-to-end-protection-replaced"],
    );
    assert_row(
        over_http(AuthenticationMode::UserNameForSslNegotiated),
        "encrypted, messages signed and encrypted, server proved by a certificate, callers proved by a password under protection",
        "TLS, password required (was checked by Windows)",
        &["wcf-end-to-end-protection-replaced", "wcf-windows-password-check"],
    );
    assert_row(
        over_http(AuthenticationMode::MutualCertificate),
        "encrypted, messages signed and encrypted, server proved by a certificate, callers proved by a certificate",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &["wcf-end-to-end-protection-replaced", "wcf-message-signature-lost"],
    );
    assert_row(
        over_http(AuthenticationMode::SspiNegotiated),
        "encrypted, messages signed and encrypted, server proved by a Windows identity, callers proved by a Windows identity",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &["wcf-end-to-end-protection-replaced", "wcf-windows-identity-replaced"],
    );
    assert_row(
        over_http(AuthenticationMode::IssuedTokenForSslNegotiated),
        "encrypted, messages signed and encrypted, server proved by a certificate, callers proved by an issued token",
        "TLS, bearer token required",
        &["wcf-end-to-end-protection-replaced", "wcf-proof-of-possession-lost"],
    );
}

#[test]
fn transport_with_message_credential() {
    assert_row(
        stack(vec![message(AuthenticationMode::UserNameOverTransport)], http(true, HttpAuthenticationScheme::Anonymous, false)),
        "encrypted, server proved by a certificate, callers proved by a password under protection",
        "TLS, password required (was checked by Windows)",
        &["wcf-windows-password-check"],
    );
    assert_row(
        stack(vec![message(AuthenticationMode::CertificateOverTransport)], http(true, HttpAuthenticationScheme::Anonymous, false)),
        "encrypted, server proved by a certificate, callers proved by a certificate",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &[],
    );
}

#[test]
fn tcp_streams() {
    assert_row(stack(vec![], tcp()), "clear text, server proved by nothing, callers anonymous", "TLS, callers anonymous", &[]);
    assert_row(
        stack(vec![ssl(true, &[])], tcp()),
        "encrypted, server proved by a certificate, callers proved by a certificate",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &[],
    );
    assert_row(
        stack(vec![ssl(false, &[SslProtocol::Tls13])], tcp()),
        "encrypted, server proved by a certificate, callers anonymous",
        "TLS 1.3 only, callers anonymous",
        &[],
    );
    for (level, wire) in [
        (ProtectionLevel::None, "clear text, server proved by a Windows identity, callers proved by a Windows handshake over clear text"),
        (ProtectionLevel::Sign, "signed clear text, server proved by a Windows identity, callers proved by a Windows identity"),
        (ProtectionLevel::EncryptAndSign, "encrypted, server proved by a Windows identity, callers proved by a Windows identity"),
    ] {
        assert_row(
            stack(vec![windows(level)], tcp()),
            wire,
            "TLS, client certificate required, checked against authorities, revocation lists",
            &["wcf-windows-identity-replaced"],
        );
    }
}

#[test]
fn pipes_and_queues() {
    assert_row(
        stack(vec![windows(ProtectionLevel::EncryptAndSign)], Transport::NamedPipe(stream())),
        "encrypted, server proved by a Windows identity, callers proved by a Windows identity",
        "local socket, local user required",
        &["wcf-local-peer-replaces-windows"],
    );
    assert_row(
        stack(vec![], Transport::Udp),
        "clear text, server proved by nothing, callers anonymous",
        "refused: wcf-transport-without-counterpart",
        &["wcf-transport-without-counterpart"],
    );
}

/// What the host decides, by the schemes its section switches on.
#[test]
fn each_scheme_of_the_web_server_is_what_it_is() {
    use wcf_config::effective::{Hosting, SslFlag, WebServer};

    use crate::posture::CallerProof;
    use crate::specimen::by_default;

    let caller = |tls, schemes: &[HttpAuthenticationScheme], scheme, flags: &[SslFlag]| {
        let mut config = config(stack(vec![], http(tls, scheme, false)));
        config.hosts[0].hosting = Hosting::WebServer(WebServer {
            ssl_flags: Some(by_default(flags.to_vec())),
            authentication: Some(by_default(schemes.to_vec())),
        });
        let (posture, _) = crate::assess(&config, &ContractModel::default(), &Files::default());
        let posture = posture.hosts[0].services[0].outcome.clone().unwrap();
        let also: Vec<_> = posture.also_required.iter().map(|proof| proof.value).collect();
        (posture.transport_caller.value, also)
    };
    let host = HttpAuthenticationScheme::DecidedByHost;
    for (scheme, over_tls, over_clear) in [
        (HttpAuthenticationScheme::Anonymous, CallerProof::Nothing, CallerProof::Nothing),
        (HttpAuthenticationScheme::Basic, CallerProof::PasswordProtected, CallerProof::PasswordInClear),
        (HttpAuthenticationScheme::Digest, CallerProof::DigestProtected, CallerProof::DigestInClear),
        (HttpAuthenticationScheme::Ntlm, CallerProof::WindowsIdentity, CallerProof::WindowsOverClear),
        (HttpAuthenticationScheme::Negotiate, CallerProof::WindowsIdentity, CallerProof::WindowsOverClear),
        (host, CallerProof::DecidedByHost, CallerProof::DecidedByHost),
    ] {
        for (tls, expected) in [(true, over_tls), (false, over_clear)] {
            assert_eq!(caller(tls, &[scheme], host, &[]), (expected, vec![]), "{scheme:?} {tls}");
            assert_eq!(caller(tls, &[HttpAuthenticationScheme::Anonymous, scheme], host, &[]).0, expected, "{scheme:?} {tls}");
        }
    }
    assert_eq!(caller(true, &[], host, &[]).0, CallerProof::DecidedByHost);
    // IIS asks for a certificate beside what the binding asks for, and never less over plain HTTP.
    let (anonymous, basic) = (HttpAuthenticationScheme::Anonymous, HttpAuthenticationScheme::Basic);
    for tls in [true, false] {
        assert_eq!(caller(tls, &[], anonymous, &[SslFlag::Ssl, SslFlag::SslRequireCert]), (CallerProof::Certificate, vec![]));
        assert_eq!(caller(tls, &[], anonymous, &[SslFlag::Ssl, SslFlag::SslNegotiateCert]), (CallerProof::Nothing, vec![]));
        assert_eq!(caller(tls, &[], basic, &[SslFlag::SslRequireCert]).1, [CallerProof::Certificate]);
    }
}

#[test]
fn a_mesh_of_peers_without_settings_is_unknown() {
    assert_row(
        stack(vec![], Transport::Peer),
        "protection unknown, server proved by something unknown, callers proved by whatever the host decides",
        "refused: wcf-transport-without-counterpart",
        &["wcf-transport-without-counterpart"],
    );
}

#[test]
fn what_no_configuration_of_dot_net_gives_is_read_strictly() {
    use wcf_config::channel_stack::{BindingElement, MsmqTransport};

    use crate::specimen::by_default;

    // A certificate over plain HTTP is not asked for; one beside the host's choice is.
    assert_row(
        stack(vec![], http(false, HttpAuthenticationScheme::Anonymous, true)),
        "clear text, server proved by nothing, callers anonymous",
        "TLS, callers anonymous",
        &[],
    );
    assert_row(
        stack(vec![], http(true, HttpAuthenticationScheme::DecidedByHost, true)),
        "encrypted, server proved by a certificate, callers proved by a certificate",
        "TLS, client certificate required, checked against authorities, revocation lists",
        &["wcf-host-decides-authentication"],
    );
    let queue =
        MsmqTransport { authentication_mode: by_default("Unheard".into()), protection_level: by_default(ProtectionLevel::EncryptAndSign) };
    assert_row(
        stack(vec![], Transport::Msmq(Box::new(queue))),
        "encrypted, server proved by a Windows identity, callers proved by whatever the host decides",
        "refused: wcf-transport-without-counterpart",
        &["wcf-transport-without-counterpart"],
    );
    let mut security = message(AuthenticationMode::UserNameForSslNegotiated);
    let BindingElement::Security(inner) = &mut security else { unreachable!() };
    inner.algorithm_suite = by_default("Default".into());
    let config = config(stack(vec![security], http(false, HttpAuthenticationScheme::Anonymous, false)));
    let (contracts, files) = (ContractModel::default(), Files::default());
    let (posture, _) = crate::assess(&config, &contracts, &files);
    let today = Date { year: 2026, month: 11, day: 24 };
    let (plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, today);
    let crate::plan::TransportPlan::Tls(tls) = &plan.hosts[0].endpoints[0].outcome.as_ref().unwrap().transport.chosen else {
        unreachable!()
    };
    assert!(tls.prefer_256_bit);
}

#[test]
fn a_transport_of_code_has_no_posture_and_says_so() {
    let config = config(stack(vec![], Transport::Opaque { name: "satellite".into() }));
    let (posture, findings) = crate::assess(&config, &ContractModel::default(), &Files::default());
    assert_eq!(posture.hosts[0].services[0].outcome.as_ref().unwrap_err().codes, ["wcf-transport-unknown"]);
    let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(messages.iter().any(|message| message.contains("the transport `satellite`")), "{messages:?}");
}
