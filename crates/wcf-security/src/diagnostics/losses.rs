//! Guarantees that WCF gave and the plan does not: what the never-weaker order is made of.

use super::{codes, problem};

codes! {
    /// End-to-end protection through an intermediary, or demanded by contract.
    END_TO_END_LOST = "wcf-end-to-end-protection-lost", Deny, waivable: true,
        summary: "messages are protected from sender to receiver today, and gRPC only protects each hop",
        why: "Something stands between caller and server and handles messages, or the contract demands the protection by itself. With TLS every hop that ends the connection reads and can change the message.",
        example: "mode=\"Message\" and <clientVia viaUri=\"http://gateway/\"/>, or [ServiceContract(ProtectionLevel = …)]",
        remedy: "Make the path direct, let intermediaries pass TLS through, protect the payload in the application, or waive the loss with a reason.",
        reference: "WS-Security 1.1; RFC 9113 (HTTP/2 has no message protection)";

    /// End-to-end protection on a direct path.
    END_TO_END_REPLACED = "wcf-end-to-end-protection-replaced", Warn, waivable: false,
        summary: "message security is replaced by TLS, which is equal only while the path is direct",
        why: "No intermediary is in sight, so TLS protects the same path. It no longer does when a proxy that ends TLS is put in between, and stored messages carry no signature.",
        example: "<wsHttpBinding><binding><security mode=\"Message\"/></binding></wsHttpBinding>",
        remedy: "Keep proxies that end TLS out of the path, or let them pass TLS through.",
        reference: "WS-Security 1.1; RFC 8446";

    /// Signatures by a caller's certificate.
    MESSAGE_SIGNATURE_LOST = "wcf-message-signature-lost", Warn, waivable: false,
        summary: "the caller's certificate signs messages today; TLS proves the caller but leaves no signature behind",
        why: "A signed message can be kept and shown to a third party. A TLS session proves the caller to the server only, while it lasts.",
        example: "<message clientCredentialType=\"Certificate\"/>",
        remedy: "Where the signature is kept as evidence, sign the payload in the application.",
        reference: "WS-Security X.509 Certificate Token Profile 1.1";

    /// Proof of possession of an issued token.
    PROOF_OF_POSSESSION_LOST = "wcf-proof-of-possession-lost", Warn, waivable: false,
        summary: "issued tokens are bound to a key today; a bearer token belongs to whoever holds it",
        why: "A token bound to a key is useless to a thief. Bearer tokens are protected by TLS and by their short life only.",
        example: "<message issuedKeyType=\"SymmetricKey\"/>",
        remedy: "Keep tokens short-lived, and require client certificates beside them where theft is a concern.",
        reference: "WS-Trust 1.3 section 4.4; RFC 6750 section 5";

    /// Impersonation and delegation.
    IMPERSONATION_LOST = "wcf-impersonation-lost", Deny, waivable: true,
        summary: "the server acts under its caller's Windows identity, which no gRPC credential hands over",
        why: "Files, databases and other services see the caller today. After the migration they see the server's account, so every check behind the server changes.",
        example: "<serviceAuthorization impersonateCallerForAllOperations=\"true\"/>",
        remedy: "Check permissions in the service itself, then waive the loss with a reason.",
        reference: "System.ServiceModel.ImpersonationOption; System.Security.Principal.TokenImpersonationLevel";

    /// Anonymous callers in place of Windows ones.
    ANONYMOUS_CALLERS = "wcf-anonymous-callers", Deny, waivable: true,
        summary: "the policy leaves callers anonymous whom WCF made prove themselves",
        why: "Everybody who reaches the server may call it.",
        example: "windows-replacement = \"anonymous-callers\"",
        remedy: "Choose client-certificate, bearer or kerberos, or waive the loss with a reason.",
        reference: "docs/mapping.md";

    /// Certificates that are not checked.
    ACCEPT_ANY_CERTIFICATE = "wcf-accept-any-certificate", Deny, waivable: true,
        summary: "certificates of the other side are not checked at all",
        why: "certificateValidationMode None takes any certificate, also one an attacker made a minute ago. The plan checks against an authority; only a waiver of this code turns checking off.",
        example: "<authentication certificateValidationMode=\"None\"/>",
        remedy: "Set unvalidated-certificates = \"chain-trust\" in the policy to plan the check, or waive the code to generate a server that takes any certificate.",
        reference: "System.ServiceModel.Security.X509CertificateValidationMode.None";

    /// Clear text where WCF protected.
    WEAKER_IN_TRANSIT = "wcf-weaker-in-transit", Deny, waivable: true,
        summary: "the plan protects the wire less than WCF did",
        why: "Whoever is on the path reads or changes what was protected.",
        example: "exposure = \"mesh\" without strict = true for an endpoint with TLS",
        remedy: "Choose an exposure with TLS, or state mesh.strict or swarm.encrypted-overlay where that is so.",
        reference: "docs/mapping.md";

    /// The server proves less.
    WEAKER_SERVER_PROOF = "wcf-weaker-server-proof", Deny, waivable: true,
        summary: "the plan proves the server less than WCF did",
        why: "A caller could talk to somebody else without noticing.",
        example: "clear text for an endpoint that showed a certificate",
        remedy: "Choose an exposure with TLS.",
        reference: "docs/mapping.md";

    /// The caller proves less.
    WEAKER_CALLER_PROOF = "wcf-weaker-caller-proof", Deny, waivable: true,
        summary: "the plan asks less proof of callers than WCF did",
        why: "The plan would let in callers whom WCF kept out.",
        example: "passwords in place of certificates",
        remedy: "Choose a credential of the same strength.",
        reference: "docs/mapping.md";

    /// Permissions are not asked for.
    WEAKER_AUTHORIZATION = "wcf-weaker-authorization", Deny, waivable: true,
        summary: "the plan lets callers do what WCF did not let them do",
        why: "Who is proved is not yet who may: without the role or name that the service demanded, every proved caller may do everything.",
        example: "PrincipalPermission on an operation, and no demand in the plan",
        remedy: "State under [security.roles] where roles come from, or write the check again in the handlers and waive this code.",
        reference: "System.Security.Permissions.PrincipalPermissionAttribute";

    /// Certificates are checked less.
    WEAKER_CERTIFICATE_CHECK = "wcf-weaker-certificate-check", Deny, waivable: true,
        summary: "the plan accepts certificates that WCF refused",
        why: "The plan would let in callers, or believe servers, whom WCF refused.",
        example: "an authority in place of pinned certificates",
        remedy: "Keep the source's validation mode.",
        reference: "System.ServiceModel.Security.X509CertificateValidationMode";

    /// Revocation is no longer checked.
    WEAKER_REVOCATION = "wcf-weaker-revocation", Deny, waivable: true,
        summary: "the plan does not check revocation where WCF did",
        why: "A certificate that was withdrawn would be good again.",
        example: "revocationMode=\"Online\" planned without lists",
        remedy: "Provide revocation lists.",
        reference: "System.Security.Cryptography.X509Certificates.X509RevocationMode";

    /// Older TLS versions.
    WEAKER_TLS_VERSIONS = "wcf-weaker-tls-versions", Deny, waivable: true,
        summary: "the plan accepts a TLS version that WCF refused",
        why: "An older version may have weaknesses the source ruled out.",
        example: "sslProtocols=\"Tls13\" planned with TLS 1.2",
        remedy: "Keep the source's versions.",
        reference: "System.Security.Authentication.SslProtocols";

    /// Looser limits.
    WEAKER_LIMITS = "wcf-weaker-limits", Deny, waivable: true,
        summary: "the plan accepts more than the limits of WCF let through",
        why: "Limits protect the server from being overrun.",
        example: "a larger message than maxReceivedMessageSize",
        remedy: "Keep the source's limits.",
        reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";

    /// Reachable from elsewhere.
    WEAKER_REACH = "wcf-weaker-reach", Deny, waivable: true,
        summary: "the plan makes a service reachable from the network that only this machine could reach",
        why: "A named pipe of WCF accepts no caller from another machine.",
        example: "a named pipe planned as TLS on all addresses",
        remedy: "Keep a local socket or loopback.",
        reference: "System.ServiceModel.Channels.NamedPipeTransportBindingElement";
}

