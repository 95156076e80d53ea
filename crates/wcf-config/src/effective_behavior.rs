//! Behaviors as they apply: from the elements that are left after merging to the typed views.

use std::sync::{Arc, PoisonError};

use indexmap::IndexMap;

use crate::behavior::{
    CertificateReference, CertificateValidationMode, ClientCredentials, EndpointBehavior, IssuedTokenAuthentication, Opaque,
    RevocationMode, ServiceAuthorization, ServiceBehavior, ServiceCredentials, ServiceMetadata, ServiceThrottling, UserNameAuthentication,
    UserNameValidationMode, X509Validation,
};
use crate::document::Extension;
use crate::effective::{Effective, Settings, Within};
use crate::lower::Values;
use crate::merge::{Merged, MergedBehavior};
use crate::settings::{Source, settings};

/// The elements of the common behaviors, then those of the behavior itself: of one type the later counts.
fn elements<'a>(common: &IndexMap<&'a str, &'a Extension>, own: Option<&MergedBehavior<'a>>) -> IndexMap<&'a str, &'a Extension> {
    let mut all = common.clone();
    for (name, extension) in own.into_iter().flat_map(|behavior| &behavior.extensions) {
        all.insert(name, extension);
    }
    all
}

struct Elements {
    settings: IndexMap<String, Settings>,
    opaque: Vec<Opaque>,
    spans: IndexMap<String, wcf_diagnostics::Span>,
}

fn read(extensions: &IndexMap<&str, &Extension>, name: &str, merged: &Merged<'_>) -> Elements {
    let within = if name.is_empty() { Within::Nameless } else { Within::Behavior(name.into()) };
    let source = Source { within, runtime_class: None };
    let mut all = Elements { settings: IndexMap::new(), opaque: Vec::new(), spans: IndexMap::new() };
    for extension in extensions.values() {
        match &extension.node {
            Some(node) => {
                all.settings.insert(extension.name.clone(), settings(node.schema, Some(node), source.clone()));
                all.spans.insert(extension.name.clone(), node.span);
            }
            None => all.opaque.push(Opaque {
                name: extension.name.clone(),
                registered_type: merged.registration("behaviorExtensions", &extension.name).map(str::to_owned),
                span: extension.span,
            }),
        }
    }
    all
}

/// The service behavior that applies under this name; the nameless one, or none, under the empty name.
pub(crate) fn service_behavior(merged: &Merged<'_>, name: &str) -> Arc<ServiceBehavior> {
    let mut made = merged.made_service_behaviors.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(behavior) = made.get(name) {
        return Arc::clone(behavior);
    }
    let behavior = Arc::new(make_service_behavior(merged, name));
    made.insert(name.to_owned(), Arc::clone(&behavior));
    behavior
}

fn make_service_behavior(merged: &Merged<'_>, name: &str) -> ServiceBehavior {
    let all = read(&elements(&merged.common_service_behaviors, merged.service_behaviors.get(name)), name, merged);
    let values = |element: &str| all.settings.get(element).map(Values::new);
    let credentials = values("serviceCredentials").map_or_else(ServiceCredentials::default, |values| ServiceCredentials {
        written: all.spans.get("serviceCredentials").copied(),
        ..service_credentials(&values)
    });
    ServiceBehavior {
        name: name.to_owned(),
        credentials,
        throttling: values("serviceThrottling").map(|values| ServiceThrottling {
            max_concurrent_calls: throttle(&values, "maxConcurrentCalls"),
            max_concurrent_sessions: throttle(&values, "maxConcurrentSessions"),
            max_concurrent_instances: throttle(&values, "maxConcurrentInstances"),
        }),
        include_exception_detail_in_faults: values("serviceDebug").map(|values| values.bool("includeExceptionDetailInFaults")),
        metadata: values("serviceMetadata").zip(all.spans.get("serviceMetadata")).map(|(values, span)| ServiceMetadata {
            span: *span,
            http_get: values.bool("httpGetEnabled"),
            https_get: values.bool("httpsGetEnabled"),
        }),
        authorization: values("serviceAuthorization").map(|values| ServiceAuthorization {
            principal_permission_mode: values.string("principalPermissionMode"),
            role_provider: values.present("roleProviderName"),
            impersonate_caller: values.bool("impersonateCallerForAllOperations"),
            manager_type: values.present("serviceAuthorizationManagerType"),
            policies: list(&values, "authorizationPolicies.add", "policyType"),
        }),
        elements: all.settings,
        opaque: all.opaque,
    }
}

