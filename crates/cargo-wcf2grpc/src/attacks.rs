//! The table of what was tried against a server: shared by `verify` and `demo`.

use security_probe::{Observed, RefusedBy, Row, Verdict};
use serde_json::{Value, json};

use crate::table::{Cell, Table};
use crate::terminal::{BAD, DIM, GOOD, WARN};

/// The rows as a table.
#[must_use]
pub fn table(rows: &[Row], width: usize) -> String {
    let mut table = Table::new(&["tried", "must be", "was", "took", ""]);
    for row in rows {
        let (word, style) = match row.verdict() {
            Verdict::Right => ("right", GOOD),
            Verdict::NotTried => ("open", WARN),
            Verdict::Wrong => ("WRONG", BAD),
        };
        let took = format!("{:.1} ms", row.took.as_secs_f64() * 1000.0);
        table.row([
            Cell::from(row.attempt.as_str()),
            row.expected.as_str().into(),
            row.observed.to_string().into(),
            Cell::styled(took, DIM),
            Cell::styled(word, style),
        ]);
    }
    table.draw(width)
}

/// The rows as data.
#[must_use]
pub fn json(rows: &[Row]) -> Value {
    let one = |row: &Row| {
        let (observed, by, reason) = match &row.observed {
            Observed::Accepted { status } => ("accepted", None, Some(format!("gRPC status {status}"))),
            Observed::Refused { by, reason } => ("refused", Some(by.as_str()), Some(reason.clone())),
            Observed::Unanswered => ("unanswered", None, None),
            Observed::Unreachable { reason } => ("unreachable", None, Some(reason.clone())),
            Observed::NotTried { why } => ("not-tried", None, Some(why.clone())),
        };
        let verdict = match row.verdict() {
            Verdict::Right => "right",
            Verdict::NotTried => "not-tried",
            Verdict::Wrong => "wrong",
        };
        json!({
            "attempt": row.attempt.as_str(),
            "expected": row.expected.as_str(),
            "observed": observed,
            "by": by,
            "reason": reason,
            "milliseconds": row.took.as_secs_f64() * 1000.0,
            "verdict": verdict,
        })
    };
    rows.iter().map(one).collect()
}

/// `11 right, 2 open, 1 wrong`, and whether none is wrong.
#[must_use]
pub fn verdict(rows: &[Row]) -> (String, bool) {
    let count = |verdict| rows.iter().filter(|row| row.verdict() == verdict).count();
    let (right, open, wrong) = (count(Verdict::Right), count(Verdict::NotTried), count(Verdict::Wrong));
    let by_handler = rows.iter().filter(|row| matches!(row.observed, Observed::Refused { by: RefusedBy::Status, .. })).count();
    (
        format!("{right} right, {open} not tried, {wrong} wrong; {by_handler} of the refusals by status, the others before a call"),
        wrong == 0,
    )
}
