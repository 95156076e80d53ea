//! Server reflection: the contracts of one listener for tools, to callers whom its services let in.

use std::collections::BTreeSet;

use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic_reflection::server::v1::{ServerReflection, ServerReflectionServer};
use tonic_reflection::server::{Builder, v1alpha};

use super::settings::SettingError;

/// Describes these services, in both versions of reflection that tools speak. What else is in the descriptors, and belongs to services that other callers reach, is left out.
///
/// # Errors
///
/// When the descriptors, which were compiled with this server, are not what they were.
pub fn of(
    descriptors: &[u8],
    services: &[&str],
) -> Result<
    (
        ServerReflectionServer<impl ServerReflection + use<>>,
        v1alpha::ServerReflectionServer<impl v1alpha::ServerReflection + use<>>,
    ),
    SettingError,
> {
    let problem = |error: &dyn std::fmt::Display| SettingError::new("reflection", error);
    let set = FileDescriptorSet::decode(descriptors).map_err(|error| problem(&error))?;
    let set = narrowed(set, services);
    let builder = || Builder::configure().register_file_descriptor_set(set.clone());
    let v1 = builder().build_v1().map_err(|error| problem(&error))?;
    let v1alpha = builder().build_v1alpha().map_err(|error| problem(&error))?;
    Ok((v1, v1alpha))
}

/// The files that have one of the services or are imported by one that has, without other services.
fn narrowed(mut set: FileDescriptorSet, services: &[&str]) -> FileDescriptorSet {
    for file in &mut set.file {
        let package = file.package().to_owned();
        let is_served = |name: &str| services.contains(&format!("{package}.{name}").as_str());
        file.service.retain(|service| is_served(service.name()));
        // Comments go by position, and those of what was left out would be found at another's.
        file.source_code_info = None;
    }
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<&FileDescriptorProto> = set
        .file
        .iter()
        .filter(|file| !file.service.is_empty())
        .collect();
    while let Some(file) = open.pop() {
        if needed.insert(file.name().to_owned()) {
            let imported = |other: &&FileDescriptorProto| {
                file.dependency.iter().any(|name| name == other.name())
            };
            open.extend(set.file.iter().filter(imported));
        }
    }
    set.file.retain(|file| needed.contains(file.name()));
    set
}

#[cfg(test)]
mod tests {
    use prost_types::ServiceDescriptorProto;

    use super::*;

    fn file(name: &str, imports: &[&str], services: &[&str]) -> FileDescriptorProto {
        let service = |name: &&str| ServiceDescriptorProto {
            name: Some((*name).to_owned()),
            ..ServiceDescriptorProto::default()
        };
        FileDescriptorProto {
            name: Some(name.to_owned()),
            package: Some("harbour".to_owned()),
            dependency: imports.iter().map(|import| (*import).to_owned()).collect(),
            service: services.iter().map(service).collect(),
            ..FileDescriptorProto::default()
        }
    }

    #[test]
    fn services_of_other_listeners_and_files_that_only_they_need_are_left_out() {
        let set = FileDescriptorSet {
            file: vec![
                file("shared", &[], &[]),
                file("secret", &["shared"], &[]),
                file("berths", &["shared"], &["Berths", "Customs"]),
                file("customs", &["secret"], &["Declarations"]),
            ],
        };
        let left = narrowed(set.clone(), &["harbour.Berths"]);
        let names: Vec<&str> = left.file.iter().map(FileDescriptorProto::name).collect();
        assert_eq!(names, ["shared", "berths"]);
        let services: Vec<&str> = left
            .file
            .iter()
            .flat_map(|file| &file.service)
            .map(ServiceDescriptorProto::name)
            .collect();
        assert_eq!(services, ["Berths"]);
        assert!(of(&set.encode_to_vec(), &["harbour.Berths"]).is_ok());
        assert!(of(b"\xff", &[]).is_err());
    }
}
