//! What message security protects and proves, and what the contract makes of it.

use wcf_config::ChannelStack;
use wcf_config::channel_stack::{AuthenticationMode, MessageSecurity, SecurityShape};
use wcf_contract::model::{Demanded, Operation};

use super::transport::TransportFacts;
use super::{Assessor, assessed};
use crate::diagnostics::{
    ContractDemandsMore, CredentialInClear, InsecureTransportAllowed, ProtectionAssumed, ProtectionLowered, UnsecuredResponseAllowed,
};
use crate::posture::{Assessed, CallerProof, EndToEnd, InTransit, Posture, ServerProof};
use crate::reason::{DecidedBy, Reason};

/// What message security gives by itself.
pub(super) struct MessageFacts {
    pub(super) end_to_end: Assessed<EndToEnd>,
    /// The server's proof inside messages; nothing where the transport proves it.
    pub(super) server: Assessed<ServerProof>,
    pub(super) caller: Assessed<CallerProof>,
    pub(super) operations: Vec<(String, EndToEnd)>,
    pub(super) demanded: Vec<Reason>,
}

impl Assessor<'_> {
    /// WS-Security.
    pub(super) fn message(&mut self, security: &MessageSecurity, layer: &TransportFacts) -> MessageFacts {
        let mode = security.authentication_mode.value;
        let files = self.files;
        let own = || Reason::of("authenticationMode", mode_name(mode), &security.authentication_mode, files);
        let because = self.mode_and(&["security.message.clientCredentialType"], own);
        let over_clear = security.shape == SecurityShape::Transport && layer.in_transit.value < InTransit::Confidential;
        let caller = match mode {
            AuthenticationMode::AnonymousForCertificate | AuthenticationMode::AnonymousForSslNegotiated => CallerProof::Nothing,
            AuthenticationMode::CertificateOverTransport
            | AuthenticationMode::MutualCertificate
            | AuthenticationMode::MutualCertificateDuplex
            | AuthenticationMode::MutualSslNegotiated => CallerProof::Certificate,
            AuthenticationMode::IssuedToken
            | AuthenticationMode::IssuedTokenForCertificate
            | AuthenticationMode::IssuedTokenForSslNegotiated
            | AuthenticationMode::IssuedTokenOverTransport => CallerProof::IssuedToken,
            AuthenticationMode::Kerberos | AuthenticationMode::SspiNegotiated => CallerProof::WindowsIdentity,
            AuthenticationMode::KerberosOverTransport | AuthenticationMode::SspiNegotiatedOverTransport if over_clear => {
                CallerProof::WindowsOverClear
            }
            AuthenticationMode::KerberosOverTransport | AuthenticationMode::SspiNegotiatedOverTransport => CallerProof::WindowsIdentity,
            AuthenticationMode::UserNameForCertificate | AuthenticationMode::UserNameForSslNegotiated => CallerProof::PasswordProtected,
            AuthenticationMode::UserNameOverTransport if over_clear => CallerProof::PasswordInClear,
            AuthenticationMode::UserNameOverTransport => CallerProof::PasswordProtected,
        };
        let server = match mode {
            AuthenticationMode::AnonymousForCertificate
            | AuthenticationMode::AnonymousForSslNegotiated
            | AuthenticationMode::IssuedTokenForCertificate
            | AuthenticationMode::IssuedTokenForSslNegotiated
            | AuthenticationMode::MutualCertificate
            | AuthenticationMode::MutualCertificateDuplex
            | AuthenticationMode::MutualSslNegotiated
            | AuthenticationMode::UserNameForCertificate
            | AuthenticationMode::UserNameForSslNegotiated => ServerProof::Certificate,
            // The server shows that it could read the token's key, which only the audience of the token can.
            AuthenticationMode::IssuedToken => ServerProof::Certificate,
            AuthenticationMode::Kerberos | AuthenticationMode::SspiNegotiated => ServerProof::WindowsIdentity,
            AuthenticationMode::CertificateOverTransport
            | AuthenticationMode::IssuedTokenOverTransport
            | AuthenticationMode::KerberosOverTransport
            | AuthenticationMode::SspiNegotiatedOverTransport
            | AuthenticationMode::UserNameOverTransport => ServerProof::Nothing,
        };
        if security.allow_insecure_transport.value {
            let reason = Reason::of("allowInsecureTransport", "true", &security.allow_insecure_transport, files);
            self.report(&[reason], |at| InsecureTransportAllowed { at }.into());
        }
        if security.enable_unsecured_response.value {
            let reason = Reason::of("enableUnsecuredResponse", "true", &security.enable_unsecured_response, files);
            self.report(&[reason], |at| UnsecuredResponseAllowed { at }.into());
        }
        if over_clear {
            let what = match caller {
                CallerProof::PasswordInClear => Some("the password in the message"),
                CallerProof::WindowsOverClear => Some("the Windows handshake in the message"),
                CallerProof::IssuedToken => Some("the issued token"),
                CallerProof::Nothing
                | CallerProof::DigestInClear
                | CallerProof::DigestProtected
                | CallerProof::PasswordProtected
                | CallerProof::WindowsIdentity
                | CallerProof::Certificate
                | CallerProof::DecidedByHost => None,
            };
            if let Some(what) = what {
                self.report(&because, |at| CredentialInClear { at, what }.into());
            }
        }
        let (end_to_end, operations) = match security.shape {
            SecurityShape::Transport => (assessed(EndToEnd::None, because.clone()), Vec::new()),
            SecurityShape::Symmetric | SecurityShape::Asymmetric => self.contract_protection(&because),
        };
        MessageFacts {
            end_to_end,
            server: assessed(server, because.clone()),
            caller: assessed(caller, because),
            operations,
            demanded: self.demands(),
        }
    }

    /// In message security the contract decides what is signed and encrypted: the strongest that any operation gets is what the
    /// endpoint can lose.
    fn contract_protection(&mut self, because: &[Reason]) -> (Assessed<EndToEnd>, Vec<(String, EndToEnd)>) {
        let Some(contract) = self.contract else {
            let written = self.view.contract();
            if !self.view.is_system() {
                self.report(because, |at| ProtectionAssumed { at, contract: written }.into());
            }
            return (assessed(EndToEnd::SignedAndEncrypted, because.to_vec()), Vec::new());
        };
        let of_contract = contract.protection_level.map_or(EndToEnd::SignedAndEncrypted, |demanded| end_to_end_of(demanded.level));
        let levels: Vec<_> =
            contract.operations.iter().map(|operation| (operation, self.operation_protection(operation, of_contract))).collect();
        let strongest = levels.iter().map(|&(_, level)| level).max().unwrap_or(of_contract);
        let differing: Vec<_> =
            levels.iter().filter(|&&(_, level)| level != strongest).map(|&(operation, level)| (operation.name.clone(), level)).collect();
        let mut reasons = because.to_vec();
        reasons.extend(self.demands());
        if strongest < EndToEnd::SignedAndEncrypted {
            let by = contract.clr_name.as_str();
            self.report(&reasons, |at| ProtectionLowered { at, by, to: end_to_end_words(strongest) }.into());
        }
        for (name, level) in &differing {
            self.report(&reasons, |at| ProtectionLowered { at, by: name, to: end_to_end_words(*level) }.into());
        }
        (assessed(strongest, reasons), differing)
    }

    fn operation_protection(&self, operation: &Operation, of_contract: EndToEnd) -> EndToEnd {
        let own = operation.protection_level.map_or(of_contract, |demanded| end_to_end_of(demanded.level));
        let by_message = [&operation.request_message, &operation.response_message]
            .into_iter()
            .flatten()
            .filter_map(|key| self.contracts.types.get(key))
            .filter_map(|data| match &data.kind {
                wcf_contract::model::DataKind::Message(message) => message.protection_level.map(|demanded| end_to_end_of(demanded.level)),
                wcf_contract::model::DataKind::Class(_)
                | wcf_contract::model::DataKind::Enum(_)
                | wcf_contract::model::DataKind::Collection { .. }
                | wcf_contract::model::DataKind::Dictionary { .. }
                | wcf_contract::model::DataKind::Choice(_) => None,
            })
            .max();
        // A message contract's level replaces the operation's for that message; the other message keeps the operation's.
        match by_message {
            Some(level) if operation.request_message.is_some() && operation.response_message.is_some() => level,
            Some(level) => level.max(own),
            None => own,
        }
    }

    /// Protection levels the contract states by itself.
    pub(super) fn demands(&self) -> Vec<Reason> {
        let Some(contract) = self.contract else { return Vec::new() };
        let reason = |demanded: &Demanded, name: &str| Reason {
            setting: "ProtectionLevel".to_owned(),
            value: contract_level_name(demanded.level).to_owned(),
            decided_by: DecidedBy::Contract { name: name.to_owned() },
            span: Some(demanded.span),
        };
        let of_contract = contract.protection_level.iter().map(|demanded| reason(demanded, &contract.clr_name));
        let of_operations = contract.operations.iter().filter_map(|operation| {
            let demanded = operation.protection_level.as_ref()?;
            Some(reason(demanded, &format!("{}.{}", operation.declared_in, operation.clr_name)))
        });
        of_contract.chain(of_operations).collect()
    }

    /// .NET refuses to open an endpoint whose binding gives less than its contract demands.
    pub(super) fn contract_against_binding(&mut self, posture: &Posture, stack: &ChannelStack) {
        if stack.message_security().is_some_and(|security| security.shape != SecurityShape::Transport) {
            return;
        }
        let Some(contract) = self.contract else { return };
        let demands = contract.protection_level.iter().map(|demanded| (demanded.level, contract.clr_name.clone())).chain(
            contract
                .operations
                .iter()
                .filter_map(|operation| operation.protection_level.map(|demanded| (demanded.level, operation.name.clone()))),
        );
        let highest = demands.max_by_key(|&(level, _)| level);
        let Some((level, by)) = highest else { return };
        let needed = match level {
            wcf_contract::model::ProtectionLevel::None => InTransit::Clear,
            wcf_contract::model::ProtectionLevel::Sign => InTransit::IntegrityOnly,
            wcf_contract::model::ProtectionLevel::EncryptAndSign => InTransit::Confidential,
        };
        if posture.in_transit.value < needed {
            let because = posture.demanded.clone();
            self.report(&because, |at| ContractDemandsMore { at, demanded: contract_level_name(level), by: &by }.into());
        }
    }
}

