//! `docs/mapping.md`: the mapping as a page, from the rules themselves and from rows that were really planned.

use std::fmt::Write as _;

use crate::rules::TOPICS;

/// One combination of a binding's settings with what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingRow {
    /// The bindings it is the same for.
    pub bindings: String,
    /// The security mode.
    pub mode: String,
    /// The transport's settings.
    pub transport: String,
    /// The message's settings.
    pub message: String,
    /// What WCF does, in one line; or that .NET refuses to build it.
    pub today: String,
    /// What is generated, in one line; or why nothing is.
    pub plan: String,
    /// The codes of warnings and refusals.
    pub findings: Vec<&'static str>,
}

const HEADER: &str = "| bindings | mode | transport | message | today | plan | findings |\n| --- | --- | --- | --- | --- | --- | --- |\n";

/// The whole page: the combinations that differ, the rules, and every combination that can be written. The rows stand in their
/// order.
#[must_use]
pub fn mapping_markdown(rows: &[MappingRow], written: &[MappingRow]) -> String {
    let mut page = String::from(
        "# The mapping\n\n\
         What WCF does, what is generated in its place, and by which rule. This page is written by the rules: a test holds it \
         against them, and every row below was read, assessed and planned by the code that reads a configuration.\n\n\
         A plan is never weaker than its source. Where gRPC cannot keep a guarantee, the row has a finding: `explain CODE` says why \
         it matters and what to do. A finding at level deny stops the generation of that endpoint; where a person may decide to take \
         the loss, a waiver in `wcf2grpc.toml` lifts it, for one service and with a reason.\n\n\
         ## Every combination\n\n\
         The policy is the tool's default: exposure internal, Windows identities replaced by client certificates. The contract is not in the \
         input, and nothing stands between caller and server. [The last section](#every-combination-that-can-be-written) has the\n\
         combinations that differ only in settings which the mode makes dead.\n\n",
    );
    table(&mut page, rows);
    page.push_str(
        "\n## The rules\n\n\
         The level is that of the finding which comes with a decision by the rule, unless the policy says otherwise; where there is none, the \
         plan alone tells of it, which counts as a note.\n",
    );
    for (topic, rules) in TOPICS {
        let _ = write!(page, "\n### {topic}\n\n| rule | level | what it decides | why | reference |\n| --- | --- | --- | --- | --- |\n");
        for rule in *rules {
            let cells =
                [&format!("`{}`", rule.id), rule.level.as_str(), rule.summary, rule.why, rule.reference].map(|text: &str| cell(text));
            let _ = writeln!(page, "| {} |", cells.join(" | "));
        }
    }
    page.push_str(
        "\n## Every combination that can be written\n\n\
         Each mode with each transport and each message credential that the binding's schema has, and with the mode alone. Settings of \
         a layer that the mode does not use change nothing, in .NET as in the plan.\n\n",
    );
    table(&mut page, written);
    page
}

fn table(page: &mut String, rows: &[MappingRow]) {
    page.push_str(HEADER);
    for row in rows {
        let codes: Vec<_> = row.findings.iter().map(|code| format!("[{code}](diagnostics/{code}.md)")).collect();
        let cells =
            [&row.bindings, &row.mode, &row.transport, &row.message, &row.today, &row.plan, &codes.join(", ")].map(|text| cell(text));
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

/// Text inside a table's cell.
fn cell(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', " ");
    if text.is_empty() { "-".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{MappingRow, mapping_markdown};

    #[test]
    fn cells_cannot_break_out_of_the_table() {
        let row = MappingRow {
            bindings: "a|b\n| c".to_owned(),
            mode: String::new(),
            transport: String::new(),
            message: String::new(),
            today: String::new(),
            plan: String::new(),
            findings: vec!["wcf-x"],
        };
        let page = mapping_markdown(&[row], &[]);
        assert!(page.contains("| a\\|b \\| c | - | - | - | - | - | [wcf-x](diagnostics/wcf-x.md) |\n"), "{page}");
    }
}
