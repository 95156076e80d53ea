//! The one table of versions that generated manifests use.

use std::collections::BTreeMap;

/// A dependency of a generated crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Its name on crates.io.
    pub name: &'static str,
    /// The requirement.
    pub version: &'static str,
    /// Whether its default features are on.
    pub default_features: bool,
    /// Features, sorted.
    pub features: &'static [&'static str],
}

/// What generated crates may depend on, sorted by name. Versions that work together; the golden crates compile them.
pub const TABLE: &[Dependency] = &[
    Dependency { name: "argon2", version: "0.6", default_features: true, features: &[] },
    Dependency { name: "aws-lc-rs", version: "1", default_features: false, features: &["aws-lc-sys"] },
    Dependency { name: "base64", version: "0.22", default_features: true, features: &[] },
    Dependency { name: "cbc", version: "0.2", default_features: true, features: &[] },
    Dependency { name: "des", version: "0.9", default_features: true, features: &[] },
    Dependency { name: "http", version: "1", default_features: true, features: &[] },
    Dependency { name: "http-body", version: "1", default_features: true, features: &[] },
    Dependency { name: "hyper-util", version: "0.1", default_features: false, features: &["tokio"] },
    Dependency { name: "jsonwebtoken", version: "11", default_features: false, features: &["aws_lc_rs"] },
    Dependency { name: "proptest", version: "1", default_features: false, features: &["std"] },
    Dependency { name: "prost", version: "0.14", default_features: true, features: &[] },
    Dependency { name: "prost-types", version: "0.14", default_features: true, features: &[] },
    Dependency { name: "rc2", version: "0.9", default_features: true, features: &[] },
    Dependency { name: "rcgen", version: "0.14", default_features: false, features: &["aws_lc_rs", "pem"] },
    Dependency { name: "rust_decimal", version: "1", default_features: false, features: &["std"] },
    Dependency { name: "rustls", version: "0.23", default_features: false, features: &["aws_lc_rs", "logging", "std", "tls12"] },
    Dependency { name: "sd-notify", version: "0.5", default_features: false, features: &[] },
    Dependency { name: "serde_json", version: "1", default_features: true, features: &[] },
    Dependency { name: "tempfile", version: "3", default_features: true, features: &[] },
    Dependency {
        name: "tokio",
        version: "1",
        default_features: false,
        features: &["io-util", "macros", "net", "rt-multi-thread", "signal", "sync", "time"],
    },
    Dependency { name: "tokio-rustls", version: "0.26", default_features: false, features: &["aws_lc_rs", "logging", "tls12"] },
    Dependency { name: "tokio-stream", version: "0.1", default_features: false, features: &[] },
    Dependency { name: "toml", version: "1", default_features: true, features: &[] },
    Dependency { name: "tonic", version: "0.14", default_features: false, features: &["codegen", "router", "tls-aws-lc", "transport"] },
    Dependency { name: "tonic-health", version: "0.14", default_features: true, features: &[] },
    Dependency { name: "tonic-prost", version: "0.14", default_features: true, features: &[] },
    Dependency { name: "tonic-reflection", version: "0.14", default_features: true, features: &[] },
    Dependency { name: "tonic-web", version: "0.14", default_features: true, features: &[] },
    Dependency { name: "tower", version: "0.5", default_features: false, features: &["util"] },
    Dependency { name: "tower-layer", version: "0.3", default_features: true, features: &[] },
    Dependency { name: "tower-service", version: "0.3", default_features: true, features: &[] },
    Dependency { name: "tracing", version: "0.1", default_features: false, features: &["std"] },
    Dependency { name: "tracing-subscriber", version: "0.3", default_features: false, features: &["fmt", "registry", "std"] },
    Dependency { name: "uuid", version: "1", default_features: true, features: &[] },
    Dependency { name: "x509-parser", version: "0.18", default_features: false, features: &[] },
];

/// What generated build scripts depend on, sorted by name.
pub const OF_BUILD_SCRIPTS: &[Dependency] = &[
    Dependency { name: "protox", version: "0.10", default_features: false, features: &[] },
    Dependency { name: "tonic-prost-build", version: "0.14", default_features: false, features: &[] },
];

/// The line of a dependency in `[workspace.dependencies]` of the generated workspace.
#[must_use]
pub fn manifest_line(dependency: &Dependency) -> String {
    let Dependency { name, version, default_features, features } = dependency;
    if *default_features && features.is_empty() {
        return format!("{name} = \"{version}\"");
    }
    let mut line = format!("{name} = {{ version = \"{version}\"");
    if !default_features {
        line.push_str(", default-features = false");
    }
    if !features.is_empty() {
        let quoted: Vec<String> = features.iter().map(|feature| format!("\"{feature}\"")).collect();
        line.push_str(&format!(", features = [{}]", quoted.join(", ")));
    }
    line.push_str(" }");
    line
}

/// The table by name.
#[must_use]
pub fn by_name() -> BTreeMap<&'static str, &'static Dependency> {
    TABLE.iter().map(|dependency| (dependency.name, dependency)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_lines_are_toml() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
        assert!(OF_BUILD_SCRIPTS.is_sorted_by(|a, b| a.name < b.name));
        for dependency in TABLE.iter().chain(OF_BUILD_SCRIPTS) {
            assert!(dependency.features.is_sorted(), "{}", dependency.name);
            let line: toml::Table = manifest_line(dependency).parse().unwrap();
            assert!(line.contains_key(dependency.name));
        }
    }
}
