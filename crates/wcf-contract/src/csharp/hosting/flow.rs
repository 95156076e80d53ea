//! Objects that travel: into methods of the same file, or out of sight.

use super::{HostingSyntax, ObjectKind, SettingSyntax, ValueSyntax};
use wcf_diagnostics::Span;

/// What a variable holds.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// An object that the file makes.
    Object(usize),
    /// A part of one, by its path.
    Part(usize, String),
    /// Another value.
    Value(ValueSyntax),
    /// Given more than one value, or one that cannot be followed.
    Unknown,
}

/// An object that is given to a method.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub object: usize,
    pub method: String,
    pub position: usize,
    pub certain: bool,
    pub span: Span,
}

/// Methods of .NET's own that are given objects and change nothing about how they are secured. Whole names: a method of the
/// program's own that is out of sight may do anything, whatever it is called.
const HARMLESS: [&str; 10] =
    ["Write", "WriteLine", "Equals", "ReferenceEquals", "GetType", "nameof", "KeepAlive", "Close", "Dispose", "Abort"];

/// How many methods an object is followed through.
const HOPS: usize = 4;

/// What methods of the file do to their parameters is done to what they are given; what others do is not known.
pub(super) fn join_passes(found: &mut HostingSyntax, passes: &[Pass]) {
    for hop in 0..HOPS {
        let mut changed = false;
        for pass in passes {
            let parameter = found.objects.iter().position(|object| {
                matches!(&object.kind, ObjectKind::Parameter { method, position } if *method == pass.method && *position == pass.position)
            });
            // Which of several overloads is called is not looked at: what any of them sets may be set.
            let is_parameter = |object: &&super::ObjectSyntax| matches!(&object.kind, ObjectKind::Parameter { method, position } if *method == pass.method && *position == pass.position);
            let overloads: Vec<SettingSyntax> = if found.objects.iter().filter(is_parameter).count() > 1 {
                let settings = found.objects.iter().filter(is_parameter).flat_map(|object| object.settings.clone());
                settings.map(|setting| SettingSyntax { certain: false, ..setting }).collect()
            } else {
                Vec::new()
            };
            let settings: Vec<SettingSyntax> = match parameter {
                Some(_) if !overloads.is_empty() => overloads,
                Some(parameter) if parameter != pass.object => {
                    let mut endpoints = Vec::new();
                    for object in &found.objects {
                        if let ObjectKind::Endpoint { contract, service, host } = &object.kind
                            && *host == Some(parameter)
                        {
                            let kind =
                                ObjectKind::Endpoint { contract: contract.clone(), service: service.clone(), host: Some(pass.object) };
                            endpoints.push((kind, object.clone()));
                        }
                    }
                    for (kind, endpoint) in endpoints {
                        let host = Some(pass.object);
                        let known = found.objects.iter().any(|object| {
                            object.span == endpoint.span
                                && matches!(&object.kind, ObjectKind::Endpoint { host: known, .. } if *known == host)
                        });
                        if !known {
                            found.objects.push(super::ObjectSyntax { kind, ..endpoint });
                            changed = true;
                        }
                    }
                    let settings = found.objects.get(parameter).map(|object| object.settings.clone()).unwrap_or_default();
                    settings.into_iter().map(|setting| SettingSyntax { certain: setting.certain && pass.certain, ..setting }).collect()
                }
                Some(_) => Vec::new(),
                None if hop > 0 || HARMLESS.contains(&pass.method.as_str()) => Vec::new(),
                None => {
                    let path = format!("passed to `{}`", pass.method);
                    vec![SettingSyntax { path, values: Vec::new(), is_call: true, certain: false, span: pass.span }]
                }
            };
            let Some(object) = found.objects.get_mut(pass.object) else { continue };
            for setting in settings {
                if !object.settings.iter().any(|known| known.span == setting.span && known.path == setting.path) {
                    object.settings.push(setting);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    // An endpoint of a parameter that was given a host is the host's.
    let given: Vec<usize> = passes
        .iter()
        .filter_map(|pass| {
            found.objects.iter().position(|object| {
                matches!(&object.kind, ObjectKind::Parameter { method, position } if *method == pass.method && *position == pass.position)
            })
        })
        .collect();
    for object in &mut found.objects {
        if let ObjectKind::Endpoint { host: Some(host), .. } = &object.kind
            && given.contains(host)
        {
            object.kind = ObjectKind::Call;
        }
    }
    // Whose credentials a parameter's are is not known where nobody in the file gives it an object.
    let mut loose = Vec::new();
    for (at, object) in found.objects.iter().enumerate() {
        if matches!(object.kind, ObjectKind::Parameter { .. }) && !given.contains(&at) {
            let of_credentials = |setting: &&SettingSyntax| setting.path.split('.').any(|part| part.ends_with("Credentials"));
            loose.extend(object.settings.iter().filter(of_credentials).map(|setting| {
                let path = setting.path.replacen("ClientCredentials", "Credentials", 1);
                SettingSyntax { path, ..setting.clone() }
            }));
        }
    }
    for setting in loose {
        if !found.loose.iter().any(|known| known.span == setting.span) {
            found.loose.push(setting);
        }
    }
}
