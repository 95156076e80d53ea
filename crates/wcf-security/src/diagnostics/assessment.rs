//! Problems found while the posture is read.

use super::{codes, problem};

codes! {
    /// The transport is of a user's assembly, or there is none.
    TRANSPORT_UNKNOWN = "wcf-transport-unknown", Deny, waivable: false,
        summary: "what carries the messages of this endpoint cannot be known from its files",
        why: "A transport element of a user's assembly can do anything, from plain text to hardware encryption. Nothing can be planned that is surely not weaker.",
        example: "<customBinding><binding name=\"x\"><textMessageEncoding/><satelliteTransport/></binding></customBinding>",
        remedy: "Configure the endpoint with a transport of .NET, or migrate it by hand.",
        reference: "System.ServiceModel.Channels.TransportBindingElement";

    /// MSMQ, peer channel, UDP.
    TRANSPORT_WITHOUT_COUNTERPART = "wcf-transport-without-counterpart", Deny, waivable: false,
        summary: "the transport does not carry requests and their responses, so gRPC has no counterpart",
        why: "Queues deliver later and once, peers and datagrams reach many; a gRPC call does none of it. Pretending would lose messages.",
        example: "<endpoint binding=\"netMsmqBinding\" address=\"net.msmq://localhost/private/orders\" contract=\"IOrders\"/>",
        remedy: "Use a message broker (AMQP, for example RabbitMQ or Azure Service Bus) for queues, and publish-subscribe for peers and multicast. The other endpoints are migrated without this one.",
        reference: "System.ServiceModel.Channels.MsmqTransportBindingElement, PeerTransportBindingElement; SOAP over UDP";

    /// An element of a user's assembly in the stack.
    OPAQUE_ELEMENT = "wcf-opaque-element", Warn, waivable: false,
        summary: "an element of a user's assembly stands in the channel stack and its effect is unknown",
        why: "It may authenticate callers or protect messages. The plan takes the strictest reading and requires client certificates.",
        example: "<customBinding><binding name=\"x\"><ourTokenCheck/><httpTransport/></binding></customBinding>",
        remedy: "Read what the element does, and write its counterpart as a tower layer of the generated server.",
        reference: "System.ServiceModel.Configuration.BindingElementExtensionElement";

    /// A behavior of a user's assembly.
    OPAQUE_BEHAVIOR = "wcf-opaque-behavior", Warn, waivable: false,
        summary: "a behavior of a user's assembly applies and its effect is unknown",
        why: "A behavior can replace credentials, authorization, error handling or the messages themselves. What the configuration says is not all that the service does.",
        example: "<behavior name=\"b\"><auditInspector/></behavior>",
        remedy: "Read what the behavior does, and write its counterpart by hand.",
        reference: "System.ServiceModel.Configuration.BehaviorExtensionElement";

    /// Credentials are replaced by a class of the user's.
    CREDENTIALS_REPLACED = "wcf-credentials-replaced", Warn, waivable: false,
        summary: "a class of the user's replaces the credentials behavior, so what it checks is unknown",
        why: "The attributes of the element are only what the class is given. Verifiers are planned as code to write, which refuses everybody until it is written.",
        example: "<serviceCredentials type=\"Bank.Security.OurCredentials, Bank.Security\"/>",
        remedy: "Read the class, and fill in the generated verifiers with what it checked.",
        reference: "System.ServiceModel.Configuration.ServiceCredentialsElement.Type";

    /// `InheritedFromHost` and the web server's own settings.
    HOST_DECIDES_AUTHENTICATION = "wcf-host-decides-authentication", Warn, waivable: false,
        summary: "the web server decides how callers prove themselves, in part outside these files",
        why: "IIS keeps its authentication settings in applicationHost.config. Where this file does not say, callers must show a certificate: the strictest reading.",
        example: "<transport clientCredentialType=\"InheritedFromHost\"/>",
        remedy: "Look up the site's authentication in IIS and write that credential type into the binding.",
        reference: "System.ServiceModel.HttpClientCredentialType.InheritedFromHost";

    /// The web server demands a client certificate.
    WEB_SERVER_DEMANDS_CERTIFICATE = "wcf-web-server-demands-certificate", Note, waivable: false,
        summary: "the web server's own section demands a client certificate, whatever the binding says",
        why: "IIS refuses a caller without a certificate before WCF sees the request; the plan does so too.",
        example: "<security><access sslFlags=\"Ssl,SslRequireCert\"/></security>",
        remedy: "Nothing: the certificate is required by the plan.",
        reference: "system.webServer/security/access; System.ServiceModel.Channels.HttpsChannelListener";

    /// Credentials over clear text.
    CREDENTIAL_IN_CLEAR = "wcf-credential-in-clear", Note, waivable: false,
        summary: "the credential travels over clear text today",
        why: "Whoever is on the path reads a Basic password, or takes over the connection after a Windows handshake. The plan adds TLS; passwords used so far should count as known.",
        example: "<security mode=\"TransportCredentialOnly\"><transport clientCredentialType=\"Basic\"/></security>",
        remedy: "Plan for new passwords when the service is switched over.",
        reference: "System.ServiceModel.BasicHttpSecurityMode.TransportCredentialOnly";

    /// Windows stream security without encryption.
    STREAM_NOT_ENCRYPTED = "wcf-stream-not-encrypted", Note, waivable: false,
        summary: "the stream is authenticated but not encrypted",
        why: "The protection level is None or Sign: mode Transport alone does not mean that anything is encrypted. The plan encrypts.",
        example: "<transport clientCredentialType=\"Windows\" protectionLevel=\"Sign\"/>",
        remedy: "Nothing: TLS is stronger.",
        reference: "System.ServiceModel.Channels.WindowsStreamSecurityBindingElement.ProtectionLevel";

    /// `allowInsecureTransport`.
    INSECURE_TRANSPORT_ALLOWED = "wcf-insecure-transport-allowed", Warn, waivable: false,
        summary: "allowInsecureTransport lets credentials that rely on the transport's protection travel in the clear",
        why: "It is meant for a service behind a device that ends TLS. Seen from the file nothing protects the credential; the plan adds TLS up to the server.",
        example: "<security authenticationMode=\"UserNameOverTransport\" allowInsecureTransport=\"true\"/>",
        remedy: "If a device in front ends TLS, let it pass TLS through, or choose exposure mesh.",
        reference: "System.ServiceModel.Channels.TransportSecurityBindingElement.AllowInsecureTransport";

    /// `enableUnsecuredResponse`.
    UNSECURED_RESPONSE_ALLOWED = "wcf-unsecured-response-allowed", Warn, waivable: false,
        summary: "enableUnsecuredResponse lets responses come without protection",
        why: "A client that accepts unprotected responses believes whoever is on the path. Under TLS responses are always protected.",
        example: "<security authenticationMode=\"UserNameOverTransport\" enableUnsecuredResponse=\"true\"/>",
        remedy: "Nothing: TLS is stronger.",
        reference: "System.ServiceModel.Channels.SecurityBindingElement.EnableUnsecuredResponse";

    /// The contract demands more than the binding gives.
    CONTRACT_DEMANDS_MORE = "wcf-contract-demands-more", Warn, waivable: false,
        summary: "the contract demands a protection level that this binding does not give, so .NET refuses to open the endpoint",
        why: "The demand is a minimum. An endpoint that cannot meet it never ran like this; the configuration and the contract are from different times.",
        example: "[ServiceContract(ProtectionLevel = ProtectionLevel.EncryptAndSign)] over basicHttpBinding without security",
        remedy: "Find out which of the two is in use. The plan is TLS in either case.",
        reference: "System.ServiceModel.Dispatcher.SecurityValidationBehavior";

    /// Message mode, contract unknown.
    PROTECTION_ASSUMED = "wcf-protection-assumed", Note, waivable: false,
        summary: "the contract is not in the input, so its messages are assumed to be signed and encrypted",
        why: "In message security the contract's ProtectionLevel decides what is signed and encrypted. The default is both, which is also the strictest reading.",
        example: "mode=\"Message\" and a contract whose C# source is not given",
        remedy: "Give the folder with the contract's source.",
        reference: "System.ServiceModel.ServiceContractAttribute.ProtectionLevel";

    /// The contract lowers message protection.
    PROTECTION_LOWERED = "wcf-protection-lowered-by-contract", Note, waivable: false,
        summary: "the contract lowers the protection of messages below what the mode suggests",
        why: "mode Message does not prove that anything is encrypted: the contract asks for less. The plan encrypts everything.",
        example: "[OperationContract(ProtectionLevel = ProtectionLevel.Sign)]",
        remedy: "Nothing: TLS is stronger.",
        reference: "System.ServiceModel.OperationContractAttribute.ProtectionLevel";

    /// A dead setting.
    SETTING_WITHOUT_EFFECT = "wcf-setting-without-effect", Note, waivable: false,
        summary: "a setting is written for a layer that is not in use, and .NET ignores it",
        why: "Whoever wrote it may believe that it works. It is not carried over, because it never had an effect.",
        example: "<security mode=\"None\"><transport clientCredentialType=\"Windows\"/></security>",
        remedy: "Delete the setting, or choose the mode in which it works.",
        reference: "System.ServiceModel.HttpTransportSecurity, MessageSecurityOverHttp";

    /// A security-relevant setting nobody knows.
    SETTING_NOT_MAPPED = "wcf-setting-not-mapped", Warn, waivable: false,
        summary: "a setting is in effect that no rule of the mapping uses",
        why: "Nothing may be lost silently. The generated crates do not have what this setting asked for.",
        example: "an attribute of a binding element extension",
        remedy: "Decide whether it matters, and write its counterpart by hand.",
        reference: "docs/mapping.md";

    /// The configured certificate is not the one HTTPS uses.
    HTTPS_CERTIFICATE_OUTSIDE = "wcf-https-certificate-outside", Note, waivable: false,
        summary: "over HTTPS the server's certificate is http.sys's or IIS's, not the one serviceCredentials names",
        why: "The configured certificate serves message security and net.tcp only. Taking its thumbprint for TLS would be a guess.",
        example: "mode=\"Transport\" with <serviceCertificate findValue=\"…\"/>",
        remedy: "Export the certificate that `netsh http show sslcert` or the site's binding names.",
        reference: "System.ServiceModel.Channels.HttpsChannelListener";
}

