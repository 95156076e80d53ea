//! From the channel stack, the behaviors, the identity, the contract and the web server's section to the posture. No decision here
//! looks at a binding's name.

mod certificates;
mod message;
mod transport;

use std::collections::BTreeSet;

use wcf_config::channel_stack::Transport;
use wcf_config::{ChannelStack, EffectiveConfig};
use wcf_contract::model::{ContractModel, ServiceContract};
use wcf_diagnostics::{Files, Findings, Subject};

use self::message::MessageFacts;
use self::transport::TransportFacts;
use crate::diagnostics::{At, CredentialsReplaced, OpaqueBehavior, TRANSPORT_UNKNOWN, TransportUnknown};
use crate::endpoint::{EndpointView, Side};
use crate::pairing::{self, Router};
use crate::posture::{Assessed, CallerProof, EndToEnd, EndpointPosture, HostPosture, InTransit, NoPosture, Posture, SecurityPosture};
use crate::reason::{DecidedBy, Reason};
use crate::unconsumed;

/// What every endpoint of the configuration really protects.
///
/// A binding that .NET refuses, or that has no transport this crate knows, has no posture; the findings say why.
#[must_use]
pub fn assess(config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> (SecurityPosture, Findings) {
    let mut findings = Findings::new();
    let routers = pairing::routers(config);
    let mut posture = SecurityPosture::default();
    for host in &config.hosts {
        let mut assess_all = |views: &mut dyn Iterator<Item = EndpointView<'_>>| {
            views
                .map(|view| {
                    let mut own = Findings::new();
                    let posture = Assessor::of(view, contracts, files, &routers, &mut own).endpoint();
                    let reported = codes_of(&own);
                    findings.extend(own);
                    EndpointPosture { reported, ..posture }
                })
                .collect()
        };
        let mut services: Vec<EndpointPosture> = assess_all(&mut EndpointView::services(host));
        let clients = assess_all(&mut EndpointView::clients(host));
        for service in &host.services {
            let is_of_service = |view: &EndpointView<'_>| view.service().is_some_and(|of| std::ptr::eq(of, service));
            let views: Vec<_> = EndpointView::services(host).zip(&services).filter(|(view, _)| is_of_service(view)).collect();
            let mut own = Findings::new();
            unconsumed::report_service(service, &views, files, &mut own);
            let reported = codes_of(&own);
            findings.extend(own);
            for (_, posture) in EndpointView::services(host).zip(&mut services).filter(|(view, _)| is_of_service(view)) {
                posture.reported.extend(reported.iter().copied());
            }
        }
        posture.hosts.push(HostPosture { name: host.name.clone(), file: host.file, services, clients });
    }
    findings.sort();
    (posture, findings)
}

fn codes_of(findings: &Findings) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.name).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The contract that an endpoint names: by configuration name, then by CLR name; the better source first.
#[must_use]
pub fn contract_of<'a>(contracts: &'a ContractModel, written: &str) -> Option<&'a ServiceContract> {
    contracts
        .contracts
        .values()
        .filter(|contract| contract.configuration_name == written || contract.clr_name == written)
        .max_by_key(|contract| (contract.source, contract.configuration_name == written))
}

/// One endpoint being assessed.
struct Assessor<'a> {
    view: EndpointView<'a>,
    contract: Option<&'a ServiceContract>,
    contracts: &'a ContractModel,
    files: &'a Files,
    routers: &'a [Router<'a>],
    findings: &'a mut Findings,
    subject: Subject,
}

fn assessed<T>(value: T, because: Vec<Reason>) -> Assessed<T> {
    Assessed { value, because }
}

