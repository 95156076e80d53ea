//! A first `wcf2grpc.toml`: the decisions that are open in the input, each with what asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use wcf_config::EffectiveConfig;
use wcf_diagnostics::{Code, Files, Findings, Level};

use crate::diagnostics::{
    ACCEPT_ANY_CERTIFICATE, ANONYMOUS_CALLERS, AUTHORIZATION_TO_WRITE, CODES, METADATA_NOT_SERVED, PASSWORD_CHECK_TO_WRITE, TOKEN_SETTINGS,
    WINDOWS_IDENTITY_REPLACED, WINDOWS_PASSWORDS,
};
use crate::endpoint::EndpointView;
use crate::pairing;
use crate::plan::MigrationPlan;

/// The text of a policy that decides what the tool decides by itself, says what is open, and holds a waiver in comments for each loss
/// that stops generation. Read back as it is, it changes nothing.
#[must_use]
pub fn draft(config: &EffectiveConfig, plan: &MigrationPlan, findings: &Findings, files: &Files) -> String {
    let mut text = String::from(
        "# Decisions for this migration. Keys and values: docs/schema/policy.schema.json; what is unknown is refused.\n\
         # A service has decisions of its own under [service.\"NAME\".deployment], .security and .metadata.\n\n\
         [deployment]\n\
         # Where the servers will run: internal, public, kubernetes, mesh, swarm or local.\n\
         exposure = \"internal\"\n\n\
         [security]\n",
    );
    about(&mut text, "Windows identities have to be replaced for", findings, &[&WINDOWS_IDENTITY_REPLACED]);
    text.push_str(
        "# What replaces Windows identities: client-certificate, bearer or kerberos.\nwindows-replacement = \"client-certificate\"\n",
    );
    if about(&mut text, "Nobody checks certificates today for", findings, &[&ACCEPT_ANY_CERTIFICATE]) {
        text.push_str(
            "# refuse until somebody decides, or chain-trust: check them against an authority.\nunvalidated-certificates = \"refuse\"\n",
        );
    }
    if findings.iter().any(|finding| finding.code.name == TOKEN_SETTINGS.name) {
        text.push('\n');
        about(&mut text, "Bearer tokens are planned for", findings, &[&TOKEN_SETTINGS]);
        text.push_str("# [security.bearer]\n# issuer = \"https://login.example/\"\n# audience = \"\"\n");
    }
    if about(
        &mut text,
        "Passwords are checked by Windows, a provider or code for",
        findings,
        &[&WINDOWS_PASSWORDS, &PASSWORD_CHECK_TO_WRITE],
    ) {
        text.push_str("# user-names = \"basic\" keeps names and passwords; \"bearer\" replaces those of messages by tokens.\n");
    }
    if about(&mut text, "Roles or code decide what callers may do for", findings, &[&AUTHORIZATION_TO_WRITE]) {
        text.push_str(
            "# Where roles come from: \"file\" lists the callers of each role, \"token-claim\" is a claim of their token.\n\
             # [security.roles]\n# from = \"file\"\n# claim = \"roles\"\n",
        );
    }
    if about(&mut text, "Metadata is served today by", findings, &[&METADATA_NOT_SERVED]) {
        text.push_str("# Server reflection answers only if it is asked for.\n# [metadata]\n# reflection = true\n");
    }
    text.push_str(
        "\n[contracts]\n\
         # How decimal travels: text, exact; or units-nanos, which loses digits past the ninth.\n\
         decimal = \"text\"\n\
         # How DateTime travels: utc, a moment without its Kind; or with-kind, what the clock shows and its Kind.\n\
         date-time = \"utc\"\n\
         # Lists and dictionaries that are null: they arrive empty, or are kept apart by a message around each.\n\
         null-lists = \"empty\"\n\n\
         [codegen]\n\
         # Where the Rust of the proto files is made: checked-in as source, or by a build-script each time.\n\
         stubs = \"checked-in\"\n",
    );
    waivers(&mut text, config, plan, files);
    text
}

/// One comment line that names whom codes are about; whether there was anybody.
fn about(text: &mut String, says: &str, findings: &Findings, codes: &[&Code]) -> bool {
    let names: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| codes.iter().any(|code| finding.code.name == code.name))
        .filter_map(|finding| finding.subject.service.as_deref().or(finding.subject.endpoint.as_deref()))
        .collect();
    if !names.is_empty() {
        let _ = writeln!(text, "# {says}: {}.", comment(&names.iter().copied().collect::<Vec<_>>().join(", ")));
    }
    !names.is_empty()
}