/// The endpoint behavior that applies under this name; the nameless one, or none, under the empty name.
pub(crate) fn endpoint_behavior(merged: &Merged<'_>, name: &str) -> Arc<EndpointBehavior> {
    let mut made = merged.made_endpoint_behaviors.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(behavior) = made.get(name) {
        return Arc::clone(behavior);
    }
    let behavior = Arc::new(make_endpoint_behavior(merged, name));
    made.insert(name.to_owned(), Arc::clone(&behavior));
    behavior
}

fn make_endpoint_behavior(merged: &Merged<'_>, name: &str) -> EndpointBehavior {
    let all = read(&elements(&merged.common_endpoint_behaviors, merged.endpoint_behaviors.get(name)), name, merged);
    let values = |element: &str| all.settings.get(element).map(Values::new);
    EndpointBehavior {
        name: name.to_owned(),
        client_credentials: values("clientCredentials").zip(all.spans.get("clientCredentials")).map(|(values, span)| ClientCredentials {
            span: *span,
            client_certificate: certificate(&values, "clientCertificate."),
            service_certificate_validation: validation(&values, "serviceCertificate.authentication."),
            service_certificate: certificate(&values, "serviceCertificate.defaultCertificate."),
            https_certificate_validation: validation(&values, "serviceCertificate.sslCertificateAuthentication."),
            impersonation_level: Some(values.string("windows.allowedImpersonationLevel")),
            allow_ntlm: Some(values.bool("windows.allowNtlm")),
            replaced_by: values.present("type"),
        }),
        client_via: values("clientVia").and_then(|values| values.present("viaUri")),
        elements: all.settings,
        opaque: all.opaque,
    }
}

fn service_credentials(values: &Values<'_>) -> ServiceCredentials {
    ServiceCredentials {
        written: None,
        service_certificate: certificate(values, "serviceCertificate."),
        client_certificate: validation(values, "clientCertificate.authentication."),
        user_name: any_written(values, "userNameAuthentication.", &USER_NAME).then(|| UserNameAuthentication {
            mode: values.effective("userNameAuthentication.userNamePasswordValidationMode", {
                match values.text("userNameAuthentication.userNamePasswordValidationMode") {
                    "MembershipProvider" => UserNameValidationMode::MembershipProvider,
                    "Custom" => UserNameValidationMode::Custom,
                    _ => UserNameValidationMode::Windows,
                }
            }),
            custom_validator: values.present("userNameAuthentication.customUserNamePasswordValidatorType"),
            membership_provider: values.present("userNameAuthentication.membershipProviderName"),
        }),
        allow_anonymous_logons: Some(values.bool("windowsAuthentication.allowAnonymousLogons")),
        issued_token: issued_token(values),
        replaced_by: values.present("type"),
    }
}

const USER_NAME: [&str; 4] =
    ["userNamePasswordValidationMode", "membershipProviderName", "customUserNamePasswordValidatorType", "includeWindowsGroups"];
const VALIDATION: [&str; 4] = ["certificateValidationMode", "revocationMode", "trustedStoreLocation", "customCertificateValidatorType"];
const REFERENCE: [&str; 4] = ["findValue", "x509FindType", "storeLocation", "storeName"];

fn any_written(values: &Values<'_>, prefix: &str, names: &[&str]) -> bool {
    !values.lacks(prefix) && names.iter().any(|name| values.is_written(&format!("{prefix}{name}")))
}