const fn end_to_end_of(level: wcf_contract::model::ProtectionLevel) -> EndToEnd {
    match level {
        wcf_contract::model::ProtectionLevel::None => EndToEnd::None,
        wcf_contract::model::ProtectionLevel::Sign => EndToEnd::Signed,
        wcf_contract::model::ProtectionLevel::EncryptAndSign => EndToEnd::SignedAndEncrypted,
    }
}

const fn end_to_end_words(level: EndToEnd) -> &'static str {
    match level {
        EndToEnd::None => "neither signed nor encrypted",
        EndToEnd::Signed => "signed but not encrypted",
        EndToEnd::SignedAndEncrypted => "signed and encrypted",
    }
}

const fn contract_level_name(level: wcf_contract::model::ProtectionLevel) -> &'static str {
    match level {
        wcf_contract::model::ProtectionLevel::None => "None",
        wcf_contract::model::ProtectionLevel::Sign => "Sign",
        wcf_contract::model::ProtectionLevel::EncryptAndSign => "EncryptAndSign",
    }
}

const fn mode_name(mode: AuthenticationMode) -> &'static str {
    match mode {
        AuthenticationMode::AnonymousForCertificate => "AnonymousForCertificate",
        AuthenticationMode::AnonymousForSslNegotiated => "AnonymousForSslNegotiated",
        AuthenticationMode::CertificateOverTransport => "CertificateOverTransport",
        AuthenticationMode::IssuedToken => "IssuedToken",
        AuthenticationMode::IssuedTokenForCertificate => "IssuedTokenForCertificate",
        AuthenticationMode::IssuedTokenForSslNegotiated => "IssuedTokenForSslNegotiated",
        AuthenticationMode::IssuedTokenOverTransport => "IssuedTokenOverTransport",
        AuthenticationMode::Kerberos => "Kerberos",
        AuthenticationMode::KerberosOverTransport => "KerberosOverTransport",
        AuthenticationMode::MutualCertificate => "MutualCertificate",
        AuthenticationMode::MutualCertificateDuplex => "MutualCertificateDuplex",
        AuthenticationMode::MutualSslNegotiated => "MutualSslNegotiated",
        AuthenticationMode::SspiNegotiated => "SspiNegotiated",
        AuthenticationMode::SspiNegotiatedOverTransport => "SspiNegotiatedOverTransport",
        AuthenticationMode::UserNameForCertificate => "UserNameForCertificate",
        AuthenticationMode::UserNameForSslNegotiated => "UserNameForSslNegotiated",
        AuthenticationMode::UserNameOverTransport => "UserNameOverTransport",
    }
}
