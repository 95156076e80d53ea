//! `deploy/`: what an operator is handed for the place where a host's server runs, by the exposure that policy chose.
//!
//! Everything security depends on is the tool's and overwritten: mounts, users, policies of the network. What differs from one
//! installation to the next (image, resources, more replicas) goes into an overlay, a drop-in or a second stack file, and
//! `settings.toml` is the operator's from the start.

mod artefact;
mod runbook;

use std::collections::BTreeMap;

use askama::Template;
use wcf_security::plan::{ClientCertificates, Exposure, TransportPlan};

use crate::crate_plan::{HostCrates, Listener};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::rust_file::MARK;
use crate::rust_text::Name;
use crate::server::{SettingText, setting_texts};
use artefact::{Artefact, Kind};

/// Adds the files of a host, under `deploy/` and its name.
pub(crate) fn render(host: &HostCrates, files: &mut GeneratedFiles) {
    let view = View::new(host);
    let mut add = |name: &str, ownership, text: String| files.insert(format!("deploy/{}/{name}", host.name), ownership, text);
    match host.exposure {
        // Nothing is deployed: the process runs beside those who call it.
        Exposure::Local => return,
        Exposure::Internal | Exposure::Public => {
            add(&format!("{}.service", view.server), Ownership::Regenerated, text(&SystemdUnit { view: &view }));
            add(&format!("{}.sysusers.conf", view.label), Ownership::Regenerated, text(&SystemdUser { view: &view }));
        }
        Exposure::Kubernetes | Exposure::Mesh => {
            add("kustomization.yaml", Ownership::Regenerated, text(&Kustomization { view: &view }));
            add("deployment.yaml", Ownership::Regenerated, text(&Deployment { view: &view }));
            add("service.yaml", Ownership::Regenerated, text(&Service { view: &view }));
            add("network-policy.yaml", Ownership::Regenerated, text(&NetworkPolicy { view: &view }));
            if view.has_certificates() {
                add("certificates.yaml", Ownership::Regenerated, text(&Certificates { view: &view }));
            }
        }
        Exposure::Swarm => add("stack.yaml", Ownership::Regenerated, text(&Stack { view: &view })),
    }
    add("Containerfile", Ownership::Regenerated, text(&Containerfile { view: &view }));
    add("settings.toml", Ownership::WrittenOnce, text(&SettingsFile { view: &view }));
    add("README.md", Ownership::Regenerated, text(&Runbook { view: &view }));
}

/// The text of a template, with one line end at its end.
fn text(template: &impl Template) -> String {
    let mut text = String::new();
    // Every value writes to a string, which cannot fail.
    let _ = template.render_into(&mut text);
    format!("{}\n", text.trim_end())
}

/// The user that the server runs as in containers: `nonroot` of the distroless images.
const USER: u32 = 65532;

/// A host as the templates see it.
struct View {
    /// The mark of files that are overwritten.
    mark: &'static str,
    exposure: Exposure,
    /// The folder under `deploy/`.
    host: String,
    /// The name of the binary and its package, `harbour-host-server`.
    server: String,
    /// The same where Kubernetes and systemd ask for a label: a letter first, at most 40 characters.
    label: String,
    /// Where the source is.
    source: String,
    /// What the names of variables begin with.
    prefix: String,
    user: u32,
    /// The port of the health service, on loopback.
    health_port: u16,
    listeners: Vec<ListenerView>,
    artefacts: Vec<Artefact>,
    /// What an operator has to make: an object of Kubernetes, a secret of Swarm, a folder of files.
    objects: Vec<Object>,
    /// Settings that are no files of a listener.
    settings: Vec<SettingText>,
}

/// A listener that a network can reach.
struct ListenerView {
    name: String,
    port: u16,
    tls: bool,
    client_certificates: bool,
    /// Names in the server's certificate, beside the cluster's own.
    dns_name: Option<String>,
    summary: String,
}

/// Files that come together: one mount.
struct Object {
    /// `harbour-host-server-berth-planning-tls`.
    name: String,
    /// The folder under the server's files, `berth-planning/tls`.
    folder: String,
    /// `tls`, for the name of a volume with the listener's number.
    volume: String,
    secret: bool,
    tls: bool,
    /// The name in the certificate that WCF's clients expect, where the source says one.
    dns_name: Option<String>,
    files: Vec<Artefact>,
}

/// A file that is mounted by itself.
struct Mount {
    name: String,
    path: String,
}

impl View {
    fn new(host: &HostCrates) -> Self {
        let server = format!("{}-server", Name::new(&host.name).kebab);
        let label = label(&server, 40);
        let texts = setting_texts(host);
        let artefacts: Vec<Artefact> = texts.iter().filter_map(Artefact::of).collect();
        let mut objects: BTreeMap<String, Vec<Artefact>> = BTreeMap::new();
        for artefact in artefacts.iter().filter(|artefact| artefact.kind != Kind::Socket) {
            objects.entry(artefact.folder()).or_default().push(artefact.clone());
        }
        let listeners: Vec<ListenerView> = host.listeners.iter().filter_map(ListenerView::new).collect();
        let objects = objects.into_iter().enumerate().map(|(at, (folder, files))| Object {
            name: self::label(&format!("{label}-{}", folder.replace('/', "-")), 63),
            volume: format!("files-{}", at + 1),
            secret: files.iter().any(Artefact::is_secret),
            tls: files.iter().any(|file| matches!(file.kind, Kind::Certificate | Kind::Key)),
            dns_name: files
                .first()
                .and_then(|file| listeners.iter().find(|listener| listener.name == file.listener))
                .and_then(|listener| listener.dns_name.clone()),
            folder,
            files,
        });
        let objects: Vec<Object> = objects.collect();
        let taken = |port: &u16| !listeners.iter().any(|listener| listener.port == *port);
        Self {
            mark: MARK,
            exposure: host.exposure,
            host: host.name.clone(),
            source: host.source.split_whitespace().collect::<Vec<_>>().join(" "),
            prefix: format!("{}_SERVER", Name::new(&host.name).screaming),
            user: USER,
            health_port: (50_000..=u16::MAX).find(taken).unwrap_or(50_000),
            objects,
            settings: texts.into_iter().filter(|setting| !setting.is_file()).collect(),
            server,
            label,
            listeners,
            artefacts,
        }
    }

