//! Maps that mostly have a handful of entries: a list while it is short, a tree when it is not.

use std::collections::BTreeMap;

/// Up to this many entries are looked at one by one.
const FEW: usize = 8;

/// A map of mostly few entries, which costs no allocation while it is empty and grows like a tree where an input makes it great.
#[derive(Clone, Debug)]
pub(crate) enum Few<K, V> {
    List(Vec<(K, V)>),
    Tree(BTreeMap<K, V>),
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl<K: Ord, V> Few<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        match self {
            Self::List(list) => list.iter().find(|(other, _)| other == key).map(|(_, value)| value),
            Self::Tree(tree) => tree.get(key),
        }
    }

    /// Puts a value under a key. Returns the one that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self {
            Self::List(list) => {
                if let Some((_, known)) = list.iter_mut().find(|(other, _)| *other == key) {
                    return Some(std::mem::replace(known, value));
                }
                if list.len() < FEW {
                    list.push((key, value));
                } else {
                    let mut tree: BTreeMap<K, V> = std::mem::take(list).into_iter().collect();
                    tree.insert(key, value);
                    *self = Self::Tree(tree);
                }
                None
            }
            Self::Tree(tree) => tree.insert(key, value),
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Self::List(list) => {
                let at = list.iter().position(|(other, _)| other == key)?;
                Some(list.swap_remove(at).1)
            }
            Self::Tree(tree) => tree.remove(key),
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_great_map_is_one_like_a_small_one() {
        let mut few = Few::default();
        for number in 0..100 {
            assert_eq!(few.insert(number % 50, number), (number >= 50).then(|| number - 50));
        }
        assert_eq!(few.get(&7), Some(&57));
        assert_eq!((few.remove(&7), few.get(&7)), (Some(57), None));
        assert!(matches!(few, Few::Tree(_)));
        few.clear();
        assert_eq!((few.insert(1, 2), few.remove(&1), few.remove(&1)), (None, Some(2), None));
    }
}