/// A waiver in comments for each loss that refuses an endpoint, once for each service.
fn waivers(text: &mut String, config: &EffectiveConfig, plan: &MigrationPlan, files: &Files) {
    let pairs = pairing::pairs(config, files);
    // Client endpoints are waived under the service they call, where the input has it.
    let service_of_client = |span| {
        let place = config
            .hosts
            .iter()
            .enumerate()
            .find_map(|(host_at, host)| EndpointView::clients(host).position(|view| view.span() == span).map(|at| (host_at, at)))?;
        let pair = pairs.iter().find(|pair| pair.client == place)?;
        let view = EndpointView::services(config.hosts.get(pair.service.0)?).nth(pair.service.1)?;
        view.service().map(|service| service.name.as_str())
    };
    let mut losses: BTreeMap<&str, BTreeSet<&'static str>> = BTreeMap::new();
    for host in &plan.hosts {
        for (endpoint, is_client) in
            host.endpoints.iter().map(|endpoint| (endpoint, false)).chain(host.clients.iter().map(|client| (client, true)))
        {
            let Err(refused) = &endpoint.outcome else { continue };
            let name = if is_client { service_of_client(endpoint.span).unwrap_or(&endpoint.contract) } else { endpoint.service.as_str() };
            losses.entry(name).or_default().extend(refused.codes.iter().copied());
        }
    }
    let waivable = |name: &str| CODES.iter().copied().find(|code| code.name == name && code.waivable && code.level == Level::Deny);
    let open: Vec<_> =
        losses.iter().flat_map(|(&service, codes)| codes.iter().filter_map(move |&code| Some((service, waivable(code)?)))).collect();
    if open.is_empty() {
        return;
    }
    text.push_str("\n# Each of these losses stops generation. Mend its cause, or take it by a waiver: with a reason, and a last day if it is to end.\n");
    for (service, code) in open {
        let _ = write!(
            text,
            "\n# {}\n# [[waiver]]\n# code = \"{}\"\n# service = {}\n# reason = \"\"\n# until = 2099-12-31\n",
            code.summary,
            code.name,
            toml::Value::String(service.to_owned())
        );
        if code.name == ANONYMOUS_CALLERS.name {
            text.push_str("# Everybody who reaches the server may call it.\n");
        }
    }
}

/// Text inside a comment: no line ends, no control characters.
fn comment(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use wcf_config::channel_stack::{AuthenticationMode, ProtectionLevel, Transport};
    use wcf_config::effective::HttpAuthenticationScheme;
    use wcf_contract::ContractModel;
    use wcf_diagnostics::{FileId, Files};

    use super::draft;
    use crate::specimen::{by_default, client_endpoint, host, http, message, service, service_endpoint, stack, stream, windows};
    use crate::{CODES, Date, Policy};

    #[test]
    fn the_draft_changes_nothing_and_its_waivers_lift_what_they_name() {
        let mut hidden = service_endpoint(stack(vec![windows(ProtectionLevel::EncryptAndSign)], Transport::Tcp(stream())));
        hidden.contract = by_default("Bank.\"I\nOdd\"".into());
        let mut behavior = wcf_config::behavior::ServiceBehavior::default();
        behavior.authorization = Some(wcf_config::behavior::ServiceAuthorization {
            principal_permission_mode: by_default("UseAspNetRoles".into()),
            role_provider: None,
            impersonate_caller: by_default(false),
            manager_type: None,
            policies: Vec::new(),
        });
        behavior.metadata = Some(wcf_config::behavior::ServiceMetadata {
            span: crate::specimen::span(),
            http_get: by_default(true),
            https_get: by_default(false),
        });
        let mut through = client_endpoint(stack(
            vec![message(AuthenticationMode::UserNameForSslNegotiated)],
            http(false, HttpAuthenticationScheme::Anonymous, false),
        ));
        through.contract = by_default("Bank.IElsewhere".into());
        through.address = by_default("http://elsewhere.example/x".into());
        std::sync::Arc::make_mut(&mut through.behavior).client_via = Some(by_default("http://gateway/".into()));
        let config = wcf_config::EffectiveConfig { hosts: vec![host(vec![service(hidden, behavior)], vec![through])] };
        let (contracts, files) = (ContractModel::default(), Files::default());
        let today = Date { year: 2026, month: 11, day: 24 };
        let run = |policy: &Policy| {
            let (posture, _) = crate::assess(&config, &contracts, &files);
            crate::plan(&posture, &config, &contracts, policy, &files, today)
        };
        let (plan, findings) = run(&Policy::default());
        let text = draft(&config, &plan, &findings, &files);
        assert!(text.contains("# Windows identities have to be replaced for: Bank.Transfers.\n"), "{text}");
        assert!(text.contains("# Roles or code decide what callers may do for: Bank.Transfers.\n"), "{text}");
        assert!(text.contains("# Metadata is served today by: Bank.Transfers.\n"), "{text}");
        let (policy, problems) = Policy::parse(FileId(0), &text, CODES);
        assert!(problems.is_empty(), "{text}\n{problems:?}");
        assert_eq!(run(&policy).0, plan);
        // What stands in comments is understood, too, and does what it says.
        let roles = text.replace("# [security.roles]\n# from", "[security.roles]\nfrom");
        let (policy, problems) = Policy::parse(FileId(0), &roles, CODES);
        assert!(problems.is_empty(), "{roles}\n{problems:?}");
        assert!(plan.hosts[0].endpoints[0].outcome.is_err() && run(&policy).0.hosts[0].endpoints[0].outcome.is_ok());

        let at = text.find("# [[waiver]]").unwrap();
        let lines =
            text[at..].lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| line.starts_with('[') || line.contains(" = "));
        let taken = lines.collect::<Vec<_>>().join("\n").replace("reason = \"\"", "reason = \"reviewed\"");
        let (policy, problems) = Policy::parse(FileId(0), &taken, CODES);
        assert!(problems.is_empty(), "{taken}\n{problems:?}");
        assert!(plan.hosts[0].clients[0].outcome.is_err());
        assert!(run(&policy).0.hosts[0].clients[0].outcome.is_ok(), "{taken}");
    }
}