/// A certificate in a store, if anything of it is written. Its origin is the value that is looked for.
fn certificate(values: &Values<'_>, prefix: &str) -> Option<Effective<CertificateReference>> {
    any_written(values, prefix, &REFERENCE).then(|| {
        let reference = certificate_reference(values, prefix);
        Effective { origin: reference.find_value.origin.clone(), value: reference }
    })
}

/// A certificate in a store; thumbprints lose their blanks and invisible characters.
pub(crate) fn certificate_reference(values: &Values<'_>, prefix: &str) -> CertificateReference {
    let name = |rest: &str| format!("{prefix}{rest}");
    let find_type = values.string(&name("x509FindType"));
    let find_value = values
        .string(&name("findValue"))
        .map(|value| if find_type.value == "FindByThumbprint" { value.chars().filter(char::is_ascii_hexdigit).collect() } else { value });
    CertificateReference {
        find_value,
        find_type,
        store_location: values.string(&name("storeLocation")),
        store_name: values.string(&name("storeName")),
    }
}

/// How a certificate is checked, if anything of it is written.
fn validation(values: &Values<'_>, prefix: &str) -> Option<X509Validation> {
    any_written(values, prefix, &VALIDATION).then(|| x509_validation(values, prefix))
}

fn x509_validation(values: &Values<'_>, prefix: &str) -> X509Validation {
    let name = |rest: &str| format!("{prefix}{rest}");
    let mode = match values.text(&name("certificateValidationMode")) {
        "None" => CertificateValidationMode::None,
        "PeerTrust" => CertificateValidationMode::PeerTrust,
        "PeerOrChainTrust" => CertificateValidationMode::PeerOrChainTrust,
        "Custom" => CertificateValidationMode::Custom,
        _ => CertificateValidationMode::ChainTrust,
    };
    let revocation = match values.text(&name("revocationMode")) {
        "NoCheck" => RevocationMode::NoCheck,
        "Offline" => RevocationMode::Offline,
        _ => RevocationMode::Online,
    };
    X509Validation {
        mode: values.effective(&name("certificateValidationMode"), mode),
        custom_validator: values.present(&name("customCertificateValidatorType")),
        revocation: values.effective(&name("revocationMode"), revocation),
        trusted_store_location: values.string(&name("trustedStoreLocation")),
    }
}

fn issued_token(values: &Values<'_>) -> Option<IssuedTokenAuthentication> {
    const NAMES: [&str; 8] = [
        "audienceUriMode",
        "allowUntrustedRsaIssuers",
        "certificateValidationMode",
        "revocationMode",
        "trustedStoreLocation",
        "customCertificateValidatorType",
        "allowedAudienceUris.add[0].allowedAudienceUri",
        "knownCertificates.add[0].findValue",
    ];
    let prefix = "issuedTokenAuthentication.";
    if !any_written(values, prefix, &NAMES) {
        return None;
    }
    let mut known_certificates = Vec::new();
    loop {
        let known = format!("{prefix}knownCertificates.add[{}].", known_certificates.len());
        if !any_written(values, &known, &REFERENCE) {
            break;
        }
        known_certificates.push(certificate_reference(values, &known));
    }
    Some(IssuedTokenAuthentication {
        audience_uri_mode: values.string(&format!("{prefix}audienceUriMode")),
        allowed_audience_uris: list(values, &format!("{prefix}allowedAudienceUris.add"), "allowedAudienceUri"),
        allow_untrusted_rsa_issuers: values.bool(&format!("{prefix}allowUntrustedRsaIssuers")),
        validation: x509_validation(values, prefix),
        known_certificates,
    })
}

/// One attribute of each item of a collection.
fn list(values: &Values<'_>, collection: &str, attribute: &str) -> Vec<Effective<String>> {
    let mut all = Vec::new();
    while let Some(value) = values.present(&format!("{collection}[{}].{attribute}", all.len())) {
        all.push(value);
    }
    all
}

/// A limit of `serviceThrottling`; what is not written, or zero, is by processor count.
fn throttle(values: &Values<'_>, name: &str) -> Option<Effective<u32>> {
    values.is_written(name).then(|| values.u32(name)).filter(|limit| limit.value != 0)
}
