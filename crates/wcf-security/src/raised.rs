//! Codes of reading that the policy raised to deny: what they are about is not generated either.
//!
//! Assessing and planning know the endpoint they speak of. Reading a configuration or a source knows a place and at best a service's
//! name, so a raised code stands against every endpoint that what was read there may decide: those of the named service, those whose
//! configuration the file is or is inherited by, and those whose class, contract or data types the file declares.

use std::collections::BTreeSet;

use wcf_config::EffectiveConfig;
use wcf_contract::ContractModel;
use wcf_contract::model::{DataKind, Operation, ServiceContract, TypeKey, TypeRef};
use wcf_diagnostics::{FileId, Files, Finding, Level, Subject};

use crate::code_overrides::{folder, is_below, is_near};
use crate::contract_of;
use crate::endpoint::EndpointView;
use crate::plan::{EndpointPlan, MigrationPlan};
use crate::planning::add_code;
use crate::policy::Policy;

/// The findings of a stage whose codes the policy raised to deny.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    list: Vec<RaisedFinding>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct RaisedFinding {
    code: &'static str,
    subject: Subject,
    file: Option<FileId>,
}

impl Raised {
    /// Those among the findings of reading. What is at deny by itself refuses where it was found.
    #[must_use]
    pub fn of<'a>(policy: &Policy, findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let is_raised =
            |finding: &&Finding| finding.code.level != Level::Deny && policy.levels.get(finding.code.name) == Some(&Level::Deny);
        let raised = findings.into_iter().filter(is_raised).map(|finding| RaisedFinding {
            code: finding.code.name,
            subject: finding.subject.clone(),
            file: finding.span().map(|span| span.file),
        });
        Self { list: raised.collect() }
    }

    /// Refuses the endpoints that the findings concern; whether there were any.
    pub fn refuse(&self, plan: &mut MigrationPlan, config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> bool {
        let mut any = false;
        if self.list.is_empty() {
            return any;
        }
        for (host, planned) in config.hosts.iter().zip(&mut plan.hosts) {
            let mut refuse = |view: EndpointView<'_>, endpoint: Option<&mut EndpointPlan>| {
                let Some(endpoint) = endpoint else { return };
                for raised in self.list.iter().filter(|raised| raised.concerns(view, config, contracts, files)) {
                    endpoint.outcome = add_code(endpoint.outcome.clone(), raised.code);
                    any = true;
                }
            };
            for view in EndpointView::services(host) {
                refuse(view, planned.endpoints.iter_mut().find(|endpoint| is_of(endpoint, view)));
            }
            for view in EndpointView::clients(host) {
                refuse(view, planned.clients.iter_mut().find(|endpoint| is_of(endpoint, view)));
            }
        }
        any
    }
}

/// Several endpoints may stand in one place: the default ones of a service.
fn is_of(endpoint: &EndpointPlan, view: EndpointView<'_>) -> bool {
    endpoint.span == view.span() && endpoint.contract == view.contract() && endpoint.address == view.address().value
}

impl RaisedFinding {
    fn concerns(&self, view: EndpointView<'_>, config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> bool {
        if let Some(service) = &self.subject.service {
            return view.service().is_some_and(|own| own.name == *service)
                && (self.subject.endpoint.is_none() || self.subject.endpoint == view.subject().endpoint);
        }
        let Some(file) = self.file else { return true };
        if view.host.file == file {
            return true;
        }
        match declares(contracts, file) {
            true => is_made_of(view, contracts, file),
            false => is_near(view, file, config, files) || is_below(files.path(view.host.file), folder(files.path(file))),
        }
    }
}

/// Whether the file declares anything of the model.
fn declares(contracts: &ContractModel, file: FileId) -> bool {
    let mut places = contracts
        .contracts
        .values()
        .map(|contract| contract.span)
        .chain(contracts.types.values().map(|data| data.span))
        .chain(contracts.services.iter().map(|class| class.span));
    places.any(|span| span.file == file)
}

/// Whether the endpoint's class, its contract or a type of its messages stands in the file. An endpoint whose contract is not known
/// may be made of anything.
fn is_made_of(view: EndpointView<'_>, contracts: &ContractModel, file: FileId) -> bool {
    let is_class = |service: &wcf_config::effective::Service| {
        let mut classes =
            contracts.services.iter().filter(|class| class.configuration_name == service.name || class.clr_name == service.name);
        classes.any(|class| class.span.file == file)
    };
    let Some(contract) = contract_of(contracts, view.contract()) else { return true };
    view.service().is_some_and(is_class) || contract_is_made_of(contract, contracts, file)
}

fn contract_is_made_of(contract: &ServiceContract, contracts: &ContractModel, file: FileId) -> bool {
    let bases = contract.bases.iter().chain(&contract.callback).filter_map(|key| contracts.contracts.get(key));
    let mut open = Vec::new();
    for contract in std::iter::once(contract).chain(bases) {
        if contract.span.file == file {
            return true;
        }
        contract.operations.iter().chain(&contract.callback_operations).for_each(|operation| types_of(operation, &mut open));
    }
    let mut seen = BTreeSet::new();
    while let Some(key) = open.pop() {
        let Some(data) = contracts.types.get(key).filter(|_| seen.insert(key)) else { continue };
        if data.span.file == file {
            return true;
        }
        match &data.kind {
            DataKind::Class(class) => {
                open.extend(class.base.iter().chain(&class.known_types));
                class.members.iter().for_each(|member| named(&member.type_ref, &mut open));
            }
            DataKind::Enum(_) => {}
            DataKind::Collection { item, .. } => named(item, &mut open),
            DataKind::Dictionary { key, value } => [key, value].into_iter().for_each(|each| named(each, &mut open)),
            DataKind::Choice(members) => members.iter().for_each(|member| named(&member.type_ref, &mut open)),
            DataKind::Message(message) => {
                let headers = message.headers.iter().map(|header| &header.member);
                headers.chain(&message.body).for_each(|member| named(&member.type_ref, &mut open));
            }
        }
    }
    false
}

fn types_of<'a>(operation: &'a Operation, keys: &mut Vec<&'a TypeKey>) {
    keys.extend(operation.request_message.iter().chain(&operation.response_message));
    operation.parameters.iter().chain(&operation.results).for_each(|parameter| named(&parameter.type_ref, keys));
    operation.faults.iter().for_each(|fault| named(&fault.detail, keys));
}

/// The types of the model that a use names.
fn named<'a>(use_of: &'a TypeRef, keys: &mut Vec<&'a TypeKey>) {
    match use_of {
        TypeRef::Named(key) => keys.push(key),
        TypeRef::List { item } | TypeRef::Nullable(item) => named(item, keys),
        TypeRef::Map { key, value } => {
            named(key, keys);
            named(value, keys);
        }
        TypeRef::Primitive(_) | TypeRef::Stream | TypeRef::Message | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => {}
    }
}
