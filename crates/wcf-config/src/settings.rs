//! Values: the tables' attributes with what is written, or their defaults, each with who decided it.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use wcf_diagnostics::Span;

use crate::Text;
use crate::document::{Item, Node, Written};
use crate::effective::{Effective, Origin, Within};
use crate::few::Few;
use crate::key::Key;
use crate::schema::{Attribute, Content, Element};

/// Where defaults and written values come from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What the written values stand in.
    pub within: Within,
    /// The class whose defaults apply where no element of configuration does; `None` where one does.
    pub runtime_class: Option<&'static str>,
}

/// A list of values by dotted name.
type List = IndexMap<String, Effective<Option<Text>>>;

/// Every setting of one element, by its dotted XML attribute name (`security.transport.clientCredentialType`), spelled as XML
/// spells it. `None` is .NET's null, which is not the empty string. In the order .NET declares them.
///
/// It is a list that is made when it is first looked at: most settings of most bindings are the tables' defaults, and single ones
/// are looked up without it.
#[derive(Clone, Default)]
pub struct Settings {
    /// What the list is made from; `None` where it was made by hand.
    recipe: Option<Recipe>,
    list: OnceLock<List>,
}

#[derive(Clone)]
struct Recipe {
    schema: &'static Element,
    /// `None` where the element does not stand.
    node: Option<Arc<Node>>,
    source: Source,
}

/// One setting, as it is found without the list.
#[derive(Clone, Copy)]
pub(crate) enum Setting<'a> {
    /// In the list.
    Listed(&'a Effective<Option<Text>>),
    /// Written in the element.
    Written { written: &'a Written, within: &'a Within },
    /// The table's default.
    Default { value: Option<&'static str>, class: &'static str, runtime_class: Option<&'static str>, element: Option<Span> },
}

impl<'a> Setting<'a> {
    pub(crate) fn value(self) -> Option<&'a str> {
        match self {
            Self::Listed(setting) => setting.value.as_deref(),
            Self::Written { written, .. } => Some(&written.value),
            Self::Default { value, .. } => value,
        }
    }

    pub(crate) fn origin(self) -> Origin {
        match self {
            Self::Listed(setting) => setting.origin.clone(),
            Self::Written { written, within } => Origin::Written { span: written.span, within: written.within(within.clone()) },
            Self::Default { runtime_class: Some(class), .. } => Origin::RuntimeDefault { class },
            Self::Default { class, runtime_class: None, element, .. } => Origin::ElementDefault { class, element },
        }
    }

    /// The value to be kept; null is empty.
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Listed(setting) => setting.value.clone().unwrap_or_default(),
            Self::Written { written, .. } => written.value.clone(),
            Self::Default { value, .. } => Text::fixed(value.unwrap_or("")),
        }
    }

    /// The value's place, where it is written.
    pub(crate) fn written(self) -> Option<Span> {
        match self {
            Self::Listed(setting) => setting.origin.span().filter(|_| setting.origin.is_written()),
            Self::Written { written, .. } => Some(written.span),
            Self::Default { .. } => None,
        }
    }

    /// The place in a file that decided, where there is one.
    pub(crate) fn span(self) -> Option<Span> {
        match self {
            Self::Listed(setting) => setting.origin.span(),
            Self::Written { written, .. } => Some(written.span),
            Self::Default { runtime_class: None, element, .. } => element,
            Self::Default { .. } => None,
        }
    }
}

/// What stands after a name and a dot.
fn below<'n>(text: &'n str, name: &str) -> Option<&'n str> {
    if text.len() <= name.len() || text.as_bytes().get(name.len()) != Some(&b'.') || !text.starts_with(name) {
        return None;
    }
    text.get(name.len() + 1..)
}