impl<'a> Assessor<'a> {
    fn of(
        view: EndpointView<'a>,
        contracts: &'a ContractModel,
        files: &'a Files,
        routers: &'a [Router<'a>],
        findings: &'a mut Findings,
    ) -> Self {
        Self { view, contract: contract_of(contracts, view.contract()), contracts, files, routers, findings, subject: view.subject() }
    }

    fn report(&mut self, because: &[Reason], problem: impl FnOnce(At<'_>) -> wcf_diagnostics::Finding) {
        let finding = problem(At { subject: &self.subject, span: self.view.span(), because });
        self.findings.push(finding);
    }

    fn endpoint(mut self) -> EndpointPosture {
        let outcome = match &self.view.binding().stack {
            Err(refused) => Err(NoPosture { codes: refused.codes.clone() }),
            Ok(stack) => self.posture(stack),
        };
        if let Ok(posture) = &outcome
            && !self.view.is_system()
        {
            unconsumed::report(self.view, posture, self.files, &self.subject, self.findings);
        }
        EndpointPosture {
            subject: self.subject,
            span: self.view.span(),
            contract: self.view.contract().to_owned(),
            is_system: self.view.is_system(),
            reported: Vec::new(),
            outcome,
        }
    }

    fn posture(&mut self, stack: &ChannelStack) -> Result<Posture, NoPosture> {
        let Some(transport) = stack.transport() else {
            self.report(&[], |at| TransportUnknown { at, what: "a channel stack without a transport" }.into());
            return Err(NoPosture { codes: vec![TRANSPORT_UNKNOWN.name] });
        };
        if let Transport::Opaque { name } = transport {
            let what = format!("the transport `{name}`");
            self.report(&[], |at| TransportUnknown { at, what: &what }.into());
            return Err(NoPosture { codes: vec![TRANSPORT_UNKNOWN.name] });
        }
        let mut layer = self.transport(transport, stack);
        self.opaque_elements(stack, &mut layer);
        let message = match transport {
            Transport::Peer => self.peer_messages(),
            Transport::Http(_)
            | Transport::Tcp(_)
            | Transport::NamedPipe(_)
            | Transport::Msmq(_)
            | Transport::MsmqIntegration(_)
            | Transport::Udp
            | Transport::Opaque { .. } => stack.message_security().map(|security| self.message(security, &layer)),
        };
        self.web_server_certificate(transport, &mut layer);
        let posture = self.combine(layer, message, stack);
        if !self.view.is_system() {
            self.contract_against_binding(&posture, stack);
            self.opaque_behaviors();
        }
        Ok(posture)
    }

    /// Both layers together: the wire is as safe as the safer of the two makes it.
    fn combine(&mut self, layer: TransportFacts, message: Option<MessageFacts>, stack: &ChannelStack) -> Posture {
        let none = || Reason::derived("message security", "absent", "ChannelStack");
        let (end_to_end, message_caller, in_transit, server_proof, operations, demanded) = match message {
            None => (
                assessed(EndToEnd::None, layer.in_transit.because.clone()),
                assessed(CallerProof::Nothing, vec![none()]),
                layer.in_transit,
                layer.server,
                Vec::new(),
                self.demands(),
            ),
            Some(message) => {
                let by_message = match message.end_to_end.value {
                    EndToEnd::None => InTransit::Clear,
                    EndToEnd::Signed => InTransit::IntegrityOnly,
                    EndToEnd::SignedAndEncrypted => InTransit::Confidential,
                };
                let in_transit = if by_message > layer.in_transit.value {
                    assessed(by_message, message.end_to_end.because.clone())
                } else {
                    layer.in_transit
                };
                let server = if message.server.value > layer.server.value { message.server } else { layer.server };
                (message.end_to_end, message.caller, in_transit, server, message.operations, message.demanded)
            }
        };
        let security = stack.message_security();
        let mut posture = Posture {
            carrier: layer.carrier,
            in_transit,
            end_to_end,
            server_proof,
            transport_caller: layer.caller,
            message_caller,
            also_required: layer.also,
            caller_certificate_check: None,
            server_certificate_check: None,
            lowest_tls: layer.lowest_tls,
            highest_tls: layer.highest_tls,
            intermediary: self.intermediary(),
            demanded,
            secure_conversation: security.is_some_and(|security| security.secure_conversation),
            replay_detection: security.is_some_and(|security| security.detect_replays.value),
            impersonation: self.impersonation(),
            operations,
        };
        posture.caller_certificate_check = self.caller_certificate_check(&posture, stack);
        posture.server_certificate_check = self.server_certificate_check(&posture, stack);
        posture
    }

    fn mode_and(&self, more: &[&str], otherwise: impl FnOnce() -> Reason) -> Vec<Reason> {
        let names: Vec<&str> = std::iter::once("security.mode").chain(more.iter().copied()).collect();
        self.view.settings(&names, self.files, otherwise)
    }

    fn opaque_behaviors(&mut self) {
        let endpoint = self.view.behavior().opaque.iter();
        let service = self.view.service().map(|service| service.behavior.opaque.as_slice()).unwrap_or_default();
        for opaque in endpoint.chain(service) {
            let reason = Reason {
                setting: opaque.name.to_string(),
                value: opaque.registered_type.as_deref().unwrap_or_default().to_owned(),
                decided_by: DecidedBy::Written { file: self.files.path(opaque.span.file).to_owned(), element: "a behavior".to_owned() },
                span: Some(opaque.span),
            };
            self.report(&[reason], |at| OpaqueBehavior { at, name: &opaque.name }.into());
        }
        let replaced = match self.view.side {
            Side::Service(service, _) => service.behavior.credentials.replaced_by.as_ref(),
            Side::Client(endpoint) => {
                endpoint.behavior.client_credentials.as_ref().and_then(|credentials| credentials.replaced_by.as_ref())
            }
        };
        if let Some(class) = replaced {
            let reason = Reason::of("type", class.value.clone(), class, self.files);
            self.report(&[reason], |at| CredentialsReplaced { at, class: &class.value }.into());
        }
    }

    fn intermediary(&self) -> Vec<Reason> {
        let mut seen = Vec::new();
        if let Some(via) = &self.view.behavior().client_via {
            seen.push(Reason::of("clientVia.viaUri", via.value.clone(), via, self.files));
        }
        if let Side::Service(_, endpoint) = self.view.side
            && let Some(listen) = &endpoint.listen_uri
        {
            let address = endpoint.resolved_address.as_deref().unwrap_or(&endpoint.address.value);
            if !listen.value.is_empty() && !pairing::same_address(&listen.value, address) && listen.value != endpoint.address.value {
                seen.push(Reason::of("listenUri", listen.value.clone(), listen, self.files));
            }
        }
        seen.extend(pairing::router_in_sight(self.view, self.routers, self.files));
        seen
    }

    fn impersonation(&self) -> bool {
        match self.view.side {
            Side::Service(service, _) => {
                let configured =
                    service.behavior.authorization.as_ref().is_some_and(|authorization| authorization.impersonate_caller.value);
                let in_code = self
                    .contracts
                    .services
                    .iter()
                    .filter(|class| class.configuration_name == service.name || class.clr_name == service.name)
                    .any(|class| class.impersonation.iter().any(|(_, option, _)| !option.ends_with("NotAllowed")));
                configured || in_code
            }
            Side::Client(endpoint) => endpoint
                .behavior
                .client_credentials
                .as_ref()
                .and_then(|credentials| credentials.impersonation_level.as_ref())
                .is_some_and(|level| level.value == "Delegation"),
        }
    }
}

/// `security.mode` as XML spells it, where the binding has one.
pub(crate) fn mode_of(view: EndpointView<'_>) -> Option<&str> {
    let effective = view.binding().settings.get("security.mode")?;
    effective.value.as_deref()
}
