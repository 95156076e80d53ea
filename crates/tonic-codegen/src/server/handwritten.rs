//! Handlers that a person writes against the contracts as they are now: which operations and services they lack, and which are no
//! longer there.

use syn::spanned::Spanned as _;

use crate::crate_plan::{CratePlan, GrpcMethod, GrpcService, HostCrates};
use crate::rust_text::Name;

/// A difference between a file of handlers and its contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerDrift {
    /// The line of the function that is too much, or of the `impl` that lacks one; from 1.
    pub line: usize,
    /// The service in proto.
    pub service: String,
    /// What it is.
    pub kind: DriftKind,
}

/// Which way a file of handlers differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// An operation has no handler.
    Missing {
        /// The operation, by its name in the contract.
        operation: String,
        /// The handler to add, as `generate` writes it.
        stub: String,
    },
    /// A handler has no operation.
    LeftOver {
        /// The function.
        function: String,
    },
    /// A service is not among those that the server starts.
    ServiceMissing {
        /// The lines to add.
        stub: String,
    },
    /// A service that the server starts is in no contract.
    ServiceLeftOver {
        /// Its field.
        field: String,
    },
}

/// The differences of a file under the output folder; none for a file that is no file of handlers, or no Rust: that the compiler
/// says. They are in the order of the file, operations without a handler in the contract's order.
#[must_use]
pub fn compare(plan: &CratePlan, path: &str, text: &str) -> Vec<HandlerDrift> {
    if let Some(host) = plan.hosts.iter().find(|host| path == format!("{}-server/src/services/mod.rs", host.name)) {
        return compare_services(host, text);
    }
    let Some((host, service)) = service_of(plan, path) else { return Vec::new() };
    let Ok(file) = syn::parse_file(text) else { return Vec::new() };
    let handlers = file.items.iter().find_map(|item| match item {
        syn::Item::Impl(block) => {
            let last = block.trait_.as_ref()?.0.segments.last()?;
            (last.ident == service.trait_name).then_some(block)
        }
        _ => None,
    });
    let Some(handlers) = handlers else { return Vec::new() };
    let functions: Vec<(String, usize)> = handlers
        .items
        .iter()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(function) => {
                let name = function.sig.ident.to_string();
                Some((name.strip_prefix("r#").unwrap_or(&name).to_owned(), function.sig.ident.span().start().line))
            }
            _ => None,
        })
        .collect();
    let drift = |line: usize, kind: DriftKind| HandlerDrift { line, service: service.full_name.clone(), kind };
    let left_over = functions
        .iter()
        .filter(|(name, _)| !service.methods.iter().any(|method| method.function == *name))
        .map(|(name, line)| drift(*line, DriftKind::LeftOver { function: name.clone() }));
    let line = handlers.impl_token.span().start().line;
    let missing = service
        .methods
        .iter()
        .filter(|method| !functions.iter().any(|(name, _)| *name == method.function))
        .map(|method| drift(line, DriftKind::Missing { operation: method.operation.clone(), stub: stub(host, service, method) }));
    left_over.chain(missing).collect()
}

/// The differences of the list of services: the fields of the first `Services { … }` that a function ends with.
fn compare_services(host: &HostCrates, text: &str) -> Vec<HandlerDrift> {
    let Ok(file) = syn::parse_file(text) else { return Vec::new() };
    let list = file.items.iter().find_map(|item| match item {
        syn::Item::Fn(function) => match function.block.stmts.last()? {
            syn::Stmt::Expr(syn::Expr::Struct(list), None) => {
                let is_list = list.path.segments.last().is_some_and(|last| last.ident == "Services");
                (is_list && list.rest.is_none()).then_some(list)
            }
            _ => None,
        },
        _ => None,
    });
    let Some(list) = list else { return Vec::new() };
    let fields: Vec<(String, usize)> = list
        .fields
        .iter()
        .filter_map(|field| match &field.member {
            syn::Member::Named(name) => Some((name.to_string(), name.span().start().line)),
            syn::Member::Unnamed(_) => None,
        })
        .collect();
    let left_over = fields
        .iter()
        .filter(|(name, _)| !host.services.iter().any(|service| service.module == *name))
        .map(|(name, line)| HandlerDrift { line: *line, service: name.clone(), kind: DriftKind::ServiceLeftOver { field: name.clone() } });
    let line = list.path.span().start().line;
    let missing = host.services.iter().filter(|service| !fields.iter().any(|(name, _)| *name == service.module)).map(|service| {
        let (module, handlers) = (&service.module, &service.trait_name);
        let stub = format!("pub mod {module};\n\n        {module}: {module}::{handlers},");
        HandlerDrift { line, service: service.full_name.clone(), kind: DriftKind::ServiceMissing { stub } }
    });
    left_over.chain(missing).collect()
}