/// What stands before and after the first of this ASCII character; names are short, so that looking at each byte is quickest.
fn split(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.as_bytes().iter().position(|&byte| byte == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// Collections of more items than this are looked up in the list.
const FEW_ITEMS: usize = 8;

/// An element: its table, and what is written of it if it stands.
pub(crate) type Scope<'a> = (&'static Element, Option<&'a Node>);

impl Recipe {
    fn scope(&self) -> Scope<'_> {
        (self.schema, self.node.as_deref())
    }

    /// A setting by its dotted name; `Err` where only the list can tell.
    fn find<'a>(&'a self, (mut schema, mut node): Scope<'a>, name: &str) -> Result<Option<Setting<'a>>, ()> {
        let mut rest = name;
        loop {
            if let Some((child, inside)) = schema.children.iter().find_map(|child| Some((child, below(rest, child.name)?))) {
                if matches!(child.element.content, Content::Headers | Content::AnyXml) {
                    return Err(());
                }
                schema = child.element;
                node = node.and_then(|node| node.child(child.name));
                rest = inside;
                continue;
            }
            if let Some(attribute) = schema.attribute(rest) {
                return Ok(Some(self.setting(schema, attribute, node)));
            }
            let Some((head, tail)) = split(rest, b'.') else { return Ok(None) };
            rest = tail;
            if let Some((item, index)) = split(head, b'[').filter(|_| head.ends_with(']')) {
                let (Content::Items { item: known, element, .. }, Some(index)) = (&schema.content, index.strip_suffix(']')) else {
                    return Err(());
                };
                let Some(items) = node.map(|node| node.items.as_slice()) else { return Ok(None) };
                if items.len() > FEW_ITEMS || *known != item {
                    return Err(());
                }
                let Some(index) = index.parse::<usize>().ok() else { return Err(()) };
                let Some(inner) = remaining(items).nth(index) else { return Ok(None) };
                (schema, node) = (element, Some(&**inner));
                continue;
            }
            return Ok(None);
        }
    }

    fn setting<'a>(&'a self, schema: &'static Element, attribute: &'static Attribute, node: Option<&'a Node>) -> Setting<'a> {
        match node.and_then(|node| node.attributes.iter().find(|written| written.attribute.is_same(attribute))) {
            Some(written) => Setting::Written { written, within: &self.source.within },
            None => Setting::Default {
                value: attribute.default,
                class: schema.class,
                runtime_class: self.source.runtime_class,
                element: self.node.as_ref().map(|node| node.span),
            },
        }
    }

    fn list(&self) -> List {
        let mut out = List::with_capacity(count(self.schema));
        let element = self.node.as_ref().map(|node| node.span);
        let default = match self.source.runtime_class {
            Some(class) => Origin::RuntimeDefault { class },
            None => Origin::ElementDefault { class: self.schema.class, element },
        };
        fill(self.schema, self.node.as_deref(), &self.source, &default, &mut String::new(), &mut out);
        out
    }
}

impl Settings {
    /// No settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a setting, or puts another value in its place.
    pub fn insert(&mut self, name: String, setting: Effective<Option<Text>>) {
        let recipe = self.recipe.take();
        // From now on the list alone says what there is.
        let mut list = self.list.take().or_else(|| recipe.map(|recipe| recipe.list())).unwrap_or_default();
        list.insert(name, setting);
        self.list = OnceLock::from(list);
    }

    /// One setting. Does not make the list.
    pub(crate) fn find(&self, name: &str) -> Option<Setting<'_>> {
        match self.recipe.as_ref().map(|recipe| recipe.find(recipe.scope(), name)) {
            Some(Ok(setting)) => setting,
            Some(Err(())) | None => self.get(name).map(Setting::Listed),
        }
    }

    /// The element of this dotted name, which ends in a dot, to look up several settings of it.
    pub(crate) fn scope(&self, element: &str) -> Option<Scope<'_>> {
        let (mut schema, mut node) = self.recipe.as_ref()?.scope();
        let mut rest = element;
        while !rest.is_empty() {
            let (child, inside) = schema.children.iter().find_map(|child| Some((child, below(rest, child.name)?)))?;
            schema = child.element;
            node = node.and_then(|node| node.child(child.name));
            rest = inside;
        }
        Some((schema, node))
    }

    /// A setting of an element by its name from there on.
    pub(crate) fn find_in<'a>(&'a self, scope: Scope<'a>, element: &str, name: &str) -> Option<Setting<'a>> {
        match self.recipe.as_ref().map(|recipe| recipe.find(scope, name)) {
            Some(Ok(setting)) => setting,
            Some(Err(())) | None => self.get(&format!("{element}{name}")).map(Setting::Listed),
        }
    }
}

impl Deref for Settings {
    type Target = List;

    fn deref(&self) -> &List {
        self.list.get_or_init(|| self.recipe.as_ref().map(Recipe::list).unwrap_or_default())
    }
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Settings {}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}

impl FromIterator<(String, Effective<Option<Text>>)> for Settings {
    fn from_iter<I: IntoIterator<Item = (String, Effective<Option<Text>>)>>(settings: I) -> Self {
        Self { recipe: None, list: OnceLock::from(settings.into_iter().collect::<List>()) }
    }
}

impl IntoIterator for Settings {
    type Item = (String, Effective<Option<Text>>);
    type IntoIter = indexmap::map::IntoIter<String, Effective<Option<Text>>>;

    fn into_iter(self) -> Self::IntoIter {
        let list = self.recipe.as_ref().map(Recipe::list);
        self.list.into_inner().or(list).unwrap_or_default().into_iter()
    }
}