    fn has_certificates(&self) -> bool {
        self.objects.iter().any(|object| object.tls)
    }

    fn has_sockets(&self) -> bool {
        self.artefacts.iter().any(|artefact| artefact.kind == Kind::Socket)
    }

    fn demands_client_certificates(&self) -> bool {
        self.listeners.iter().any(|listener| listener.client_certificates)
    }

    /// What stays in clear text on the wire of the server itself.
    fn has_clear_text(&self) -> bool {
        self.listeners.iter().any(|listener| !listener.tls)
    }

    /// Listeners that Swarm's routing mesh may hand to the world: those with TLS.
    fn published(&self) -> Vec<&ListenerView> {
        self.listeners.iter().filter(|listener| listener.tls).collect()
    }

    /// Whether a port is one that only root, or who has the capability, may listen on.
    fn low_ports(&self) -> bool {
        self.listeners.iter().any(|listener| listener.port < 1024)
    }

    fn certificates(&self) -> Vec<&Object> {
        self.objects.iter().filter(|object| object.tls).collect()
    }

    fn public_mounts(&self) -> Vec<Mount> {
        self.mounts(false)
    }

    fn secret_mounts(&self) -> Vec<Mount> {
        self.mounts(true)
    }

    /// Files one by one, as Swarm mounts them.
    fn mounts(&self, secret: bool) -> Vec<Mount> {
        let files = self.artefacts.iter().filter(|file| file.kind != Kind::Socket && file.is_secret() == secret);
        files
            .map(|file| Mount { name: label(&format!("{}-{}-{}", self.label, file.listener, file.setting), 63), path: self.path(file) })
            .collect()
    }

    fn required_settings(&self) -> bool {
        self.settings.iter().any(|setting| setting.default.is_none())
    }
    fn base(&self) -> String {
        format!("/etc/{}", self.server)
    }

    fn run(&self) -> String {
        format!("/run/{}", self.server)
    }

    fn path(&self, artefact: &Artefact) -> String {
        artefact.path(&self.base(), &self.run())
    }
}

impl ListenerView {
    fn new(listener: &Listener) -> Option<Self> {
        let tls = match &listener.plan.transport.chosen {
            TransportPlan::LocalSocket => return None,
            TransportPlan::ClearText(_) => None,
            TransportPlan::Tls(tls) => Some(tls),
        };
        let client_certificates = tls.is_some_and(|tls| match tls.client_certificates.chosen {
            ClientCertificates::Required(_) => true,
            ClientCertificates::NotRequested => false,
        });
        Some(Self {
            name: Name::new(&listener.name).kebab,
            port: listener.port,
            tls: tls.is_some(),
            client_certificates,
            dns_name: listener.plan.server_identity.chosen.dns_name.clone().filter(|name| is_dns_name(name)),
            summary: listener.plan.summary().split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }
}

/// Whether a name of the source can stand in a certificate and in a file of YAML as it is: letters, digits, hyphens and dots.
fn is_dns_name(name: &str) -> bool {
    let allowed = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253 && name.split('.').all(allowed)
}

/// A name as RFC 1035 has labels: lower-case letters, digits and hyphens, a letter first. A longer one is cut, and the digits of
/// its hash keep it apart from others that begin alike.
fn label(name: &str, most: usize) -> String {
    let mut label: String = name.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect::<String>();
    label = label.trim_matches('-').to_owned();
    if !label.starts_with(|c: char| c.is_ascii_alphabetic()) {
        label = format!("s-{label}");
    }
    if label.len() <= most {
        return label;
    }
    // FNV-1a, which is the same on every machine.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let kept: String = label.chars().take(most.saturating_sub(9)).collect();
    format!("{}-{hash:08x}", kept.trim_end_matches('-'))
}

/// A template over the view.
macro_rules! over_view {
    ($($name:ident: $path:literal),* $(,)?) => {
        $(
            #[derive(Template)]
            #[template(path = $path, escape = "none")]
            struct $name<'a> {
                view: &'a View,
            }
        )*
    };
}

over_view! {
    Containerfile: "deploy/Containerfile.askama",
    SettingsFile: "deploy/settings.toml.askama",
    Runbook: "deploy/README.md.askama",
    SystemdUnit: "deploy/internal/unit.service.askama",
    SystemdUser: "deploy/internal/sysusers.conf.askama",
    Kustomization: "deploy/kubernetes/kustomization.yaml.askama",
    Deployment: "deploy/kubernetes/deployment.yaml.askama",
    Service: "deploy/kubernetes/service.yaml.askama",
    NetworkPolicy: "deploy/kubernetes/network-policy.yaml.askama",
    Certificates: "deploy/kubernetes/certificates.yaml.askama",
    Stack: "deploy/swarm/stack.yaml.askama",
}
