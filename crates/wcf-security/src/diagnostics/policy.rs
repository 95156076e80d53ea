//! Problems of the policy file.

use wcf_diagnostics::{Finding, Span};

use super::codes;

codes! {
    /// Not TOML.
    POLICY_SYNTAX = "wcf-policy-syntax", Deny, waivable: false,
        summary: "the policy file is not TOML",
        why: "A policy that cannot be read cannot be followed, and following half of it could be weaker than meant.",
        example: "exposure = internal",
        remedy: "Mend the place that is shown.",
        reference: "https://toml.io";

    /// Unknown key.
    POLICY_UNKNOWN_KEY = "wcf-policy-unknown-key", Deny, waivable: false,
        summary: "the policy has a key that does not exist",
        why: "A misspelt key would be a decision that silently does not apply.",
        example: "[security]\nwindows-replacment = \"bearer\"",
        remedy: "Use the key that is suggested, or see docs/schema/policy.schema.json.",
        reference: "docs/schema/policy.schema.json";

    /// Value not allowed.
    POLICY_INVALID_VALUE = "wcf-policy-invalid-value", Deny, waivable: false,
        summary: "a key of the policy has a value it cannot have",
        why: "A value that is not understood is not replaced by a guess.",
        example: "exposure = \"intranet\"",
        remedy: "Use one of the values that are listed.",
        reference: "docs/schema/policy.schema.json";

    /// Level cannot be lowered.
    LEVEL_NOT_LOWERED = "wcf-policy-level-not-lowered", Deny, waivable: false,
        summary: "a finding at level deny cannot be lowered, only waived where that is allowed",
        why: "A waiver names a service and a reason and can end; a level does none of it.",
        example: "[levels]\nwcf-weaker-in-transit = \"note\"",
        remedy: "Write a [[waiver]] with code, service and reason.",
        reference: "docs/schema/policy.schema.json";

    /// Incomplete waiver.
    WAIVER_INCOMPLETE = "wcf-waiver-incomplete", Deny, waivable: false,
        summary: "a waiver lacks its code, its service or its reason",
        why: "A loss without a named owner and reason is a loss nobody decided on.",
        example: "[[waiver]]\ncode = \"wcf-impersonation-lost\"",
        remedy: "Give code, service and reason.",
        reference: "docs/schema/policy.schema.json";

    /// Unknown code in a waiver.
    WAIVER_UNKNOWN_CODE = "wcf-waiver-unknown-code", Deny, waivable: false,
        summary: "a waiver or level names a code that does not exist",
        why: "A misspelt waiver waives nothing, and its author believes it does.",
        example: "code = \"wcf-impersonation-loss\"",
        remedy: "Use the code that is suggested, or see `explain --list`.",
        reference: "docs/diagnostics/";

    /// Not waivable.
    WAIVER_NOT_ALLOWED = "wcf-waiver-not-allowed", Deny, waivable: false,
        summary: "a waiver names a code that cannot be waived",
        why: "Only losses against the never-weaker order can be waived.",
        example: "code = \"wcf-transport-without-counterpart\"",
        remedy: "Mend the cause.",
        reference: "docs/mapping.md";

    /// Expired waiver.
    WAIVER_EXPIRED = "wcf-waiver-expired", Warn, waivable: false,
        summary: "a waiver has ended",
        why: "What it waived is refused again.",
        example: "until = 2024-01-31",
        remedy: "Mend the loss, or decide on it again with a new date.",
        reference: "docs/schema/policy.schema.json";

    /// Unused waiver.
    WAIVER_UNUSED = "wcf-waiver-unused", Warn, waivable: false,
        summary: "a waiver waives nothing",
        why: "The loss is gone, or the service's name is not the one in the configuration. A left-over waiver would hide the next loss.",
        example: "service = \"Bank.Transfer\" where the service is called Bank.Transfers",
        remedy: "Delete it, or mend its service's name.",
        reference: "docs/schema/policy.schema.json";

    /// Unknown service.
    POLICY_UNKNOWN_SERVICE = "wcf-policy-unknown-service", Warn, waivable: false,
        summary: "the policy decides for a service that is not in the input",
        why: "A misspelt name would be a decision that silently does not apply.",
        example: "[service.\"Bank.Transfer\".deployment]",
        remedy: "Use the name the configuration has.",
        reference: "docs/schema/policy.schema.json";
}

/// Not TOML.
#[derive(Clone, Debug)]
pub struct PolicySyntax {
    /// Where.
    pub span: Span,
    /// What the parser says.
    pub message: String,
}

impl From<PolicySyntax> for Finding {
    fn from(problem: PolicySyntax) -> Self {
        let message = problem.message.trim().replace('\n', ", ");
        Self::new(&POLICY_SYNTAX, format!("the policy file cannot be read: {message}")).at(problem.span, "")
    }
}

/// A key that does not exist.
#[derive(Clone, Debug)]
pub struct PolicyUnknownKey<'a> {
    /// The key.
    pub span: Span,
    /// The key.
    pub key: &'a str,
    /// The table it is in, dotted; empty at the top.
    pub table: &'a str,
    /// The keys it may be.
    pub known: &'a [&'a str],
}

impl From<PolicyUnknownKey<'_>> for Finding {
    fn from(problem: PolicyUnknownKey<'_>) -> Self {
        let PolicyUnknownKey { span, key, table, known } = problem;
        let place = if table.is_empty() { "at the top of the policy".to_owned() } else { format!("in [{table}]") };
        let finding = Self::new(&POLICY_UNKNOWN_KEY, format!("there is no key `{key}` {place}")).at(span, "");
        match nearest(key, known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("use one of {}", known.join(", "))),
        }
    }
}

