//! Behaviors as they apply: every value of each behavior element, and typed views of those that decide about security.

use indexmap::IndexMap;
use wcf_diagnostics::Span;

use crate::Text;
use crate::effective::{Effective, Settings};

/// The service behavior that applies to a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceBehavior {
    /// `behaviorConfiguration` as written, or empty.
    pub name: Text,
    /// Every behavior element with every value, by element name, in order.
    pub elements: IndexMap<Text, Settings>,
    /// `serviceCredentials`. Present even when not written, with .NET's defaults.
    pub credentials: ServiceCredentials,
    /// `serviceThrottling`, if it applies.
    pub throttling: Option<ServiceThrottling>,
    /// `serviceDebug@includeExceptionDetailInFaults`.
    pub include_exception_detail_in_faults: Option<Effective<bool>>,
    /// `serviceMetadata` is present: where it serves metadata.
    pub metadata: Option<ServiceMetadata>,
    /// `serviceAuthorization`, if it applies.
    pub authorization: Option<ServiceAuthorization>,
    /// Behaviors of user assemblies: their effect is unknown.
    pub opaque: Vec<Opaque>,
}

/// The endpoint behavior that applies to an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointBehavior {
    /// `behaviorConfiguration` as written, or empty.
    pub name: Text,
    /// Every behavior element with every value, by element name, in order.
    pub elements: IndexMap<Text, Settings>,
    /// `clientCredentials`, if written.
    pub client_credentials: Option<ClientCredentials>,
    /// `clientVia@viaUri`: an intermediary.
    pub client_via: Option<Effective<Text>>,
    /// Behaviors of user assemblies: their effect is unknown.
    pub opaque: Vec<Opaque>,
}

/// An element whose meaning is in an assembly of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// The element's name.
    pub name: Text,
    /// The type that `extensions` registers for it, if it does.
    pub registered_type: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// `serviceCredentials`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceCredentials {
    /// Whether the element is written.
    pub written: Option<Span>,
    /// `serviceCertificate`, if written. Serves message security and net.tcp TLS; for HTTPS the certificate is http.sys's or IIS's.
    pub service_certificate: Option<Effective<CertificateReference>>,
    /// `clientCertificate/authentication`; `None` means the defaults of .NET (ChainTrust, Online, LocalMachine).
    pub client_certificate: Option<X509Validation>,
    /// `userNameAuthentication`; `None` means Windows accounts.
    pub user_name: Option<UserNameAuthentication>,
    /// `windowsAuthentication@allowAnonymousLogons`.
    pub allow_anonymous_logons: Option<Effective<bool>>,
    /// `issuedTokenAuthentication`, if written.
    pub issued_token: Option<IssuedTokenAuthentication>,
    /// `type`: a class of the user's that replaces it all.
    pub replaced_by: Option<Effective<Text>>,
}

/// How a certificate is found in a Windows store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateReference {
    /// The value to look for. Thumbprints are cleaned of blanks and invisible characters.
    pub find_value: Effective<Text>,
    /// `X509FindType`, as XML spells it.
    pub find_type: Effective<Text>,
    /// `StoreLocation`, as XML spells it.
    pub store_location: Effective<Text>,
    /// `StoreName`, as XML spells it.
    pub store_name: Effective<Text>,
}

/// How a peer's certificate is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct X509Validation {
    /// `certificateValidationMode`.
    pub mode: Effective<CertificateValidationMode>,
    /// `customCertificateValidatorType`, if any.
    pub custom_validator: Option<Effective<Text>>,
    /// `revocationMode`.
    pub revocation: Effective<RevocationMode>,
    /// `trustedStoreLocation`, as XML spells it.
    pub trusted_store_location: Effective<Text>,
}

/// `X509CertificateValidationMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateValidationMode {
    /// Not checked.
    None,
    /// The certificate itself is in TrustedPeople.
    PeerTrust,
    /// It chains to a trusted root.
    ChainTrust,
    /// Either.
    PeerOrChainTrust,
    /// Code decides.
    Custom,
}

/// `X509RevocationMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RevocationMode {
    /// Not checked.
    NoCheck,
    /// Against what is fetched.
    Online,
    /// Against what is cached.
    Offline,
}

/// `userNameAuthentication`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserNameAuthentication {
    /// Who checks the password.
    pub mode: Effective<UserNameValidationMode>,
    /// `customUserNamePasswordValidatorType`, if any.
    pub custom_validator: Option<Effective<Text>>,
    /// `membershipProviderName`, if any.
    pub membership_provider: Option<Effective<Text>>,
}

/// `UserNamePasswordValidationMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserNameValidationMode {
    /// Windows accounts.
    Windows,
    /// An ASP.NET membership provider.
    MembershipProvider,
    /// Code decides.
    Custom,
}

/// `issuedTokenAuthentication`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedTokenAuthentication {
    /// `audienceUriMode`, as XML spells it.
    pub audience_uri_mode: Effective<Text>,
    /// `allowedAudienceUris`.
    pub allowed_audience_uris: Vec<Effective<Text>>,
    /// `allowUntrustedRsaIssuers`.
    pub allow_untrusted_rsa_issuers: Effective<bool>,
    /// `certificateValidationMode` for issuers.
    pub validation: X509Validation,
    /// `knownCertificates`.
    pub known_certificates: Vec<CertificateReference>,
}

/// `serviceThrottling`. Zero or unwritten is by processor count; then the value is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceThrottling {
    /// `maxConcurrentCalls`.
    pub max_concurrent_calls: Option<Effective<u32>>,
    /// `maxConcurrentSessions`.
    pub max_concurrent_sessions: Option<Effective<u32>>,
    /// `maxConcurrentInstances`.
    pub max_concurrent_instances: Option<Effective<u32>>,
}

/// `serviceMetadata`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceMetadata {
    /// Where the element stands.
    pub span: Span,
    /// `httpGetEnabled`.
    pub http_get: Effective<bool>,
    /// `httpsGetEnabled`.
    pub https_get: Effective<bool>,
}

/// `serviceAuthorization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAuthorization {
    /// `principalPermissionMode`, as XML spells it.
    pub principal_permission_mode: Effective<Text>,
    /// `roleProviderName`, if any.
    pub role_provider: Option<Effective<Text>>,
    /// `impersonateCallerForAllOperations`.
    pub impersonate_caller: Effective<bool>,
    /// `serviceAuthorizationManagerType`, if any.
    pub manager_type: Option<Effective<Text>>,
    /// `authorizationPolicies`, the types.
    pub policies: Vec<Effective<Text>>,
}

/// `clientCredentials`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredentials {
    /// Where the element stands.
    pub span: Span,
    /// `clientCertificate`, if written.
    pub client_certificate: Option<Effective<CertificateReference>>,
    /// `serviceCertificate/authentication`; `None` means the defaults of .NET (ChainTrust, Online, CurrentUser).
    pub service_certificate_validation: Option<X509Validation>,
    /// `serviceCertificate/defaultCertificate`, if written.
    pub service_certificate: Option<Effective<CertificateReference>>,
    /// `serviceCertificate/sslCertificateAuthentication` for HTTPS; then .NET does not check the host's name.
    pub https_certificate_validation: Option<X509Validation>,
    /// `windows@allowedImpersonationLevel`, as XML spells it.
    pub impersonation_level: Option<Effective<Text>>,
    /// `windows@allowNtlm`.
    pub allow_ntlm: Option<Effective<bool>>,
    /// `type`: a class of the user's that replaces it all.
    pub replaced_by: Option<Effective<Text>>,
}
