//! Enumerations and named constants, with the names XML uses.

/// An enumeration or a set of named constants.
#[derive(Debug)]
pub struct Enumeration {
    /// The .NET type.
    pub name: &'static str,
    /// The names, in .NET's order. Case-sensitive.
    pub values: &'static [&'static str],
    /// Names that stand for another: as written, and what it stands for.
    pub aliases: &'static [(&'static str, &'static str)],
}

/// An enumeration whose names combine.
#[derive(Debug)]
pub struct Flags {
    /// The .NET type.
    pub name: &'static str,
    /// The names with their bits, by rising value. Case-sensitive.
    pub values: &'static [(&'static str, u32)],
}

/// `AudienceUriMode`.
pub static AUDIENCE_URI_MODE: Enumeration =
    Enumeration { name: "AudienceUriMode", values: &["Never", "Always", "BearerKeyOnly"], aliases: &[] };

/// `AuditLevel`.
pub static AUDIT_LEVEL: Enumeration =
    Enumeration { name: "AuditLevel", values: &["None", "Success", "Failure", "SuccessOrFailure"], aliases: &[] };

/// `AuditLogLocation`.
pub static AUDIT_LOG_LOCATION: Enumeration =
    Enumeration { name: "AuditLogLocation", values: &["Default", "Application", "Security"], aliases: &[] };

/// `AuthenticationMode`.
pub static AUTHENTICATION_MODE: Enumeration = Enumeration {
    name: "AuthenticationMode",
    values: &[
        "AnonymousForCertificate",
        "AnonymousForSslNegotiated",
        "CertificateOverTransport",
        "IssuedToken",
        "IssuedTokenForCertificate",
        "IssuedTokenForSslNegotiated",
        "IssuedTokenOverTransport",
        "Kerberos",
        "KerberosOverTransport",
        "MutualCertificate",
        "MutualCertificateDuplex",
        "MutualSslNegotiated",
        "SecureConversation",
        "SspiNegotiated",
        "UserNameForCertificate",
        "UserNameForSslNegotiated",
        "UserNameOverTransport",
        "SspiNegotiatedOverTransport",
    ],
    aliases: &[],
};

/// `BasicHttpMessageCredentialType`.
pub static BASIC_HTTP_MESSAGE_CREDENTIAL_TYPE: Enumeration =
    Enumeration { name: "BasicHttpMessageCredentialType", values: &["UserName", "Certificate"], aliases: &[] };

/// `BasicHttpSecurityMode`.
pub static BASIC_HTTP_SECURITY_MODE: Enumeration = Enumeration {
    name: "BasicHttpSecurityMode",
    values: &["None", "Transport", "Message", "TransportWithMessageCredential", "TransportCredentialOnly"],
    aliases: &[],
};

/// `BasicHttpsSecurityMode`.
pub static BASIC_HTTPS_SECURITY_MODE: Enumeration =
    Enumeration { name: "BasicHttpsSecurityMode", values: &["Transport", "TransportWithMessageCredential"], aliases: &[] };

/// `CompressionFormat`.
pub static COMPRESSION_FORMAT: Enumeration = Enumeration { name: "CompressionFormat", values: &["None", "GZip", "Deflate"], aliases: &[] };

/// `ContextExchangeMechanism`.
pub static CONTEXT_EXCHANGE_MECHANISM: Enumeration =
    Enumeration { name: "ContextExchangeMechanism", values: &["ContextSoapHeader", "HttpCookie"], aliases: &[] };

/// `DeadLetterQueue`.
pub static DEAD_LETTER_QUEUE: Enumeration = Enumeration { name: "DeadLetterQueue", values: &["None", "System", "Custom"], aliases: &[] };

/// `DiscoveryVersion`.
pub static DISCOVERY_VERSION: Enumeration =
    Enumeration { name: "DiscoveryVersion", values: &["WSDiscovery11", "WSDiscoveryApril2005", "WSDiscoveryCD1"], aliases: &[] };

/// `HostNameComparisonMode`.
pub static HOST_NAME_COMPARISON_MODE: Enumeration =
    Enumeration { name: "HostNameComparisonMode", values: &["StrongWildcard", "Exact", "WeakWildcard"], aliases: &[] };

