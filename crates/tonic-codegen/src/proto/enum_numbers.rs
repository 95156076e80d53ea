//! The numbers of enum values in proto: C#'s, but for those that another value had before.
//!
//! WCF sends the names of enum values, so a value stays what it is when others come and go; proto sends numbers, and C# deals out
//! new ones when a value is put between others. A recorded number therefore stays with its name, whatever C# says now, and a number
//! that some value had is given to no other.

use std::collections::{BTreeMap, BTreeSet};

use crate::lock::NumberRecord;

/// The member that stands for zero where C# has no value of that number.
pub(super) const UNSPECIFIED: &str = "(none)";

/// The number of each member. `members` are names on WCF's wire with C#'s numbers; those of one number stay of one number.
pub(super) fn assign<'a>(members: &[(&'a str, i32)], previous: &NumberRecord) -> BTreeMap<&'a str, i32> {
    let mut sorted: Vec<(&str, i32)> = members.to_vec();
    sorted.sort_unstable();
    sorted.dedup_by_key(|(name, _)| *name);
    let recorded: BTreeMap<&str, i32> =
        previous.removed.iter().chain(&previous.entries).map(|entry| (entry.member.as_str(), entry.number)).collect();
    let mut with_number: BTreeMap<i32, Vec<(&'a str, i32)>> = BTreeMap::new();
    for &(name, value) in &sorted {
        if let Some(number) = recorded.get(name) {
            with_number.entry(*number).or_default().push((name, value));
        }
    }
    let mut assigned: BTreeMap<&str, i32> = BTreeMap::new();
    // The number of each of C#'s numbers: names of one value stay together.
    let mut together: BTreeMap<i32, i32> = BTreeMap::new();
    for (number, holders) in with_number {
        // Names that shared a number and no longer do: it stays with those that C# gives it, or else with the first by name.
        let keeper = holders.iter().map(|(_, value)| *value).find(|value| *value == number);
        let Some(keeper) = keeper.or_else(|| holders.first().map(|(_, value)| *value)) else { continue };
        for (name, value) in holders.into_iter().filter(|(_, value)| *value == keeper) {
            assigned.insert(name, number);
            together.entry(value).or_insert(number);
        }
    }
    let known = previous.entries.iter().chain(&previous.removed).filter(|entry| entry.member != UNSPECIFIED);
    let mut taken: BTreeSet<i32> = known.map(|entry| entry.number).collect();
    let (mut new, mut late) = (sorted, Vec::new());
    new.retain(|(name, _)| !assigned.contains_key(name));
    for (name, value) in new {
        match together.get(&value) {
            Some(number) => drop(assigned.insert(name, *number)),
            None if taken.insert(value) => {
                assigned.insert(name, value);
                together.insert(value, value);
            }
            None => late.push((name, value)),
        }
    }
    for (name, value) in late {
        let number = *together.entry(value).or_insert_with(|| free(&taken, members));
        taken.insert(number);
        assigned.insert(name, number);
    }
    assigned
}

/// A number that no value has or had: the one after the highest, also of those that C# has.
fn free(taken: &BTreeSet<i32>, members: &[(&str, i32)]) -> i32 {
    let highest = taken.iter().chain(members.iter().map(|(_, value)| value)).max().copied().unwrap_or(0);
    match highest.max(0).checked_add(1) {
        Some(number) => number,
        None => (1..i32::MAX).find(|number| !taken.contains(number)).unwrap_or(i32::MIN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::NumberEntry;

    fn record(entries: &[(&str, i32)], removed: &[(&str, i32)]) -> NumberRecord {
        let list = |list: &[(&str, i32)]| {
            let entry = |(name, number): &(&str, i32)| NumberEntry {
                number: *number,
                name: name.to_uppercase(),
                type_text: String::new(),
                member: (*name).to_owned(),
            };
            list.iter().map(entry).collect()
        };
        NumberRecord { entries: list(entries), removed: list(removed) }
    }

    fn assigned(members: &[(&str, i32)], previous: &NumberRecord) -> Vec<(String, i32)> {
        assign(members, previous).into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
    }

    fn expected(list: &[(&str, i32)]) -> Vec<(String, i32)> {
        list.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
    }

    #[test]
    fn without_a_record_numbers_are_those_of_csharp() {
        assert_eq!(assigned(&[("B", 4), ("A", 0), ("C", -1)], &record(&[], &[])), expected(&[("A", 0), ("B", 4), ("C", -1)]));
    }

    #[test]
    fn a_value_put_between_others_moves_none_of_them() {
        let previous = record(&[("Piece", 0), ("Metre", 1), ("Litre", 2)], &[]);
        let now = [("Piece", 0), ("Metre", 1), ("Kilogram", 2), ("Litre", 3)];
        assert_eq!(assigned(&now, &previous), expected(&[("Kilogram", 4), ("Litre", 2), ("Metre", 1), ("Piece", 0)]));
    }

    #[test]
    fn a_number_that_was_in_use_goes_to_its_own_name_only() {
        let previous = record(&[("A", 0)], &[("B", 1)]);
        assert_eq!(assigned(&[("A", 0), ("C", 1)], &previous), expected(&[("A", 0), ("C", 2)]));
        assert_eq!(assigned(&[("A", 0), ("B", 7)], &previous), expected(&[("A", 0), ("B", 1)]));
    }

    #[test]
    fn zero_is_free_where_it_stood_for_no_value() {
        assert_eq!(assigned(&[("Zero", 0), ("One", 1)], &record(&[("(none)", 0), ("One", 1)], &[])), expected(&[("One", 1), ("Zero", 0)]));
        assert_eq!(assigned(&[("B", 0)], &record(&[("A", 0), ("B", 1)], &[])), expected(&[("B", 1)]));
    }

    #[test]
    fn names_of_one_value_stay_of_one_number_and_are_parted_with_it() {
        let previous = record(&[("Green", 2), ("Verde", 2)], &[]);
        let more = [("Green", 2), ("Verde", 2), ("Vert", 2)];
        assert_eq!(assigned(&more, &previous), expected(&more));
        assert_eq!(assigned(&[("Green", 2), ("Verde", 5)], &previous), expected(&[("Green", 2), ("Verde", 5)]));
        assert_eq!(assigned(&[("Green", 4), ("Verde", 5)], &previous), expected(&[("Green", 2), ("Verde", 5)]));
        assert_eq!(assigned(&[("Green", 1), ("X", 1)], &record(&[("Green", 2)], &[("Old", 1)])), expected(&[("Green", 2), ("X", 2)]));
    }

    #[test]
    fn numbers_do_not_run_out_at_the_top() {
        let previous = record(&[("A", i32::MAX)], &[]);
        assert_eq!(assigned(&[("A", 1), ("B", i32::MAX)], &previous), expected(&[("A", i32::MAX), ("B", 1)]));
    }
}
