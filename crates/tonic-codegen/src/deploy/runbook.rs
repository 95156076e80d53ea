//! The words of `README.md` beside the files: what differs from one exposure to the other.

use wcf_security::plan::Exposure;

use super::artefact::{Artefact, Kind};
use super::{Object, View};
use crate::doc_text::code_span;

impl View {
    pub(super) fn place(&self) -> &'static str {
        match self.exposure {
            Exposure::Internal | Exposure::Local => "on a machine of the organisation",
            Exposure::Public => "on the internet",
            Exposure::Kubernetes => "in Kubernetes",
            Exposure::Mesh => "in Kubernetes, behind a mesh",
            Exposure::Swarm => "in a Docker Swarm",
        }
    }

    pub(super) fn own_changes(&self) -> String {
        match self.exposure {
            Exposure::Internal | Exposure::Local | Exposure::Public => {
                format!("into `settings.toml` and into a drop-in (`systemctl edit {}`)", self.server)
            }
            Exposure::Kubernetes | Exposure::Mesh => "into `settings.toml` and into a kustomize overlay that names this folder".to_owned(),
            Exposure::Swarm => "into `settings.toml` and into a second `--compose-file`".to_owned(),
        }
    }

    pub(super) fn handed_over_as(&self) -> &'static str {
        match self.exposure {
            Exposure::Internal | Exposure::Local | Exposure::Public => "owner and mode",
            Exposure::Kubernetes | Exposure::Mesh => "object",
            Exposure::Swarm => "object",
        }
    }

    /// Where health is asked for. A machine may run several servers, so that no port of it is taken without being asked.
    pub(super) fn health(&self) -> String {
        let Self { server, health_port, .. } = self;
        let elsewhere = match self.exposure {
            Exposure::Internal | Exposure::Local | Exposure::Public => format!(
                "systemd is told when the server serves. For probes of the same machine,\n\
                 give `health-address` a loopback address in `settings.toml`; `{server} --probe --settings FILE` asks it, and ends with 0 \
                 while\nthe server serves."
            ),
            Exposure::Kubernetes | Exposure::Mesh | Exposure::Swarm => format!(
                "It is also on\n127.0.0.1:{health_port}, in clear text, for `{server} --probe`, which ends with 0 while the server serves."
            ),
        };
        format!("The health service (`grpc.health.v1`) is on each listener, behind its TLS. {elsewhere}")
    }

    /// Who makes a file, and as what.
    pub(super) fn maker(&self, object: &Object, file: &Artefact) -> String {
        match self.exposure {
            Exposure::Internal | Exposure::Local | Exposure::Public => {
                let mode = if file.is_secret() { "0640" } else { "0644" };
                format!("`root:{}` {mode}", self.label)
            }
            Exposure::Kubernetes | Exposure::Mesh => match file.kind {
                Kind::Certificate | Kind::Key => format!("secret `{}`, made by cert-manager", object.name),
                Kind::Secret(_) => format!("secret `{}`, key `{}`", object.name, file.file()),
                Kind::Public(_) | Kind::Socket => format!("config map `{}`, key `{}`", object.name, file.file()),
            },
            Exposure::Swarm => {
                let what = if file.is_secret() { "secret" } else { "config" };
                let mounts = if file.is_secret() { self.secret_mounts() } else { self.public_mounts() };
                let path = self.path(file);
                let name = mounts.into_iter().find(|mount| mount.path == path).map(|mount| mount.name).unwrap_or_default();
                format!("{what} `{name}`")
            }
        }
    }

    /// Text of the source in a cell of a table.
    pub(super) fn cell(&self, text: &str) -> String {
        code_span(text).replace('|', "\\|")
    }

    /// What nothing in this folder does: a mesh that lets clear text through would undo the plan.
    fn mesh_first(&self) -> &'static str {
        if self.exposure == Exposure::Mesh && self.has_clear_text() {
            "**Before anything else**, make the mesh strict for this namespace: mutual TLS required, and only the callers you name \
             admitted (Linkerd: `Server`, `MeshTLSAuthentication`, `AuthorizationPolicy`; Istio: `PeerAuthentication` with `STRICT`, \
             `AuthorizationPolicy`). The policy file promised it (`deployment.mesh.strict`), the server relies on it, and no file here \
             says it for you.\n\n"
        } else {
            ""
        }
    }

    pub(super) fn first_start(&self) -> String {
        let Self { server, label, host, .. } = self;
        let base = self.base();
        match self.exposure {
            Exposure::Internal | Exposure::Local | Exposure::Public => format!(
                "```sh\n\
                 cargo build --release --locked --package {server}\n\
                 install -D -m 0755 target/release/{server} /usr/local/bin/{server}\n\
                 install -D -m 0644 deploy/{host}/{label}.sysusers.conf /usr/lib/sysusers.d/{label}.conf\n\
                 systemd-sysusers\n\
                 install -d -o root -g {label} -m 0750 {base}\n\
                 install -o root -g {label} -m 0640 deploy/{host}/settings.toml {base}/settings.toml\n\
                 install -D -m 0644 deploy/{host}/{server}.service /etc/systemd/system/{server}.service\n\
                 systemctl daemon-reload\n\
                 systemctl enable --now {server}\n\
                 ```\n\n\
                 The unit ends in `active` when every listener is open, and fails before that when a setting or file is wrong. \
                 `Containerfile` is for those who run it in a container instead."
            ),
            Exposure::Kubernetes | Exposure::Mesh => {
                self.mesh_first().to_owned()
                    + &format!(
                        "```sh\n\
                 docker build --file deploy/{host}/Containerfile --tag {server} .\n\
                 kubectl apply --kustomize deploy/{host}\n\
                 kubectl rollout status deployment/{label}\n\
                 ```\n\n\
                 A pod whose objects are not there yet waits in `ContainerCreating`; it never starts without them. Callers need the label \
                 `{label}/client: \"true\"` to be let through by the network policy."
                    )
            }
            Exposure::Swarm => format!(
                "```sh\n\
                 docker build --file deploy/{host}/Containerfile --tag {server} .\n\
                 docker stack deploy --compose-file deploy/{host}/stack.yaml {label}\n\
                 ```\n\n\
                 Callers in other stacks join the network `{label}_callers`. Secrets and configs are made before, from files: \
                 `docker secret create NAME FILE`, `docker config create NAME FILE`."
            ),
        }
    }
}
