//! The certificates that configurations name, each with how Windows is to find it and where that is written.

use std::collections::BTreeMap;

use wcf_config::behavior::CertificateReference;
use wcf_config::effective::{Identity, Settings};
use wcf_config::{EffectiveConfig, Text};
use wcf_diagnostics::{Files, Span};

/// How a certificate is found in a Windows store: what `X509CertificateInitiatorServiceElement` and its like hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Search {
    /// `StoreLocation`.
    pub location: String,
    /// `StoreName`.
    pub store: String,
    /// `X509FindType`.
    pub find_type: String,
    /// What to look for, as it is written.
    pub find_value: String,
}

/// For what a certificate is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Whether its owner signs with it, so that the private key is needed.
    pub private_key: bool,
    /// Where it is written, as `file:line`.
    pub places: Vec<String>,
}

/// Every certificate that a configuration names, each search once, in order.
pub fn of(config: &EffectiveConfig, files: &Files) -> BTreeMap<Search, Use> {
    let mut all = BTreeMap::new();
    for host in &config.hosts {
        for service in &host.services {
            of_elements(&service.behavior.elements, files, &mut all);
            for endpoint in &service.endpoints {
                of_elements(&endpoint.behavior.elements, files, &mut all);
                of_identity(endpoint.identity.as_ref().map(|identity| &identity.value), files, &mut all);
            }
        }
        for client in &host.clients {
            of_elements(&client.behavior.elements, files, &mut all);
            of_identity(client.identity.as_ref().map(|identity| &identity.value), files, &mut all);
        }
    }
    all
}

fn of_elements<'a>(elements: impl IntoIterator<Item = (&'a Text, &'a Settings)>, files: &Files, all: &mut BTreeMap<Search, Use>) {
    for (element, settings) in elements {
        for (name, value) in settings {
            let Some(prefix) = name.strip_suffix("findValue") else { continue };
            let Some(find_value) = value.value.as_ref().filter(|value| !value.is_empty()) else { continue };
            let sibling = |name: &str| settings.get(&format!("{prefix}{name}")).and_then(|value| value.value.clone()).unwrap_or_default();
            let search = Search {
                location: sibling("storeLocation").to_string(),
                store: sibling("storeName").to_string(),
                find_type: sibling("x509FindType").to_string(),
                find_value: find_value.to_string(),
            };
            let owned = matches!(
                (element.as_str(), prefix),
                ("serviceCredentials", "serviceCertificate.") | ("clientCredentials", "clientCertificate.")
            );
            add(search, owned, value.origin.span(), files, all);
        }
    }
}

fn of_identity(identity: Option<&Identity>, files: &Files, all: &mut BTreeMap<Search, Use>) {
    let Some(Identity::CertificateReference(CertificateReference { find_value, find_type, store_location, store_name })) = identity else {
        return;
    };
    let search = Search {
        location: store_location.value.to_string(),
        store: store_name.value.to_string(),
        find_type: find_type.value.to_string(),
        find_value: find_value.value.to_string(),
    };
    add(search, false, find_value.origin.span(), files, all);
}

fn add(search: Search, owned: bool, span: Option<Span>, files: &Files, all: &mut BTreeMap<Search, Use>) {
    let used = all.entry(search).or_default();
    used.private_key |= owned;
    let place = span.and_then(|span| {
        let file = files.get(span.file)?;
        Some(format!("{}:{}", file.path, file.line_column(span.start).line))
    });
    if let Some(place) = place.filter(|place| !used.places.contains(place)) {
        used.places.push(place);
    }
}
