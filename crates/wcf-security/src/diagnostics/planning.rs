//! Problems found while the plan is made that are no loss against the never-weaker order, or one that WCF's users choose knowingly.

use super::{codes, problem};

codes! {
    /// The configuration does not load.
    CONFIGURATION_REFUSED = "wcf-configuration-refused", Deny, waivable: false,
        summary: "nothing is generated from a configuration that .NET would not load",
        why: "One wrong name makes .NET refuse all services of a file. What such a file would have done is a guess.",
        example: "bindingConfiguration=\"secure\" where no such binding exists",
        remedy: "Mend the problems that are reported at their places.",
        reference: "System.ServiceModel.Configuration.ServicesSection";

    /// Code decides what configuration says otherwise.
    CODE_DECIDES_SECURITY = "wcf-code-decides-security", Deny, waivable: true,
        summary: "C# code sets security, or adds an endpoint, beside this endpoint's configuration, and what it does is not part of the plan",
        why: "Code runs after configuration and overrides it. A plan made from the configuration alone may let in callers whom the code keeps out, or trust a server that the code does not trust.",
        example: "host.Credentials.ClientCertificate.Authentication.CertificateValidationMode = Settings.Mode;",
        remedy: "Write what the code sets into the configuration and take it out of the code; or compare it with the plan and waive this code for the service with the comparison as the reason.",
        reference: "System.ServiceModel.Description.ServiceCredentials; System.ServiceModel.ServiceHost.AddServiceEndpoint";

    /// Clear text becomes TLS.
    CLEAR_TEXT_UPGRADED = "wcf-clear-text-upgraded", Note, waivable: false,
        summary: "clear text is replaced by TLS",
        why: "WCF protected nothing here. The plan does, so clients need to trust the server's authority.",
        example: "basicHttpBinding without a security element",
        remedy: "Nothing, or choose exposure mesh or local where clear text is meant.",
        reference: "System.ServiceModel.BasicHttpSecurityMode.None";

    /// Clear text is planned.
    CLEAR_TEXT_PLANNED = "wcf-clear-text-planned", Warn, waivable: false,
        summary: "the plan is clear text, as the exposure asks for",
        why: "The server itself protects nothing; the mesh, the overlay or the machine's border does.",
        example: "exposure = \"local\"",
        remedy: "Make sure that what the policy states is so.",
        reference: "docs/mapping.md";

    /// TLS stays inside the mesh or overlay.
    TLS_KEPT = "wcf-tls-kept-in-mesh", Note, waivable: false,
        summary: "TLS is kept although the exposure allows clear text",
        why: "Callers prove themselves by a certificate, which the mesh's proxy would take away from the server, or the policy does not state that the mesh is strict.",
        example: "exposure = \"mesh\" for an endpoint with client certificates",
        remedy: "Let the mesh pass this port through, or state strict = true under [deployment.mesh] for endpoints without client certificates.",
        reference: "docs/mapping.md";

    /// Digest becomes Basic.
    DIGEST_REPLACED = "wcf-digest-replaced", Note, waivable: false,
        summary: "digest authentication is replaced by a password inside TLS",
        why: "gRPC has no digest. The password itself now reaches the server, protected by TLS.",
        example: "<transport clientCredentialType=\"Digest\"/>",
        remedy: "Nothing; the server must verify passwords, not digests.",
        reference: "RFC 7616; RFC 7617";

    /// Windows identities are replaced.
    WINDOWS_IDENTITY_REPLACED = "wcf-windows-identity-replaced", Warn, waivable: false,
        summary: "callers prove themselves by Windows accounts today and by something else after the migration",
        why: "Kerberos and NTLM do not travel in gRPC. Every caller needs the replacement before it can call, and names in permissions change.",
        example: "netTcpBinding without a security element",
        remedy: "Choose windows-replacement in wcf2grpc.toml: client-certificate, bearer or kerberos.",
        reference: "System.ServiceModel.TcpClientCredentialType.Windows";

    /// Windows accounts check passwords.
    WINDOWS_PASSWORDS = "wcf-windows-password-check", Warn, waivable: false,
        summary: "passwords are checked against Windows accounts today, which the generated server cannot do",
        why: "The generated server admits only who is entered in its file of argon2 hashes, until a verifier is written in its place.",
        example: "userNameAuthentication without userNamePasswordValidationMode",
        remedy: "Enter the users in the password file, or write the verifier against the directory (LDAP) or another store.",
        reference: "System.ServiceModel.Security.UserNamePasswordValidationMode.Windows";

    /// Custom or membership validators.
    PASSWORD_CHECK_TO_WRITE = "wcf-password-check-to-write", Warn, waivable: false,
        summary: "passwords are checked by code or a provider that must be written again",
        why: "The generated server admits only who is entered in its file of argon2 hashes, until a verifier is written in its place.",
        example: "customUserNamePasswordValidatorType=\"Bank.Passwords, Bank\"",
        remedy: "Enter the users in the password file, or write the verifier's one method.",
        reference: "System.IdentityModel.Selectors.UserNamePasswordValidator";

    /// A custom certificate validator.
    CERTIFICATE_CHECK_TO_WRITE = "wcf-certificate-check-to-write", Warn, waivable: false,
        summary: "certificates are checked by code that must be written again",
        why: "The generated verifier refuses everybody until it is written.",
        example: "certificateValidationMode=\"Custom\"",
        remedy: "Write the verifier's one method.",
        reference: "System.IdentityModel.Selectors.X509CertificateValidator";

    /// Unchecked certificates are now checked.
    UNCHECKED_CERTIFICATES_CHECKED = "wcf-unchecked-certificates-checked", Note, waivable: false,
        summary: "certificates that nobody checked are now checked against an authority, as the policy asks",
        why: "Callers with self-made certificates will be refused.",
        example: "unvalidated-certificates = \"chain-trust\"",
        remedy: "Issue certificates from one authority.",
        reference: "System.ServiceModel.Security.X509CertificateValidationMode.None";

    /// Revocation lists are needed.
    REVOCATION_LISTS = "wcf-revocation-lists-required", Note, waivable: false,
        summary: "revocation is checked against lists from files, which must be there",
        why: "WCF fetches lists itself. rustls takes them from files, and the plan refuses when a list is missing or out of date.",
        example: "revocationMode=\"Online\"",
        remedy: "Fetch the authority's lists regularly to the path of the setting; the server loads them again by itself.",
        reference: "RFC 5280 section 5; rustls WebPkiClientVerifier";

    /// Revocation is not checked.
    REVOCATION_NOT_CHECKED = "wcf-revocation-not-checked", Note, waivable: false,
        summary: "revocation is not checked, as before",
        why: "A withdrawn certificate stays good until it expires.",
        example: "revocationMode=\"NoCheck\"",
        remedy: "Prefer short-lived certificates.",
        reference: "System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck";

    /// Certificates as they were not asked by this endpoint.
    TOKEN_SETTINGS = "wcf-token-settings-required", Note, waivable: false,
        summary: "issuer, audience and keys of bearer tokens are settings the operator must give",
        why: "SAML tokens of WCF's issuer are replaced by JWTs; nothing in the files says who signs those.",
        example: "<message clientCredentialType=\"IssuedToken\"/>",
        remedy: "Give issuer and audience under [security.bearer] in wcf2grpc.toml.",
        reference: "RFC 7519; RFC 9068";

    /// SPN, UPN, RSA identities.
    IDENTITY_WITHOUT_COUNTERPART = "wcf-identity-without-counterpart", Warn, waivable: false,
        summary: "the endpoint's identity has no counterpart in TLS; the DNS name is checked instead",
        why: "Principal names belong to Kerberos, and a bare key is not a certificate.",
        example: "<identity><servicePrincipalName value=\"host/bank\"/></identity>",
        remedy: "Issue the server a certificate for its DNS name.",
        reference: "System.ServiceModel.EndpointIdentity";

    /// NTLM.
    NTLM_PROVES_NO_SERVER = "wcf-ntlm-proves-no-server", Note, waivable: false,
        summary: "with NTLM the server proves nothing today; its certificate will",
        why: "Only Kerberos proves the server to its caller. NTLM is allowed unless allowNtlm is false.",
        example: "<windows allowNtlm=\"true\"/>",
        remedy: "Nothing: a certificate is stronger.",
        reference: "System.ServiceModel.Security.WindowsClientCredential.AllowNtlm";

    /// The name was not checked.
    NAME_NOW_CHECKED = "wcf-server-name-now-checked", Note, waivable: false,
        summary: "the server's name is not checked today and will be",
        why: "sslCertificateAuthentication replaces .NET's check of the host's name. The plan checks it.",
        example: "<serviceCertificate><sslCertificateAuthentication certificateValidationMode=\"ChainTrust\"/></serviceCertificate>",
        remedy: "Issue the server a certificate with its DNS name as subject alternative name.",
        reference: "System.ServiceModel.Channels.HttpsChannelFactory";

    /// Old versions.
    OLD_TLS_RAISED = "wcf-old-tls-raised", Note, waivable: false,
        summary: "SSL, TLS 1.0 and TLS 1.1 are raised to TLS 1.2",
        why: "They are withdrawn (RFC 8996) and rustls does not have them. Clients pinned to them will fail.",
        example: "sslProtocols=\"Tls11\"",
        remedy: "Update clients.",
        reference: "RFC 8996";

    /// Weak suites.
    WEAK_SUITE_RAISED = "wcf-weak-suite-raised", Note, waivable: false,
        summary: "the algorithm suite of messages is weaker than what TLS uses",
        why: "Triple DES and SHA-1 are replaced by TLS's authenticated ciphers.",
        example: "algorithmSuite=\"TripleDes\"",
        remedy: "Nothing.",
        reference: "System.ServiceModel.Security.SecurityAlgorithmSuite";

    /// No limit on messages.
    MESSAGE_SIZE_UNLIMITED = "wcf-message-size-unlimited", Warn, waivable: false,
        summary: "messages are limited to two gigabytes or more, which is no limit",
        why: "One message can take all memory.",
        example: "maxReceivedMessageSize=\"2147483647\"",
        remedy: "Set the size that messages really have.",
        reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";

    /// Streams.
    STREAMED = "wcf-streamed-transfer", Warn, waivable: false,
        summary: "messages are streamed, so their size limit is no limit of memory",
        why: "gRPC messages are read whole. Large bodies become a stream of chunks.",
        example: "transferMode=\"Streamed\"",
        remedy: "Look at operations with a Stream; they become streaming methods.",
        reference: "System.ServiceModel.TransferMode";

    /// `includeExceptionDetailInFaults`.
    ERROR_DETAILS_EXPOSED = "wcf-error-details-exposed", Warn, waivable: false,
        summary: "callers get exception texts and stack traces today; they will not any more",
        why: "Stack traces tell an attacker how the server is built. Clients that read them must change.",
        example: "<serviceDebug includeExceptionDetailInFaults=\"true\"/>",
        remedy: "Nothing, or define faults for what callers must know.",
        reference: "System.ServiceModel.Description.ServiceDebugBehavior";

    /// Metadata.
    METADATA_NOT_SERVED = "wcf-metadata-not-served", Note, waivable: false,
        summary: "the service describes itself to anyone today; server reflection is its counterpart and is off",
        why: "A description is of use to attackers too. Clients get the proto files instead.",
        example: "<endpoint address=\"mex\" binding=\"mexHttpBinding\" contract=\"IMetadataExchange\"/>",
        remedy: "Set reflection = true under [metadata] in wcf2grpc.toml where tools need it.",
        reference: "WS-MetadataExchange; gRPC Server Reflection";

    /// Reliable sessions.
    RELIABLE_SESSION_LOST = "wcf-reliable-session-lost", Warn, waivable: false,
        summary: "reliable messaging (each message once, in order, over broken connections) is not kept",
        why: "HTTP/2 delivers in order while the connection lives. After it breaks, a caller does not know whether its call was done.",
        example: "<reliableSession enabled=\"true\"/>",
        remedy: "Make operations safe to repeat and let clients retry.",
        reference: "WS-ReliableMessaging 1.1";

    /// Transactions.
    TRANSACTIONS_LOST = "wcf-transactions-lost", Warn, waivable: false,
        summary: "transactions of the caller do not flow to the server any more",
        why: "gRPC has no distributed transactions. Work of several services no longer succeeds or fails together.",
        example: "transactionFlow=\"true\"",
        remedy: "Move the transaction into one operation, or use a saga with compensating operations.",
        reference: "WS-AtomicTransaction 1.1";

    /// Secure conversation.
    SECURE_CONVERSATION_REPLACED = "wcf-secure-conversation-replaced", Note, waivable: false,
        summary: "the security session is replaced by the TLS connection",
        why: "WS-SecureConversation authenticates once and derives keys; so does TLS.",
        example: "establishSecurityContext=\"true\"",
        remedy: "Nothing.",
        reference: "WS-SecureConversation 1.3; RFC 8446";

    /// Context exchange.
    CONTEXT_LOST = "wcf-context-exchange-lost", Warn, waivable: false,
        summary: "the context that .NET exchanges in headers or cookies is not kept",
        why: "It ties calls to a workflow instance.",
        example: "wsHttpContextBinding",
        remedy: "Put the instance's id into the messages.",
        reference: "System.ServiceModel.Channels.ContextBindingElement";

    /// REST.
    WEB_URIS_LOST = "wcf-web-uris-not-kept", Warn, waivable: false,
        summary: "URI templates and HTTP verbs are not kept; browsers use gRPC-Web",
        why: "A REST client cannot call a gRPC service.",
        example: "webHttpBinding",
        remedy: "Keep a REST front (for example a gateway) while clients change.",
        reference: "System.ServiceModel.WebHttpBinding; gRPC-Web";

    /// Browsers that cannot.
    BROWSERS_CANNOT_CALL = "wcf-browsers-cannot-call", Warn, waivable: false,
        summary: "pages in browsers cannot call this endpoint, because of what its callers have to show",
        why: "A page has no certificate, ticket or socket of its own, and what a browser asks before a call to another origin carries none. Asking callers for less would let in others too, so gRPC-Web stays off here.",
        example: "webHttpBinding with <transport clientCredentialType=\"Certificate\"/>",
        remedy: "Give browsers an endpoint of their own whose callers have tokens or passwords, or a gateway that proves itself.",
        reference: "Fetch standard, CORS-preflight fetch";

    /// Browsers that may.
    BROWSER_ORIGINS_TO_PROVIDE = "wcf-browser-origins-to-provide", Note, waivable: false,
        summary: "gRPC-Web is on, and no page may call until its origin is named",
        why: "A page of any origin can make a visitor's browser call. Only pages that are known may.",
        example: "webHttpBinding, with no origins in wcf2grpc.toml",
        remedy: "Name the origins under [browsers] in wcf2grpc.toml, or in the setting allowed-origins of the server.",
        reference: "Fetch standard, HTTP-CORS protocol";

    /// Authorization.
    AUTHORIZATION_TO_WRITE = "wcf-authorization-to-write", Deny, waivable: true,
        summary: "what callers may do is decided by roles or code that must be written again",
        why: "The generated server proves who calls and would let every proved caller reach the handlers, those too whom WCF kept out. Generation stops until the policy states where roles come from, or a waiver says who checks instead.",
        example: "[PrincipalPermission(SecurityAction.Demand, Role = \"Tellers\")]",
        remedy: "Where roles decide, state under [security.roles] in wcf2grpc.toml where they come from: from = \"file\" or from = \"token-claim\". Where code decides, check the caller's name or claims in the handlers, which get them as a typed value, and waive this code for the service with that as the reason.",
        reference: "System.ServiceModel.Description.ServiceAuthorizationBehavior";

    /// Roles are demanded of callers, and who has them must be written down.
    ROLES_TO_PROVIDE = "wcf-roles-to-provide", Warn, waivable: false,
        summary: "operations demand roles of their callers, and who has which role must be written down",
        why: "Windows groups and role providers answered that, and neither is in the input. The generated server asks the source that the policy names, and refuses whoever has no role there.",
        example: "[security.roles] from = \"file\"",
        remedy: "List the callers of each role in the roles file, by the names their certificates, passwords or tokens prove, or let the issuer put the roles into the claim.",
        reference: "System.ServiceModel.Description.PrincipalPermissionMode";

    /// Mutual TLS instead of a message certificate.
    MESSAGE_CERTIFICATE_IN_TLS = "wcf-message-certificate-in-tls", Note, waivable: false,
        summary: "the certificate in the message's header becomes the TLS client certificate",
        why: "It was not a TLS client certificate before: proxies that end TLS now stand in its way.",
        example: "TransportWithMessageCredential with clientCredentialType=\"Certificate\"",
        remedy: "Let proxies in front pass TLS through.",
        reference: "System.ServiceModel.BasicHttpMessageCredentialType.Certificate";

    /// Local peers.
    LOCAL_PEER = "wcf-local-peer-replaces-windows", Warn, waivable: false,
        summary: "callers of the pipe prove themselves by the operating system's user of their process",
        why: "The Windows account of the caller becomes the Unix user at the other end of a local socket.",
        example: "netNamedPipeBinding",
        remedy: "Run the callers under users the server may admit.",
        reference: "unix(7), SO_PEERCRED";

    /// Client and server disagree.
    CLIENT_DISAGREES = "wcf-client-and-service-disagree", Warn, waivable: false,
        summary: "a client's configuration does not fit the service it calls",
        why: "It would have failed at run time, or one of the two files is out of date. Both sides are planned from their own file.",
        example: "a client with mode Transport for a service with mode Message",
        remedy: "Find out which of the two is in use.",
        reference: "System.ServiceModel.ProtocolException";

    /// Client and server differ in a way that may be meant.
    CLIENT_DIFFERS = "wcf-client-and-service-differ", Note, waivable: false,
        summary: "a client's configuration differs from its service's in a way that may be meant",
        why: "Each side limits what it reads, and addresses differ between stages of a deployment. Both sides keep their own value.",
        example: "maxReceivedMessageSize=\"65536\" on the client of a service with 4194304",
        remedy: "Make sure that both values are meant.",
        reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";

    /// A quota of the XML reader was stricter.
    READER_QUOTA = "wcf-reader-quota-not-kept", Note, waivable: false,
        summary: "a quota of the XML reader was stricter than what takes its place",
        why: "A protobuf message is bounded as a whole and in its depth, not text by text and list by list. What one text or list may hold is up to the size of its message.",
        example: "<readerQuotas maxStringContentLength=\"4096\"/> under maxReceivedMessageSize=\"65536\"",
        remedy: "Lower maxReceivedMessageSize, or check lengths in the handler.",
        reference: "System.Xml.XmlDictionaryReaderQuotas";

    /// Settings of .NET's connection pools.
    LISTENER_SETTING = "wcf-connection-setting-not-kept", Note, waivable: false,
        summary: "a setting about .NET's pooling of connections has no counterpart",
        why: "gRPC carries many calls on one connection; pools of clients, the queue of a pipe and port sharing are the runtime's. A net.tcp service's maxConnections and listenBacklog are kept.",
        example: "a client's maxConnections=\"100\"",
        remedy: "Nothing, or limit connections by serviceThrottling's maxConcurrentSessions.",
        reference: "System.ServiceModel.Channels.TcpTransportBindingElement";
}