/// `HttpClientCredentialType`.
pub static HTTP_CLIENT_CREDENTIAL_TYPE: Enumeration = Enumeration {
    name: "HttpClientCredentialType",
    values: &["None", "Basic", "Digest", "Ntlm", "Windows", "Certificate", "InheritedFromHost"],
    aliases: &[],
};

/// `HttpProxyCredentialType`.
pub static HTTP_PROXY_CREDENTIAL_TYPE: Enumeration =
    Enumeration { name: "HttpProxyCredentialType", values: &["None", "Basic", "Digest", "Ntlm", "Windows"], aliases: &[] };

/// `InstanceCompletionAction`.
pub static INSTANCE_COMPLETION_ACTION: Enumeration =
    Enumeration { name: "InstanceCompletionAction", values: &["DeleteNothing", "DeleteAll"], aliases: &[] };

/// `InstanceEncodingOption`.
pub static INSTANCE_ENCODING_OPTION: Enumeration = Enumeration { name: "InstanceEncodingOption", values: &["None", "GZip"], aliases: &[] };

/// `InstanceLockedExceptionAction`.
pub static INSTANCE_LOCKED_EXCEPTION_ACTION: Enumeration =
    Enumeration { name: "InstanceLockedExceptionAction", values: &["NoRetry", "BasicRetry", "AggressiveRetry"], aliases: &[] };

/// `ImplementationVisibility`.
pub static IMPLEMENTATION_VISIBILITY: Enumeration =
    Enumeration { name: "ImplementationVisibility", values: &["RootScope", "All"], aliases: &[] };

/// `ListenUriMode`.
pub static LISTEN_URI_MODE: Enumeration = Enumeration { name: "ListenUriMode", values: &["Explicit", "Unique"], aliases: &[] };

/// `MessageCredentialType`.
pub static MESSAGE_CREDENTIAL_TYPE: Enumeration =
    Enumeration { name: "MessageCredentialType", values: &["None", "Windows", "UserName", "Certificate", "IssuedToken"], aliases: &[] };

/// `MessageProtectionOrder`.
pub static MESSAGE_PROTECTION_ORDER: Enumeration = Enumeration {
    name: "MessageProtectionOrder",
    values: &["SignBeforeEncrypt", "SignBeforeEncryptAndEncryptSignature", "EncryptBeforeSign"],
    aliases: &[],
};

/// `MessageSecurityVersion`.
pub static MESSAGE_SECURITY_VERSION: Enumeration = Enumeration {
    name: "MessageSecurityVersion",
    values: &[
        "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11",
        "WSSecurity10WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11BasicSecurityProfile10",
        "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11BasicSecurityProfile10",
        "WSSecurity10WSTrust13WSSecureConversation13WSSecurityPolicy12BasicSecurityProfile10",
        "WSSecurity11WSTrust13WSSecureConversation13WSSecurityPolicy12",
        "WSSecurity11WSTrust13WSSecureConversation13WSSecurityPolicy12BasicSecurityProfile10",
    ],
    aliases: &[("Default", "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11")],
};

/// `MessageVersion`.
pub static MESSAGE_VERSION: Enumeration = Enumeration {
    name: "MessageVersion",
    values: &[
        "None",
        "Soap11",
        "Soap12",
        "Soap11WSAddressing10",
        "Soap12WSAddressing10",
        "Soap11WSAddressingAugust2004",
        "Soap12WSAddressingAugust2004",
    ],
    aliases: &[("Default", "Soap12WSAddressing10")],
};

/// `MsmqAuthenticationMode`.
pub static MSMQ_AUTHENTICATION_MODE: Enumeration =
    Enumeration { name: "MsmqAuthenticationMode", values: &["None", "WindowsDomain", "Certificate"], aliases: &[] };

/// `MsmqEncryptionAlgorithm`.
pub static MSMQ_ENCRYPTION_ALGORITHM: Enumeration =
    Enumeration { name: "MsmqEncryptionAlgorithm", values: &["RC4Stream", "Aes"], aliases: &[] };

/// `MsmqIntegrationSecurityMode`.
pub static MSMQ_INTEGRATION_SECURITY_MODE: Enumeration =
    Enumeration { name: "MsmqIntegrationSecurityMode", values: &["None", "Transport"], aliases: &[] };