impl<'a> IntoIterator for &'a Settings {
    type Item = (&'a String, &'a Effective<Option<Text>>);
    type IntoIter = indexmap::map::Iter<'a, String, Effective<Option<Text>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// All values of an element, by dotted name. `node` is `None` where the element does not stand.
pub(crate) fn settings(schema: &'static Element, node: Option<&Arc<Node>>, source: Source) -> Settings {
    Settings { recipe: Some(Recipe { schema, node: node.cloned(), source }), list: OnceLock::new() }
}

/// How many values an element has without its items.
fn count(schema: &'static Element) -> usize {
    schema.attributes.len() + schema.children.iter().map(|child| count(child.element).max(1)).sum::<usize>()
}

fn fill(schema: &'static Element, node: Option<&Node>, source: &Source, default: &Origin, prefix: &mut String, out: &mut List) {
    for attribute in schema.attributes {
        let written = node.and_then(|node| node.attribute(attribute.name));
        let effective = match written {
            Some(written) => Effective {
                value: Some(written.value.clone()),
                origin: Origin::Written { span: written.span, within: written.within(source.within.clone()) },
            },
            None => Effective { value: attribute.default.map(Text::fixed), origin: of_class(default, schema) },
        };
        out.insert(format!("{prefix}{}", attribute.name), effective);
    }
    let length = prefix.len();
    for child in schema.children {
        let inner = node.and_then(|node| node.child(child.name));
        prefix.push_str(child.name);
        prefix.push('.');
        match &child.element.content {
            Content::Headers => {
                // .NET's own name for the collection inside; its value is never spelled.
                let origin = match inner.and_then(|inner| inner.kept.first()) {
                    Some(kept) => Origin::Written { span: kept.span, within: kept.within(source.within.clone()) },
                    None => of_class(default, child.element),
                };
                out.insert(format!("{prefix}headers"), Effective { value: None, origin });
            }
            Content::AnyXml => {
                for (at, kept) in inner.into_iter().flat_map(|inner| &inner.kept).enumerate() {
                    let origin = Origin::Written { span: kept.span, within: kept.within(source.within.clone()) };
                    out.insert(format!("{prefix}xmlElement[{at}].xmlElement"), Effective { value: Some(kept.xml.as_str().into()), origin });
                }
            }
            Content::Closed | Content::Items { .. } | Content::Extensions(_) => {
                fill(child.element, inner, source, default, prefix, out);
            }
        }
        prefix.truncate(length);
    }
    if let (Content::Items { item, element, .. }, Some(node)) = (&schema.content, node) {
        for (at, inner) in remaining(&node.items).enumerate() {
            prefix.push_str(&format!("{item}[{at}]."));
            fill(element, Some(inner), source, default, prefix, out);
            prefix.truncate(length);
        }
    }
}

fn of_class(default: &Origin, schema: &'static Element) -> Origin {
    match default {
        Origin::ElementDefault { element, .. } => Origin::ElementDefault { class: schema.class, element: *element },
        other => other.clone(),
    }
}

/// The items that are left after `remove` and `clear`, in order.
pub(crate) fn remaining(items: &[Item]) -> Remaining<'_> {
    if items.iter().all(|item| matches!(item, Item::Add(_))) {
        return Remaining::All(items.iter());
    }
    let mut left = Keyed::default();
    left.push_all(items);
    Remaining::Left(left.slots.into_iter())
}

/// [`remaining`].
#[derive(Clone)]
pub(crate) enum Remaining<'a> {
    All(std::slice::Iter<'a, Item>),
    Left(std::vec::IntoIter<Option<&'a Arc<Node>>>),
}

impl<'a> Iterator for Remaining<'a> {
    type Item = &'a Arc<Node>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::All(items) => items.find_map(Item::shared),
            Self::Left(slots) => slots.find_map(|slot| slot),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::All(items) => items.size_hint(),
            Self::Left(slots) => (0, Some(slots.len())),
        }
    }
}

/// Items by their keys, in the order they came: a later one takes the place of an earlier one with its key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keyed<'a> {
    slots: Vec<Option<&'a Arc<Node>>>,
    by_key: Few<Key<'a>, usize>,
}

impl<'a> Keyed<'a> {
    /// Adds, removes and clears as the items say.
    pub(crate) fn push_all(&mut self, items: &'a [Item]) {
        for item in items {
            match item {
                Item::Add(node) => self.push(node),
                Item::Remove { key, schema, .. } => {
                    if let Some(slot) = self.by_key.remove(&Key::named(schema, key)).and_then(|at| self.slots.get_mut(at)) {
                        *slot = None;
                    }
                }
                Item::Clear { .. } => {
                    self.slots.clear();
                    self.by_key.clear();
                }
                Item::Extension(_) => {}
            }
        }
    }

    fn push(&mut self, node: &'a Arc<Node>) {
        let next = self.slots.len();
        let key = Key::of(node);
        let at = self.by_key.get(&key).copied().unwrap_or(next);
        match self.slots.get_mut(at) {
            Some(slot) => *slot = Some(node),
            None => {
                self.slots.push(Some(node));
                self.by_key.insert(key, at);
            }
        }
    }

    /// The items, in order.
    pub(crate) fn nodes(self) -> Vec<&'a Arc<Node>> {
        self.slots.into_iter().flatten().collect()
    }
}
