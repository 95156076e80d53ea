//! Behaviors as they apply: from the elements that are left after merging to the typed views.

use std::sync::Arc;

use indexmap::IndexMap;
use wcf_diagnostics::Span;

use crate::Text;
use crate::behavior::{
    CertificateReference, CertificateValidationMode, ClientCredentials, EndpointBehavior, IssuedTokenAuthentication, Opaque,
    RevocationMode, ServiceAuthorization, ServiceBehavior, ServiceCredentials, ServiceMetadata, ServiceThrottling, UserNameAuthentication,
    UserNameValidationMode, X509Validation,
};
use crate::document::Extension;
use crate::effective::{Effective, Settings, Within};
use crate::lower::Values;
use crate::merge::Merged;
use crate::settings::{Source, settings};

/// The elements of a behavior with their values.
struct Elements {
    settings: IndexMap<Text, Settings>,
    opaque: Vec<Opaque>,
    extensions: Vec<(Text, Span)>,
}

impl Elements {
    fn read(extensions: &[&Extension], name: &Text, merged: &Merged<'_>) -> Self {
        let within = if name.is_empty() { Within::Nameless } else { Within::Behavior(name.clone()) };
        let mut all = Self { settings: IndexMap::with_capacity(extensions.len()), opaque: Vec::new(), extensions: Vec::new() };
        for extension in extensions {
            match &extension.node {
                Some(node) => {
                    let source = Source { within: within.clone(), runtime_class: None };
                    all.settings.insert(extension.name.clone(), settings(node.schema, Some(node), source));
                    all.extensions.push((extension.name.clone(), node.span));
                }
                None => all.opaque.push(Opaque {
                    name: extension.name.clone(),
                    registered_type: merged.registration("behaviorExtensions", &extension.name).map(Text::from),
                    span: extension.span,
                }),
            }
        }
        all
    }

    /// An element's values, with its place.
    fn get(&self, element: &str) -> Option<(Values<'_>, Span)> {
        let (_, span) = self.extensions.iter().find(|(name, _)| name == element)?;
        Some((Values::new(self.settings.get(element)?), *span))
    }
}

/// The service behavior that applies under this name; the nameless one, or none, under the empty name.
pub(crate) fn service_behavior(merged: &Merged<'_>, name: &Text) -> Arc<ServiceBehavior> {
    merged.made_service_behavior(name, |extensions| {
        let all = Elements::read(&extensions, name, merged);
        ServiceBehavior {
            name: name.clone(),
            credentials: all.get("serviceCredentials").map_or_else(ServiceCredentials::default, |(values, span)| ServiceCredentials {
                written: Some(span),
                ..service_credentials(&values)
            }),
            throttling: all.get("serviceThrottling").map(|(values, _)| ServiceThrottling {
                max_concurrent_calls: throttle(&values, "maxConcurrentCalls"),
                max_concurrent_sessions: throttle(&values, "maxConcurrentSessions"),
                max_concurrent_instances: throttle(&values, "maxConcurrentInstances"),
            }),
            include_exception_detail_in_faults: all.get("serviceDebug").map(|(values, _)| values.bool("includeExceptionDetailInFaults")),
            metadata: all.get("serviceMetadata").map(|(values, span)| ServiceMetadata {
                span,
                http_get: values.bool("httpGetEnabled"),
                https_get: values.bool("httpsGetEnabled"),
            }),
            authorization: all.get("serviceAuthorization").map(|(values, _)| ServiceAuthorization {
                principal_permission_mode: values.string("principalPermissionMode"),
                role_provider: values.present("roleProviderName"),
                impersonate_caller: values.bool("impersonateCallerForAllOperations"),
                manager_type: values.present("serviceAuthorizationManagerType"),
                policies: list(&values, "authorizationPolicies.add", "policyType"),
            }),
            elements: all.settings,
            opaque: all.opaque,
        }
    })
}

/// The endpoint behavior that applies under this name; the nameless one, or none, under the empty name.
pub(crate) fn endpoint_behavior(merged: &Merged<'_>, name: &Text) -> Arc<EndpointBehavior> {
    merged.made_endpoint_behavior(name, |extensions| {
        let all = Elements::read(&extensions, name, merged);
        EndpointBehavior {
            name: name.clone(),
            client_credentials: all.get("clientCredentials").map(|(values, span)| ClientCredentials {
                span,
                client_certificate: certificate(&values.under("clientCertificate.")),
                service_certificate_validation: validation(&values.under("serviceCertificate.authentication.")),
                service_certificate: certificate(&values.under("serviceCertificate.defaultCertificate.")),
                https_certificate_validation: validation(&values.under("serviceCertificate.sslCertificateAuthentication.")),
                impersonation_level: Some(values.string("windows.allowedImpersonationLevel")),
                allow_ntlm: Some(values.bool("windows.allowNtlm")),
                replaced_by: values.present("type"),
            }),
            client_via: all.get("clientVia").and_then(|(values, _)| values.present("viaUri")),
            elements: all.settings,
            opaque: all.opaque,
        }
    })
}