/// `MsmqMessageSerializationFormat`.
pub static MSMQ_MESSAGE_SERIALIZATION_FORMAT: Enumeration =
    Enumeration { name: "MsmqMessageSerializationFormat", values: &["Xml", "Binary", "ActiveX", "ByteArray", "Stream"], aliases: &[] };

/// `MsmqSecureHashAlgorithm`.
pub static MSMQ_SECURE_HASH_ALGORITHM: Enumeration =
    Enumeration { name: "MsmqSecureHashAlgorithm", values: &["MD5", "Sha1", "Sha256", "Sha512"], aliases: &[] };

/// `NetHttpMessageEncoding`.
pub static NET_HTTP_MESSAGE_ENCODING: Enumeration =
    Enumeration { name: "NetHttpMessageEncoding", values: &["Binary", "Text", "Mtom"], aliases: &[] };

/// `NetMsmqSecurityMode`.
pub static NET_MSMQ_SECURITY_MODE: Enumeration =
    Enumeration { name: "NetMsmqSecurityMode", values: &["None", "Transport", "Message", "Both"], aliases: &[] };

/// `NetNamedPipeSecurityMode`.
pub static NET_NAMED_PIPE_SECURITY_MODE: Enumeration =
    Enumeration { name: "NetNamedPipeSecurityMode", values: &["None", "Transport"], aliases: &[] };

/// `PeerReferralPolicy`.
pub static PEER_REFERRAL_POLICY: Enumeration =
    Enumeration { name: "PeerReferralPolicy", values: &["Service", "Share", "DoNotShare"], aliases: &[] };

/// `PeerResolverMode`.
pub static PEER_RESOLVER_MODE: Enumeration = Enumeration { name: "PeerResolverMode", values: &["Auto", "Pnrp", "Custom"], aliases: &[] };

/// `PeerTransportCredentialType`.
pub static PEER_TRANSPORT_CREDENTIAL_TYPE: Enumeration =
    Enumeration { name: "PeerTransportCredentialType", values: &["Password", "Certificate"], aliases: &[] };

/// `PerformanceCounterScope`.
pub static PERFORMANCE_COUNTER_SCOPE: Enumeration =
    Enumeration { name: "PerformanceCounterScope", values: &["Off", "ServiceOnly", "All", "Default"], aliases: &[] };

/// `PolicyEnforcement`.
pub static POLICY_ENFORCEMENT: Enumeration =
    Enumeration { name: "PolicyEnforcement", values: &["Never", "WhenSupported", "Always"], aliases: &[] };

/// `PolicyVersion`.
pub static POLICY_VERSION: Enumeration =
    Enumeration { name: "PolicyVersion", values: &["Policy12", "Policy15"], aliases: &[("Default", "Policy12")] };

/// `PrincipalPermissionMode`.
pub static PRINCIPAL_PERMISSION_MODE: Enumeration = Enumeration {
    name: "PrincipalPermissionMode",
    values: &["None", "UseWindowsGroups", "UseAspNetRoles", "Custom", "Always"],
    aliases: &[],
};

/// `ProtectionLevel`.
pub static PROTECTION_LEVEL: Enumeration =
    Enumeration { name: "ProtectionLevel", values: &["None", "Sign", "EncryptAndSign"], aliases: &[] };

/// `ProtectionScenario`.
pub static PROTECTION_SCENARIO: Enumeration =
    Enumeration { name: "ProtectionScenario", values: &["TransportSelected", "TrustedProxy"], aliases: &[] };

/// `QueueTransferProtocol`.
pub static QUEUE_TRANSFER_PROTOCOL: Enumeration =
    Enumeration { name: "QueueTransferProtocol", values: &["Native", "Srmp", "SrmpSecure"], aliases: &[] };

/// `ReceiveErrorHandling`.
pub static RECEIVE_ERROR_HANDLING: Enumeration =
    Enumeration { name: "ReceiveErrorHandling", values: &["Fault", "Drop", "Reject", "Move"], aliases: &[] };