problem! {
    /// The transport is unknown.
    TransportUnknown { /** What stands there. */ what: &'a str }
    TRANSPORT_UNKNOWN, "{} cannot be read from configuration, so nothing is planned", what; "migrate this endpoint by hand"
}
problem! {
    /// The transport has no counterpart.
    TransportWithoutCounterpart { /** The transport in a few words. */ what: &'a str, /** What to use. */ instead: &'a str }
    TRANSPORT_WITHOUT_COUNTERPART, "{} does not carry requests and responses; use {} instead", what, instead;
}
problem! {
    /// An element of the stack is opaque.
    OpaqueElement { /** Its name. */ name: &'a str }
    OPAQUE_ELEMENT, "the element `{}` may authenticate or protect in a way the files do not show; client certificates are required", name;
    "read what it does and write its counterpart as a layer of the generated server"
}
problem! {
    /// A behavior is opaque.
    OpaqueBehavior { /** Its name. */ name: &'a str }
    OPAQUE_BEHAVIOR, "the behavior `{}` is of a user's assembly; what it changes is unknown", name;
}
problem! {
    /// Credentials are replaced by a class.
    CredentialsReplaced { /** The class. */ class: &'a str }
    CREDENTIALS_REPLACED, "`{}` replaces the credentials; what it checks must be written again", class;
}
problem! {
    /// The host decides.
    HostDecidesAuthentication { /** What was taken. */ taken: &'a str }
    HOST_DECIDES_AUTHENTICATION, "the web server decides how callers prove themselves; taken as {}", taken;
    "look up the site's authentication in IIS and write that credential type into the binding"
}
problem! {
    /// The web server demands a certificate.
    WebServerDemandsCertificate {}
    WEB_SERVER_DEMANDS_CERTIFICATE, "the web server demands a client certificate, whatever the binding says";
}
problem! {
    /// A credential over clear text.
    CredentialInClear { /** The credential in a few words. */ what: &'a str }
    CREDENTIAL_IN_CLEAR, "{} travels over clear text today; the plan adds TLS", what;
}
problem! {
    /// A stream without encryption.
    StreamNotEncrypted { /** What the level does. */ what: &'a str }
    STREAM_NOT_ENCRYPTED, "the stream is {}; the plan encrypts it", what;
}
problem! {
    /// `allowInsecureTransport`.
    InsecureTransportAllowed {}
    INSECURE_TRANSPORT_ALLOWED, "the credential may travel over a transport that nothing protects; the plan requires TLS";
}
problem! {
    /// `enableUnsecuredResponse`.
    UnsecuredResponseAllowed {}
    UNSECURED_RESPONSE_ALLOWED, "responses may come without protection; the plan protects them";
}
problem! {
    /// The contract demands more than the binding gives.
    ContractDemandsMore { /** The level. */ demanded: &'a str, /** Contract or operation. */ by: &'a str }
    CONTRACT_DEMANDS_MORE, "`{}` demands {}, which this binding does not give; .NET refuses to open it", by, demanded;
}
problem! {
    /// The contract is not in the input.
    ProtectionAssumed { /** Its name as written. */ contract: &'a str }
    PROTECTION_ASSUMED, "{} is not in the input; its messages are taken as signed and encrypted", called(contract);
}

/// A contract by its name; the endpoints of a `.svc` file or of a class that is not there have none.
fn called(contract: &str) -> String {
    if contract.is_empty() { "the contract of this endpoint".to_owned() } else { format!("contract `{contract}`") }
}

problem! {
    /// The contract lowers protection.
    ProtectionLowered { /** Contract or operation. */ by: &'a str, /** To what. */ to: &'a str }
    PROTECTION_LOWERED, "messages of `{}` are {}: the contract asks for no more", by, to;
}
problem! {
    /// A dead setting.
    SettingWithoutEffect {
        /// Their dotted names and the verb.
        settings: &'a str,
        /// Why they are dead.
        why: &'a str,
    }
    SETTING_WITHOUT_EFFECT, "{} no effect: {}", settings, why;
}
problem! {
    /// A setting no rule uses.
    SettingNotMapped { /** Its dotted name. */ setting: &'a str, /** Its value. */ value: &'a str }
    SETTING_NOT_MAPPED, "`{}` is `{}`, and nothing in the plan takes its place", setting, value;
}
problem! {
    /// The configured certificate is not the one HTTPS uses.
    HttpsCertificateOutside {}
    HTTPS_CERTIFICATE_OUTSIDE, "the configured service certificate is not the one HTTPS uses; which one must be exported is not in the files";
    "export the certificate that `netsh http show sslcert` or the site's binding names"
}
