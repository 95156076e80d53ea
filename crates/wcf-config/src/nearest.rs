//! The nearest known name to one that is not known.

/// The candidate that is nearest to `word`, if one is near enough to be meant. Case alone is no distance.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.trim().to_lowercase();
    // Names are short; a long value is not a slip of the pen, and its distance would cost its square.
    if lower.chars().count() > 64 {
        return None;
    }
    let length = lower.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        // The difference in length is the least the distance can be.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *candidate != word)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters have to be put in, left out or changed to make `left` of `right`.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, a) in left.chars().enumerate() {
        let mut diagonal = at;
        let mut before = at + 1;
        let mut next = vec![before];
        for (b, above) in right.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(a != *b);
            diagonal = *above;
            before = changed.min(above + 1).min(before + 1);
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let names = ["wsHttpBinding", "netTcpBinding", "basicHttpBinding"];
        assert_eq!(nearest("WSHttpBinding", names), Some("wsHttpBinding"));
        assert_eq!(nearest("netTpcBinding", names), Some("netTcpBinding"));
        assert_eq!(nearest("fooBar", names), None);
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