problem! {
    /// End-to-end protection is lost.
    EndToEndLost { /** What WCF gave. */ had: &'a str, /** Why TLS is not enough. */ why: &'a str }
    END_TO_END_LOST, "messages are {} from end to end today and TLS protects each hop only, but {}", had, why;
    "make the path direct or protect the payload in the application; otherwise waive this code in wcf2grpc.toml with a reason"
}
problem! {
    /// End-to-end protection is replaced by TLS.
    EndToEndReplaced { /** What WCF gave. */ had: &'a str }
    END_TO_END_REPLACED, "messages are {} by themselves today; TLS protects the connection instead, which is equal while the path is direct", had;
}
problem! {
    /// The signature is lost.
    MessageSignatureLost {}
    MESSAGE_SIGNATURE_LOST, "the caller's certificate signs messages today; the plan uses it as a TLS client certificate, and nobody keeps a signature";
}
problem! {
    /// Proof of possession is lost.
    ProofOfPossessionLost { /** The key. */ key: &'a str }
    PROOF_OF_POSSESSION_LOST, "tokens are bound to {} today; a bearer token is not", key;
}
problem! {
    /// Impersonation is lost.
    ImpersonationLost {}
    IMPERSONATION_LOST, "the server acts under its caller's Windows identity, which the replacement cannot hand over";
    "check permissions in the service itself, then waive this code in wcf2grpc.toml with a reason"
}
problem! {
    /// Callers are left anonymous.
    AnonymousCallers {}
    ANONYMOUS_CALLERS, "callers prove themselves today and the policy leaves them anonymous";
    "choose another windows-replacement, or waive this code in wcf2grpc.toml with a reason"
}
problem! {
    /// Certificates are not checked.
    AcceptAnyCertificate { /** Whose certificates. */ whose: &'a str }
    ACCEPT_ANY_CERTIFICATE, "{} certificates are not checked at all today", whose;
    "set unvalidated-certificates = \"chain-trust\" under [security] in wcf2grpc.toml to check them against an authority"
    "or waive this code with a reason, to generate code that accepts any certificate"
}

/// The plan is below its source in one dimension.
#[derive(Clone, Copy, Debug)]
pub struct BelowSource<'a> {
    /// The endpoint and what the source says.
    pub at: super::At<'a>,
    /// The dimension's code.
    pub code: &'static wcf_diagnostics::Code,
    /// What the source gave.
    pub source: &'a str,
    /// What the plan gives.
    pub plan: &'a str,
}

impl From<BelowSource<'_>> for wcf_diagnostics::Finding {
    fn from(problem: BelowSource<'_>) -> Self {
        let BelowSource { at, code, source, plan } = problem;
        at.finding(code, format!("{}: WCF gave {source}, the plan gives {plan}", code.summary)).help(code.remedy)
    }
}