fn service_credentials(values: &Values<'_>) -> ServiceCredentials {
    let user_name = values.under("userNameAuthentication.");
    ServiceCredentials {
        written: None,
        service_certificate: certificate(&values.under("serviceCertificate.")),
        client_certificate: validation(&values.under("clientCertificate.authentication.")),
        user_name: any_written(&user_name, &USER_NAME).then(|| UserNameAuthentication {
            mode: user_name.effective("userNamePasswordValidationMode", {
                match user_name.text("userNamePasswordValidationMode") {
                    "MembershipProvider" => UserNameValidationMode::MembershipProvider,
                    "Custom" => UserNameValidationMode::Custom,
                    _ => UserNameValidationMode::Windows,
                }
            }),
            custom_validator: user_name.present("customUserNamePasswordValidatorType"),
            membership_provider: user_name.present("membershipProviderName"),
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

fn any_written(values: &Values<'_>, names: &[&str]) -> bool {
    !values.is_absent() && names.iter().any(|name| values.is_written(name))
}

/// A certificate in a store, if anything of it is written. Its origin is the value that is looked for.
fn certificate(values: &Values<'_>) -> Option<Effective<CertificateReference>> {
    any_written(values, &REFERENCE).then(|| {
        let reference = certificate_reference(values, "");
        Effective { origin: reference.find_value.origin.clone(), value: reference }
    })
}

/// A certificate in a store, by the names under `prefix`; thumbprints lose their blanks and invisible characters.
pub(crate) fn certificate_reference(values: &Values<'_>, prefix: &str) -> CertificateReference {
    let value = |name: &str| if prefix.is_empty() { values.string(name) } else { values.string(&format!("{prefix}{name}")) };
    let find_type = value("x509FindType");
    let is_thumbprint = find_type.value == "FindByThumbprint";
    let is_clean = |value: &Text| value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let find_value = value("findValue").map(|value| {
        if !is_thumbprint || is_clean(&value) { value } else { value.chars().filter(char::is_ascii_hexdigit).collect::<String>().into() }
    });
    CertificateReference { find_value, find_type, store_location: value("storeLocation"), store_name: value("storeName") }
}

/// How a certificate is checked, if anything of it is written.
fn validation(values: &Values<'_>) -> Option<X509Validation> {
    any_written(values, &VALIDATION).then(|| x509_validation(values))
}

fn x509_validation(values: &Values<'_>) -> X509Validation {
    let mode = match values.text("certificateValidationMode") {
        "None" => CertificateValidationMode::None,
        "PeerTrust" => CertificateValidationMode::PeerTrust,
        "PeerOrChainTrust" => CertificateValidationMode::PeerOrChainTrust,
        "Custom" => CertificateValidationMode::Custom,
        _ => CertificateValidationMode::ChainTrust,
    };
    let revocation = match values.text("revocationMode") {
        "NoCheck" => RevocationMode::NoCheck,
        "Offline" => RevocationMode::Offline,
        _ => RevocationMode::Online,
    };
    X509Validation {
        mode: values.effective("certificateValidationMode", mode),
        custom_validator: values.present("customCertificateValidatorType"),
        revocation: values.effective("revocationMode", revocation),
        trusted_store_location: values.string("trustedStoreLocation"),
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
    let values = values.under("issuedTokenAuthentication.");
    if !any_written(&values, &NAMES) {
        return None;
    }
    let mut known_certificates = Vec::new();
    loop {
        let known = format!("knownCertificates.add[{}].", known_certificates.len());
        if !REFERENCE.iter().any(|name| values.is_written(&format!("{known}{name}"))) {
            break;
        }
        known_certificates.push(certificate_reference(&values, &known));
    }
    Some(IssuedTokenAuthentication {
        audience_uri_mode: values.string("audienceUriMode"),
        allowed_audience_uris: list(&values, "allowedAudienceUris.add", "allowedAudienceUri"),
        allow_untrusted_rsa_issuers: values.bool("allowUntrustedRsaIssuers"),
        validation: x509_validation(&values),
        known_certificates,
    })
}

/// One attribute of each item of a collection.
fn list(values: &Values<'_>, collection: &str, attribute: &str) -> Vec<Effective<Text>> {
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