/// `ReliableMessagingVersion`.
pub static RELIABLE_MESSAGING_VERSION: Enumeration = Enumeration {
    name: "ReliableMessagingVersion",
    values: &["WSReliableMessagingFebruary2005", "WSReliableMessaging11"],
    aliases: &[("Default", "WSReliableMessagingFebruary2005")],
};

/// `SecurityAlgorithmSuite`.
pub static SECURITY_ALGORITHM_SUITE: Enumeration = Enumeration {
    name: "SecurityAlgorithmSuite",
    values: &[
        "Basic256",
        "Basic192",
        "Basic128",
        "TripleDes",
        "Basic256Rsa15",
        "Basic192Rsa15",
        "Basic128Rsa15",
        "TripleDesRsa15",
        "Basic256Sha256",
        "Basic192Sha256",
        "Basic128Sha256",
        "TripleDesSha256",
        "Basic256Sha256Rsa15",
        "Basic192Sha256Rsa15",
        "Basic128Sha256Rsa15",
        "TripleDesSha256Rsa15",
    ],
    aliases: &[("Default", "Basic256")],
};

/// `SecurityHeaderLayout`.
pub static SECURITY_HEADER_LAYOUT: Enumeration =
    Enumeration { name: "SecurityHeaderLayout", values: &["Strict", "Lax", "LaxTimestampFirst", "LaxTimestampLast"], aliases: &[] };

/// `SecurityKeyEntropyMode`.
pub static SECURITY_KEY_ENTROPY_MODE: Enumeration =
    Enumeration { name: "SecurityKeyEntropyMode", values: &["ClientEntropy", "ServerEntropy", "CombinedEntropy"], aliases: &[] };

/// `SecurityKeyType`.
pub static SECURITY_KEY_TYPE: Enumeration =
    Enumeration { name: "SecurityKeyType", values: &["SymmetricKey", "AsymmetricKey", "BearerKey"], aliases: &[] };

/// `SecurityMode`.
pub static SECURITY_MODE: Enumeration =
    Enumeration { name: "SecurityMode", values: &["None", "Transport", "Message", "TransportWithMessageCredential"], aliases: &[] };

/// `ServiceDiscoveryMode`.
pub static SERVICE_DISCOVERY_MODE: Enumeration = Enumeration { name: "ServiceDiscoveryMode", values: &["Adhoc", "Managed"], aliases: &[] };

/// `StoreLocation`.
pub static STORE_LOCATION: Enumeration = Enumeration { name: "StoreLocation", values: &["CurrentUser", "LocalMachine"], aliases: &[] };

/// `StoreName`.
pub static STORE_NAME: Enumeration = Enumeration {
    name: "StoreName",
    values: &["AddressBook", "AuthRoot", "CertificateAuthority", "Disallowed", "My", "Root", "TrustedPeople", "TrustedPublisher"],
    aliases: &[],
};

/// `TcpClientCredentialType`.
pub static TCP_CLIENT_CREDENTIAL_TYPE: Enumeration =
    Enumeration { name: "TcpClientCredentialType", values: &["None", "Windows", "Certificate"], aliases: &[] };

/// `TokenImpersonationLevel`.
pub static TOKEN_IMPERSONATION_LEVEL: Enumeration = Enumeration {
    name: "TokenImpersonationLevel",
    values: &["None", "Anonymous", "Identification", "Impersonation", "Delegation"],
    aliases: &[],
};

/// `TransactionProtocol`.
pub static TRANSACTION_PROTOCOL: Enumeration = Enumeration {
    name: "TransactionProtocol",
    values: &["OleTransactions", "WSAtomicTransactionOctober2004", "WSAtomicTransaction11"],
    aliases: &[],
};

/// `TransferMode`.
pub static TRANSFER_MODE: Enumeration =
    Enumeration { name: "TransferMode", values: &["Buffered", "Streamed", "StreamedRequest", "StreamedResponse"], aliases: &[] };

/// `UserNamePasswordValidationMode`.
pub static USER_NAME_PASSWORD_VALIDATION_MODE: Enumeration =
    Enumeration { name: "UserNamePasswordValidationMode", values: &["Windows", "MembershipProvider", "Custom"], aliases: &[] };

/// `WSDualHttpSecurityMode`.
pub static WS_DUAL_HTTP_SECURITY_MODE: Enumeration =
    Enumeration { name: "WSDualHttpSecurityMode", values: &["None", "Message"], aliases: &[] };