problem! {
    /// The configuration does not load.
    ConfigurationRefused {}
    CONFIGURATION_REFUSED, "the configuration this endpoint stands in would not be loaded by .NET; nothing is generated for it";
}
problem! {
    /// Code decides.
    CodeDecides {}
    CODE_DECIDES_SECURITY, "C# code sets security for this endpoint, or adds another beside it, and what it does is not part of the plan";
    "write it into the configuration, or compare it with the plan and waive this code in wcf2grpc.toml with a reason"
}
problem! {
    /// Clear text becomes TLS.
    ClearTextUpgraded {}
    CLEAR_TEXT_UPGRADED, "nothing protects the messages today; the plan is TLS";
}
problem! {
    /// Clear text is planned.
    ClearTextPlanned { /** Where. */ whereabouts: &'a str }
    CLEAR_TEXT_PLANNED, "the server speaks clear text {}", whereabouts;
}
problem! {
    /// TLS is kept.
    TlsKept { /** Why. */ why: &'a str }
    TLS_KEPT, "TLS is kept inside the mesh or overlay: {}", why;
}
problem! {
    /// Digest becomes Basic.
    DigestReplaced {}
    DIGEST_REPLACED, "digest authentication becomes a password inside TLS";
}
problem! {
    /// Windows identities are replaced.
    WindowsIdentityReplaced { /** By what. */ by: &'a str }
    WINDOWS_IDENTITY_REPLACED, "callers prove themselves by Windows accounts today, and by {} after the migration", by;
    "choose windows-replacement in wcf2grpc.toml: client-certificate, bearer or kerberos"
}
problem! {
    /// Windows checks passwords.
    WindowsPasswords {}
    WINDOWS_PASSWORDS, "passwords are checked against Windows accounts; the generated server admits only who is entered in its password file";
}
problem! {
    /// Code or a provider checks passwords.
    PasswordCheckToWrite { /** The class or provider. */ by: &'a str }
    PASSWORD_CHECK_TO_WRITE, "passwords are checked by {}; the generated server admits only who is entered in its password file", by;
}
problem! {
    /// Code checks certificates.
    CertificateCheckToWrite { /** The class. */ by: &'a str, /** Whose certificates. */ whose: &'a str }
    CERTIFICATE_CHECK_TO_WRITE, "{} certificates are checked by {}; the generated verifier refuses all until it is written", whose, by;
}
problem! {
    /// Unchecked certificates are now checked.
    UncheckedCertificatesChecked { /** Whose. */ whose: &'a str }
    UNCHECKED_CERTIFICATES_CHECKED, "{} certificates, which nobody checked, are checked against an authority", whose;
}
problem! {
    /// Revocation lists are needed.
    RevocationLists { /** Whose certificates. */ whose: &'a str }
    REVOCATION_LISTS, "revocation of {} certificates is checked against lists from files; a missing or expired list refuses", whose;
}
problem! {
    /// Revocation is not checked.
    RevocationNotChecked { /** Whose certificates. */ whose: &'a str }
    REVOCATION_NOT_CHECKED, "revocation of {} certificates is not checked, as before", whose;
}
problem! {
    /// Token settings are required.
    TokenSettings {
        /// What is missing.
        missing: &'a str,
    }
    TOKEN_SETTINGS, "{} of bearer tokens must be given as settings", missing;
    "give issuer and audience under [security.bearer] in wcf2grpc.toml"
}
problem! {
    /// An identity without a counterpart.
    IdentityWithoutCounterpart { /** Which. */ identity: &'a str }
    IDENTITY_WITHOUT_COUNTERPART, "the identity `{}` has no counterpart in TLS; the DNS name of the address is checked instead", identity;
}
problem! {
    /// NTLM proves no server.
    NtlmProvesNoServer {}
    NTLM_PROVES_NO_SERVER, "NTLM is allowed, and with it the server proves nothing; the certificate of the plan does";
}
problem! {
    /// The name is now checked.
    NameNowChecked {}
    NAME_NOW_CHECKED, "the server's name is not checked today; the plan checks it";
}
problem! {
    /// Old versions are raised.
    OldTlsRaised {}
    OLD_TLS_RAISED, "versions below TLS 1.2 are accepted today and are raised";
}
problem! {
    /// A weak suite is raised.
    WeakSuiteRaised { /** The suite. */ suite: &'a str }
    WEAK_SUITE_RAISED, "the algorithm suite `{}` is replaced by TLS's stronger ones", suite;
}
problem! {
    /// No limit on messages.
    MessageSizeUnlimited { /** In bytes. */ bytes: u64 }
    MESSAGE_SIZE_UNLIMITED, "messages of up to {} bytes are accepted, which is no limit", bytes;
    "set the size that messages really have"
}
problem! {
    /// Streams.
    Streamed {}
    STREAMED, "messages are streamed; operations with a Stream become streaming methods, all others are read whole";
}
problem! {
    /// Exception details.
    ErrorDetailsExposed {}
    ERROR_DETAILS_EXPOSED, "callers get exception texts and stack traces today; the generated server keeps them to its log";
}
problem! {
    /// Metadata.
    MetadataNotServed { /** How it is served. */ how: &'a str }
    METADATA_NOT_SERVED, "the service describes itself through {}; server reflection stays off", how;
}
problem! {
    /// Reliable sessions.
    ReliableSessionLost {}
    RELIABLE_SESSION_LOST, "reliable messaging is not kept";
    "make operations safe to repeat and let clients retry"
}
problem! {
    /// Transactions.
    TransactionsLost {}
    TRANSACTIONS_LOST, "transactions of the caller do not flow to the server any more";
}
problem! {
    /// Secure conversation.
    SecureConversationReplaced {}
    SECURE_CONVERSATION_REPLACED, "the security session is replaced by the TLS connection";
}
problem! {
    /// Context exchange.
    ContextLost {}
    CONTEXT_LOST, "the context exchanged in headers or cookies is not kept";
}
problem! {
    /// REST.
    WebUrisLost {}
    WEB_URIS_LOST, "URI templates and HTTP verbs are not kept; browsers use gRPC-Web";
}
problem! {
    /// Browsers that cannot.
    BrowsersCannotCall { /** What a page has not. */ what: &'a str }
    BROWSERS_CANNOT_CALL, "pages in browsers cannot call this endpoint: they have no way to show {}", what;
    "give browsers an endpoint of their own whose callers have tokens or passwords, or a gateway that proves itself"
}
problem! {
    /// Browsers that may.
    BrowserOriginsToProvide {}
    BROWSER_ORIGINS_TO_PROVIDE, "gRPC-Web is on, and no page may call until its origin is named";
    "name the origins under [browsers] in wcf2grpc.toml, or in the setting allowed-origins of the server"
}
problem! {
    /// Authorization.
    AuthorizationToWrite { /** By what it is decided. */ by: &'a str, /** Why it is not carried over. */ why: &'a str }
    AUTHORIZATION_TO_WRITE, "what callers may do is decided by {}, {}", by, why;
    "where it is about roles, state under [security.roles] in wcf2grpc.toml where they come from"
    "or check the caller in the handlers, then waive this code for the service with that as the reason"
}
problem! {
    /// Roles are carried over; who has them is not.
    RolesToProvide { /** Where they are looked up. */ where_to: &'a str }
    ROLES_TO_PROVIDE, "operations demand roles, and who has them is looked up in {}, which must say so", where_to;
}
problem! {
    /// A message certificate becomes the TLS client certificate.
    MessageCertificateInTls {}
    MESSAGE_CERTIFICATE_IN_TLS, "the certificate in the message's header becomes the TLS client certificate";
}
problem! {
    /// Local peers.
    LocalPeer {}
    LOCAL_PEER, "callers of the pipe prove themselves by the user of their process at the other end of a local socket";
}
problem! {
    /// Client and server disagree.
    ClientDisagrees { /** The dimension. */ about: &'a str, /** The client's. */ client: &'a str, /** The service's. */ service: &'a str }
    CLIENT_DISAGREES, "client and service disagree about {}: the client has {}, the service has {}", about, client, service;
}
problem! {
    /// Client and server differ in a way that may be meant.
    ClientDiffers {
        /// The dimension.
        about: &'a str,
        /// The client's.
        client: &'a str,
        /// The service's.
        service: &'a str,
    }
    CLIENT_DIFFERS, "client and service differ in {}: the client has {}, the service has {}", about, client, service;
}
problem! {
    /// A reader's quota.
    ReaderQuota { /** Its name. */ quota: &'a str, /** What it may be now. */ greatest: u64 }
    READER_QUOTA, "`{}` bounded what a message holds more tightly than its counterpart, which allows {}", quota, greatest;
}
problem! {
    /// A pool's setting.
    ListenerSetting { /** Its name. */ setting: &'a str }
    LISTENER_SETTING, "`{}` is about .NET's pooling of connections and has no counterpart", setting;
}