/// A value that is not allowed.
#[derive(Clone, Debug)]
pub struct PolicyInvalidValue<'a> {
    /// The value.
    pub span: Span,
    /// The key, dotted.
    pub key: &'a str,
    /// What stands there.
    pub found: &'a str,
    /// What may stand there, in words or as a list of values.
    pub expected: &'a [&'a str],
}

impl From<PolicyInvalidValue<'_>> for Finding {
    fn from(problem: PolicyInvalidValue<'_>) -> Self {
        let PolicyInvalidValue { span, key, found, expected } = problem;
        let finding = Self::new(&POLICY_INVALID_VALUE, format!("`{key}` cannot be {found}")).at(span, "");
        match nearest(found.trim_matches('"'), expected.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("use {}", expected.join(" or "))),
        }
    }
}

/// A deny level lowered.
#[derive(Clone, Debug)]
pub struct LevelNotLowered<'a> {
    /// The value.
    pub span: Span,
    /// The code.
    pub code: &'a str,
    /// Whether it can be waived.
    pub waivable: bool,
}

impl From<LevelNotLowered<'_>> for Finding {
    fn from(problem: LevelNotLowered<'_>) -> Self {
        let finding =
            Self::new(&LEVEL_NOT_LOWERED, format!("`{}` is at level deny and cannot be lowered", problem.code)).at(problem.span, "");
        if problem.waivable { finding.help("write a [[waiver]] with code, service and reason") } else { finding }
    }
}

/// An incomplete waiver.
#[derive(Clone, Debug)]
pub struct WaiverIncomplete<'a> {
    /// The waiver.
    pub span: Span,
    /// What is missing.
    pub missing: &'a str,
}

impl From<WaiverIncomplete<'_>> for Finding {
    fn from(problem: WaiverIncomplete<'_>) -> Self {
        Self::new(&WAIVER_INCOMPLETE, format!("this waiver has no {}", problem.missing)).at(problem.span, "")
    }
}

/// A code that does not exist.
#[derive(Clone, Debug)]
pub struct WaiverUnknownCode<'a> {
    /// The code.
    pub span: Span,
    /// As written.
    pub code: &'a str,
    /// The nearest code, if one is near.
    pub near: Option<&'a str>,
}

impl From<WaiverUnknownCode<'_>> for Finding {
    fn from(problem: WaiverUnknownCode<'_>) -> Self {
        let finding = Self::new(&WAIVER_UNKNOWN_CODE, format!("there is no code `{}`", problem.code)).at(problem.span, "");
        match problem.near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("see `explain --list`"),
        }
    }
}

/// A code that cannot be waived.
#[derive(Clone, Debug)]
pub struct WaiverNotAllowed<'a> {
    /// The code.
    pub span: Span,
    /// As written.
    pub code: &'a str,
}

impl From<WaiverNotAllowed<'_>> for Finding {
    fn from(problem: WaiverNotAllowed<'_>) -> Self {
        Self::new(&WAIVER_NOT_ALLOWED, format!("`{}` cannot be waived", problem.code)).at(problem.span, "")
    }
}

/// An expired waiver.
#[derive(Clone, Debug)]
pub struct WaiverExpired<'a> {
    /// The date.
    pub span: Span,
    /// The code.
    pub code: &'a str,
    /// The service.
    pub service: &'a str,
    /// The date as text.
    pub until: &'a str,
}

impl From<WaiverExpired<'_>> for Finding {
    fn from(problem: WaiverExpired<'_>) -> Self {
        let WaiverExpired { span, code, service, until } = problem;
        Self::new(&WAIVER_EXPIRED, format!("the waiver of `{code}` for `{service}` ended on {until}")).at(span, "").service(service)
    }
}

/// An unused waiver.
#[derive(Clone, Debug)]
pub struct WaiverUnused<'a> {
    /// The waiver.
    pub span: Span,
    /// The code.
    pub code: &'a str,
    /// The service.
    pub service: &'a str,
    /// A service of the input with a name near it, if there is none with this name.
    pub near: Option<&'a str>,
}

impl From<WaiverUnused<'_>> for Finding {
    fn from(problem: WaiverUnused<'_>) -> Self {
        let WaiverUnused { span, code, service, near } = problem;
        let finding =
            Self::new(&WAIVER_UNUSED, format!("the waiver of `{code}` for `{service}` waives nothing")).at(span, "").service(service);
        match near {
            Some(near) => finding.help(format!("did you mean the service `{near}`?")),
            None => finding.help("delete it"),
        }
    }
}

/// A service that is not in the input.
#[derive(Clone, Debug)]
pub struct PolicyUnknownService<'a> {
    /// The name.
    pub span: Span,
    /// The name.
    pub service: &'a str,
    /// The nearest service, if one is near.
    pub near: Option<&'a str>,
}

impl From<PolicyUnknownService<'_>> for Finding {
    fn from(problem: PolicyUnknownService<'_>) -> Self {
        let finding =
            Self::new(&POLICY_UNKNOWN_SERVICE, format!("no service of the input is called `{}`", problem.service)).at(problem.span, "");
        match problem.near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        }
    }
}

/// The candidate that is few edits from a name, if one is: at most a third of its length. Ties go to the first.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.chars().enumerate() {
        let mut diagonal = above;
        let mut last = above + 1;
        let mut next = vec![last];
        for (to, &up) in right.iter().zip(row.iter().skip(1)) {
            last = (up + 1).min(last + 1).min(diagonal + usize::from(from != *to));
            diagonal = up;
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