fn service_of<'a>(plan: &'a CratePlan, path: &str) -> Option<(&'a HostCrates, &'a GrpcService)> {
    let services = plan.hosts.iter().flat_map(|host| host.services.iter().map(move |service| (host, service)));
    services.into_iter().find(|(host, service)| path == format!("{}-server/src/services/{}.rs", host.name, service.module))
}

fn stub(host: &HostCrates, service: &GrpcService, method: &GrpcMethod) -> String {
    let (_, package) = service.package_path.rsplit_once("::").unwrap_or(("", &service.package_path));
    super::services::handler(service, method, &format!("{}_proto", Name::new(&host.name).snake), package)
}

#[cfg(test)]
mod tests {
    use wcf_security::plan::Exposure;

    use super::*;
    use crate::server::tests::{method, service};

    #[test]
    fn what_is_missing_and_what_is_left_over_is_found_with_its_line() {
        let service =
            service("BerthPlanning", "berth_planning", vec![method("GetBerth", "get_berth"), method("ReserveBerth", "reserve_berth")]);
        let host = HostCrates {
            name: "harbour-host".to_owned(),
            source: String::new(),
            exposure: Exposure::Internal,
            packages: Vec::new(),
            services: vec![service],
            listeners: Vec::new(),
            build_script: false,
        };
        let plan = CratePlan { packages: Vec::new(), hosts: vec![host], descriptors: Vec::new(), lock: crate::lock::Lock::default() };
        let host = plan.hosts.first().unwrap();
        let service = host.services.first().unwrap();
        let method = service.methods.first().unwrap();
        let services = format!("{}-server/src/services/mod.rs", host.name);
        let list = "pub mod berth_planning;\npub fn all() -> Services {\n    Services {\n        berth_planning: berth_planning::BerthPlanning,\n    }\n}\n";
        assert_eq!(compare(&plan, &services, list), []);
        assert_eq!(compare(&plan, &services, "pub fn all() -> Services {\n    made_elsewhere()\n}\n"), []);
        let stub = "pub mod berth_planning;\n\n        berth_planning: berth_planning::BerthPlanning,".to_owned();
        let drift = |line, service: &str, kind| HandlerDrift { line, service: service.to_owned(), kind };
        assert_eq!(
            compare(&plan, &services, &list.replace("berth_planning", "old")),
            [
                drift(4, "old", DriftKind::ServiceLeftOver { field: "old".to_owned() }),
                drift(3, &service.full_name, DriftKind::ServiceMissing { stub }),
            ]
        );

        let path = format!("{}-server/src/services/{}.rs", host.name, service.module);
        let written = super::super::services::scaffold(&Name::new(&host.name), service);
        assert_eq!(compare(&plan, &path, &written), []);
        assert_eq!(compare(&plan, &path, "not Rust"), []);
        assert_eq!(compare(&plan, "other.rs", &written), []);

        let renamed = written.replace(&format!("async fn {}(", method.function), "async fn was_once(");
        let line = renamed.lines().position(|line| line.contains("async fn was_once(")).unwrap() + 1;
        let block = renamed.lines().position(|line| line.starts_with("impl ")).unwrap() + 1;
        let found = compare(&plan, &path, &renamed);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, &found[0].kind), (line, &DriftKind::LeftOver { function: "was_once".to_owned() }));
        let DriftKind::Missing { operation, stub } = &found[1].kind else { panic!("{found:?}") };
        assert_eq!((found[1].line, operation), (block, &method.operation));
        assert!(stub.contains(&format!("async fn {}(", method.function)), "{stub}");
        assert!(written.contains(stub.as_str()), "{stub}");
    }
}
