//! Which types are collections, and of what (`CollectionDataContract.IsCollectionOrTryCreate` in the reference source).

use std::collections::BTreeSet;

use super::clr_type::{ClrType, DefinitionId, Framework};
use super::declaration::{MemberKind, TypeKind};
use super::framework::{self, Kind};
use super::model_builder::ModelBuilder;

/// A collection's contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Collection {
    /// A sequence of these.
    List(ClrType),
    /// Keys and values.
    Map(ClrType, ClrType),
}

/// Framework interfaces that need an `Add` method beside them to make a collection.
const NEED_ADD: [&str; 2] = ["IEnumerable", "ICollection"];

impl ModelBuilder<'_> {
    /// What a type collects; `None` for a type that is no collection. Interfaces of the input never are.
    pub(super) fn collection(&self, clr: &ClrType) -> Option<Collection> {
        match clr {
            ClrType::Array(item, _) => Some(Collection::List((**item).clone())),
            ClrType::Framework(..) => framework_collection(clr),
            ClrType::Defined(id, arguments) => {
                let definition = self.symbols.get(*id)?;
                match definition.kind {
                    TypeKind::Class | TypeKind::Struct => self.defined_collection(*id, arguments),
                    TypeKind::Interface | TypeKind::Enum | TypeKind::Delegate => None,
                }
            }
            ClrType::Parameter(_) | ClrType::Void | ClrType::Missing(..) => None,
        }
    }

    fn defined_collection(&self, id: DefinitionId, arguments: &[ClrType]) -> Option<Collection> {
        let ancestors = self.framework_ancestors(id, arguments);
        let collections: Vec<(&ClrType, Collection)> =
            ancestors.iter().filter_map(|ancestor| Some((ancestor, framework_collection(ancestor)?))).collect();
        let is_generic = |ancestor: &ClrType| matches!(ancestor, ClrType::Framework(_, arguments) if !arguments.is_empty());
        // Dictionaries before lists, generic before not: the order in which .NET asks.
        let map =
            |generic| collections.iter().find(|(ancestor, found)| matches!(found, Collection::Map(..)) && is_generic(ancestor) == generic);
        let list = |generic, need_add: bool| {
            collections.iter().find(|(ancestor, found)| {
                let weak = matches!(ancestor, ClrType::Framework(framework, _) if NEED_ADD.contains(&framework.0.name));
                matches!(found, Collection::List(_)) && is_generic(ancestor) == generic && weak == need_add
            })
        };
        let best = map(true).or_else(|| map(false)).or_else(|| list(true, false)).or_else(|| list(false, false));
        if let Some((_, found)) = best {
            return Some(found.clone());
        }
        let weak = list(true, true).or_else(|| list(false, true))?;
        self.has_add(id).then(|| weak.1.clone())
    }

    /// The framework types among all ancestors of a type, nearest first.
    pub(super) fn framework_ancestors(&self, id: DefinitionId, arguments: &[ClrType]) -> Vec<ClrType> {
        self.ancestors(id, arguments).into_iter().filter(|ancestor| matches!(ancestor, ClrType::Framework(..))).collect()
    }

    /// All ancestors of a type, base classes and interfaces, each once, nearest first.
    pub(super) fn ancestors(&self, id: DefinitionId, arguments: &[ClrType]) -> Vec<ClrType> {
        const MOST: usize = 256;
        let mut seen: BTreeSet<ClrType> = BTreeSet::new();
        let mut found = Vec::new();
        let mut queue = std::collections::VecDeque::from([ClrType::Defined(id, arguments.to_vec())]);
        while let Some(next) = queue.pop_front() {
            let ClrType::Defined(id, arguments) = &next else { continue };
            for (base, _) in self.symbols.bases(*id, arguments) {
                if found.len() < MOST && seen.insert(base.clone()) {
                    found.push(base.clone());
                    queue.push_back(base);
                }
            }
        }
        found
    }

    fn has_add(&self, id: DefinitionId) -> bool {
        let chain = std::iter::once(id).chain(self.ancestors(id, &[]).into_iter().filter_map(|ancestor| match ancestor {
            ClrType::Defined(id, _) => Some(id),
            _ => None,
        }));
        chain.filter_map(|id| self.symbols.get(id)).flat_map(|found| &found.parts).flat_map(|part| &part.declaration.members).any(
            |member| {
                let MemberKind::Method { parameters, .. } = &member.kind else { return false };
                member.name == "Add" && parameters.len() == 1
            },
        )
    }
}

fn framework_collection(clr: &ClrType) -> Option<Collection> {
    let ClrType::Framework(found, arguments) = clr else { return None };
    let object = || framework::keyword("object").map(|object| ClrType::Framework(Framework(object), Vec::new()));
    match found.0.kind {
        // A `KeyedCollection<TKey, TItem>` holds its last argument.
        Kind::List => arguments.last().cloned().or_else(object).map(Collection::List),
        Kind::StringList => framework::keyword("string").map(|string| Collection::List(ClrType::Framework(Framework(string), Vec::new()))),
        Kind::Map => match arguments.as_slice() {
            [key, value] => Some(Collection::Map(key.clone(), value.clone())),
            _ => Some(Collection::Map(object()?, object()?)),
        },
        Kind::Primitive(_)
        | Kind::Nullable
        | Kind::FieldsOfList
        | Kind::Any
        | Kind::Xml
        | Kind::Stream
        | Kind::Message
        | Kind::Record(_)
        | Kind::Enum(_)
        | Kind::Task
        | Kind::AsyncCallback
        | Kind::AsyncResult
        | Kind::Process
        | Kind::TypedHeader
        | Kind::Marker(_) => None,
    }
}
