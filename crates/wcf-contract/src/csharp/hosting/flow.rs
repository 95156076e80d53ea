//! Objects that travel: into methods of the same file, or out of sight.

use super::{HostingSyntax, ObjectKind, SettingSyntax, ValueSyntax, Way};
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
    pub way: Option<Way>,
    pub span: Span,
    pub receiver: Receiver,
    /// The class that the call stands in.
    pub class: String,
}

/// Whose method is called.
#[derive(Clone, Debug)]
pub(super) enum Receiver {
    /// One of the class that calls.
    Own,
    /// One of a class or variable with this name.
    Named(String),
}

/// Whether a call is one of the method that has the parameter: `Some(false)` where it may be.
fn calls(pass: &Pass, kind: &ObjectKind) -> Option<bool> {
    let ObjectKind::Parameter { class, method, position, sure } = kind else { return None };
    if *method != pass.method || *position != pass.position {
        return None;
    }
    match &pass.receiver {
        Receiver::Own if *class == pass.class => Some(*sure),
        Receiver::Named(name) if name == class => Some(*sure),
        // A variable may hold an object of the class.
        Receiver::Named(name) if name.chars().next().is_none_or(|first| !first.is_uppercase()) => Some(false),
        Receiver::Own | Receiver::Named(_) => None,
    }
}

/// Methods of .NET's own that are given objects and change nothing about how they are secured. Whole names: a method of the
/// program's own that is out of sight may do anything, whatever it is called.
const HARMLESS: [&str; 10] =
    ["Write", "WriteLine", "Equals", "ReferenceEquals", "GetType", "nameof", "KeepAlive", "Close", "Dispose", "Abort"];

/// How many methods an object is followed through.
const HOPS: usize = 4;

/// An object that is given to what is not in the file.
fn out_of_sight(pass: &Pass) -> SettingSyntax {
    let path = format!("passed to `{}`", pass.method);
    SettingSyntax { path, values: Vec::new(), is_call: true, certain: false, way: None, span: pass.span }
}

/// What methods of the file do to their parameters is done to what they are given; what others do is not known.
pub(super) fn join_passes(found: &mut HostingSyntax, passes: &[Pass]) {
    for hop in 0..HOPS {
        let mut changed = false;
        for pass in passes {
            let parameter = found.objects.iter().position(|object| calls(pass, &object.kind).is_some());
            // Which of several overloads is called is not looked at: what any of them sets may be set, and another one may be called
            // that takes it as something else.
            let is_parameter = |object: &&super::ObjectSyntax| calls(pass, &object.kind).is_some();
            let is_sure = |object: &super::ObjectSyntax| calls(pass, &object.kind) == Some(true);
            let unsure = found.objects.iter().filter(is_parameter).count() > 1
                || found.objects.iter().filter(is_parameter).any(|object| !is_sure(object));
            let overloads: Vec<SettingSyntax> = if unsure {
                let settings = found.objects.iter().filter(is_parameter).flat_map(|object| object.settings.clone());
                let settings = settings.map(|setting| SettingSyntax { certain: false, way: None, ..setting });
                settings.chain([out_of_sight(pass)]).collect()
            } else {
                Vec::new()
            };
            let settings: Vec<SettingSyntax> = match parameter {
                Some(_) if !overloads.is_empty() => overloads,
                Some(parameter) if parameter != pass.object => {
                    let mut endpoints = Vec::new();
                    for object in &found.objects {
                        if let ObjectKind::Endpoint { contract, service, host, .. } = &object.kind
                            && *host == Some(parameter)
                        {
                            let (contract, service, host) = (contract.clone(), service.clone(), Some(pass.object));
                            let kind = ObjectKind::Endpoint { contract, service, host, adrift: false };
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
                    let here = |setting: SettingSyntax| {
                        let way = pass.way.clone().filter(|_| setting.certain);
                        SettingSyntax { certain: setting.certain && pass.certain, way, ..setting }
                    };
                    settings.into_iter().map(here).collect()
                }
                Some(_) => Vec::new(),
                None if hop > 0 || HARMLESS.contains(&pass.method.as_str()) => Vec::new(),
                None => vec![out_of_sight(pass)],
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
    let given: Vec<usize> =
        passes.iter().filter_map(|pass| found.objects.iter().position(|object| calls(pass, &object.kind).is_some())).collect();
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