/// `WSFederationHttpSecurityMode`.
pub static WS_FEDERATION_HTTP_SECURITY_MODE: Enumeration =
    Enumeration { name: "WSFederationHttpSecurityMode", values: &["None", "Message", "TransportWithMessageCredential"], aliases: &[] };

/// `WSMessageEncoding`.
pub static WS_MESSAGE_ENCODING: Enumeration = Enumeration { name: "WSMessageEncoding", values: &["Text", "Mtom"], aliases: &[] };

/// `WebHttpSecurityMode`.
pub static WEB_HTTP_SECURITY_MODE: Enumeration =
    Enumeration { name: "WebHttpSecurityMode", values: &["None", "Transport", "TransportCredentialOnly"], aliases: &[] };

/// `WebMessageBodyStyle`.
pub static WEB_MESSAGE_BODY_STYLE: Enumeration =
    Enumeration { name: "WebMessageBodyStyle", values: &["Bare", "Wrapped", "WrappedRequest", "WrappedResponse"], aliases: &[] };

/// `WebMessageFormat`.
pub static WEB_MESSAGE_FORMAT: Enumeration = Enumeration { name: "WebMessageFormat", values: &["Xml", "Json"], aliases: &[] };

/// `WebSocketTransportUsage`.
pub static WEB_SOCKET_TRANSPORT_USAGE: Enumeration =
    Enumeration { name: "WebSocketTransportUsage", values: &["WhenDuplex", "Always", "Never"], aliases: &[] };

/// `WorkflowUnhandledExceptionAction`.
pub static WORKFLOW_UNHANDLED_EXCEPTION_ACTION: Enumeration = Enumeration {
    name: "WorkflowUnhandledExceptionAction",
    values: &["Abandon", "Cancel", "Terminate", "AbandonAndSuspend"],
    aliases: &[],
};

/// `X509CertificateValidationMode`.
pub static X509_CERTIFICATE_VALIDATION_MODE: Enumeration = Enumeration {
    name: "X509CertificateValidationMode",
    values: &["None", "PeerTrust", "ChainTrust", "PeerOrChainTrust", "Custom"],
    aliases: &[],
};

/// `X509FindType`.
pub static X509_FIND_TYPE: Enumeration = Enumeration {
    name: "X509FindType",
    values: &[
        "FindByThumbprint",
        "FindBySubjectName",
        "FindBySubjectDistinguishedName",
        "FindByIssuerName",
        "FindByIssuerDistinguishedName",
        "FindBySerialNumber",
        "FindByTimeValid",
        "FindByTimeNotYetValid",
        "FindByTimeExpired",
        "FindByTemplateName",
        "FindByApplicationPolicy",
        "FindByCertificatePolicy",
        "FindByExtension",
        "FindByKeyUsage",
        "FindBySubjectKeyIdentifier",
    ],
    aliases: &[],
};

/// `X509RevocationMode`.
pub static X509_REVOCATION_MODE: Enumeration =
    Enumeration { name: "X509RevocationMode", values: &["NoCheck", "Online", "Offline"], aliases: &[] };

/// `SslProtocols`.
pub static SSL_PROTOCOLS: Flags = Flags {
    name: "SslProtocols",
    values: &[("None", 0), ("Ssl2", 12), ("Ssl3", 48), ("Tls", 192), ("Default", 240), ("Tls11", 768), ("Tls12", 3072), ("Tls13", 12_288)],
};

/// `AuthenticationSchemes`.
pub static AUTHENTICATION_SCHEMES: Flags = Flags {
    name: "AuthenticationSchemes",
    values: &[
        ("None", 0),
        ("Digest", 1),
        ("Negotiate", 2),
        ("Ntlm", 4),
        ("IntegratedWindowsAuthentication", 6),
        ("Basic", 8),
        ("Anonymous", 32_768),
    ],
};

/// `FilterType` of the routing section.
pub static FILTER_TYPE: Enumeration = Enumeration {
    name: "FilterType",
    values: &["Action", "EndpointAddress", "PrefixEndpointAddress", "And", "Custom", "EndpointName", "MatchAll", "XPath"],
    aliases: &[],
};
