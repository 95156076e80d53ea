//! Finding the elements that a transform is for: the part of XPath that locators use.

use located_xml::{Element, Name, Node};

/// The way to an element: the place among the children of each element on the way.
pub(super) type Path = Vec<usize>;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The name, or any.
    name: Option<String>,
    /// The namespace that a default locator asks for; paths that are written do not look at namespaces.
    namespace: Option<Option<String>>,
    /// Whether elements further down count too (`//`).
    anywhere: bool,
    conditions: Vec<Condition>,
}

/// A predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// `@name='value'`, or unequal.
    Attribute { name: String, value: String, equal: bool },
    /// `@name`.
    HasAttribute(String),
    /// `name`: a child element.
    HasChild(String),
    /// `contains(@name, 'value')`.
    Contains { name: String, value: String },
    /// `starts-with(@name, 'value')`.
    StartsWith { name: String, value: String },
    /// A number, from 1.
    Position(usize),
    /// All of them.
    All(Vec<Condition>),
    /// Any of them.
    Any(Vec<Condition>),
    /// `not(…)`.
    Not(Box<Condition>),
}

impl Step {
    /// The step of a default locator.
    pub(super) fn named(name: &Name) -> Self {
        let namespace = Some(name.namespace.as_deref().map(str::to_owned));
        Self { name: Some(name.local.to_string()), namespace, anywhere: false, conditions: Vec::new() }
    }

    pub(super) fn with(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    pub(super) fn with_attributes(mut self, attributes: Vec<(String, String)>) -> Self {
        let equal = attributes.into_iter().map(|(name, value)| Condition::Attribute { name, value, equal: true });
        self.conditions.extend(equal);
        self
    }

    fn fits(&self, element: &Element) -> bool {
        self.name.as_deref().is_none_or(|name| element.name.local == name)
            && self.namespace.as_ref().is_none_or(|namespace| element.name.namespace.as_deref() == namespace.as_deref())
    }
}

impl Condition {
    fn holds(&self, element: &Element, position: usize) -> bool {
        let attribute = |name: &str| element.attributes.iter().find(|attribute| attribute.name.to_string() == name);
        match self {
            Self::Attribute { name, value, equal } => attribute(name).is_some_and(|found| (found.value == *value) == *equal),
            Self::HasAttribute(name) => attribute(name).is_some(),
            Self::HasChild(name) => element.elements().any(|child| child.name.local == name.as_str()),
            Self::Contains { name, value } => attribute(name).is_some_and(|found| found.value.contains(value.as_str())),
            Self::StartsWith { name, value } => attribute(name).is_some_and(|found| found.value.starts_with(value.as_str())),
            Self::Position(wanted) => position == *wanted,
            Self::All(all) => all.iter().all(|condition| condition.holds(element, position)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(element, position)),
            Self::Not(condition) => !condition.holds(element, position),
        }
    }
}

pub(super) fn element_at<'a>(root: &'a Element, path: &[usize]) -> Option<&'a Element> {
    path.iter().try_fold(root, |element, at| match element.children.get(*at)? {
        Node::Element(inner) => Some(inner),
        Node::Text { .. } | Node::Comment { .. } => None,
    })
}

pub(super) fn element_at_mut<'a>(root: &'a mut Element, path: &[usize]) -> Option<&'a mut Element> {
    path.iter().try_fold(root, |element, at| match element.children.get_mut(*at)? {
        Node::Element(inner) => Some(inner),
        Node::Text { .. } | Node::Comment { .. } => None,
    })
}

/// The elements that the steps lead to from each of these, in document order.
pub(super) fn matching(root: &Element, from: &[Path], steps: &[Step]) -> Vec<Path> {
    let mut here: Vec<Path> = from.to_vec();
    for step in steps {
        let mut next: Vec<Path> = Vec::new();
        for path in &here {
            let Some(element) = element_at(root, path) else { continue };
            let mut found: Vec<(Path, &Element)> = Vec::new();
            below(element, path, step, &mut found);
            // Each predicate counts the positions among what the one before let through.
            for condition in &step.conditions {
                let mut position = 0;
                found.retain(|(_, element)| {
                    position += 1;
                    condition.holds(element, position)
                });
            }
            next.extend(found.into_iter().map(|(path, _)| path));
        }
        next.sort();
        next.dedup();
        here = next;
    }
    here
}

fn below<'a>(element: &'a Element, path: &[usize], step: &Step, found: &mut Vec<(Path, &'a Element)>) {
    for (at, child) in element.children.iter().enumerate() {
        let Node::Element(inner) = child else { continue };
        let mut inner_path = path.to_vec();
        inner_path.push(at);
        if step.fits(inner) {
            found.push((inner_path.clone(), inner));
        }
        if step.anywhere {
            below(inner, &inner_path, step, found);
        }
    }
}

/// The elements that an absolute path leads to: its first step is the outermost element, or anything below it after `//`.
pub(super) fn absolute(root: &Element, steps: &[Step]) -> Vec<Path> {
    let Some((first, rest)) = steps.split_first() else { return Vec::new() };
    if first.anywhere {
        return matching(root, &[Vec::new()], steps);
    }
    if first.fits(root) && first.conditions.iter().all(|condition| condition.holds(root, 1)) {
        return matching(root, &[Vec::new()], rest);
    }
    Vec::new()
}

/// A path: whether it is absolute, and its steps. `None` where it is not understood.
pub(super) fn xpath(text: &str) -> Option<(bool, Vec<Step>)> {
    let mut tokens = Tokens::new(text.trim())?;
    let absolute = tokens.peek() == Some(&Token::Slash) || tokens.peek() == Some(&Token::DoubleSlash);
    let mut steps = Vec::new();
    let mut anywhere = tokens.peek() == Some(&Token::DoubleSlash);
    if absolute {
        tokens.next();
    }
    loop {
        steps.push(step(&mut tokens, anywhere)?);
        match tokens.next() {
            None => return Some((absolute, steps)),
            Some(Token::Slash) => anywhere = false,
            Some(Token::DoubleSlash) => anywhere = true,
            Some(_) => return None,
        }
    }
}

/// A condition, as in a predicate without its brackets. `None` where it is not understood.
pub(super) fn condition(text: &str) -> Option<Condition> {
    let mut tokens = Tokens::new(text.trim())?;
    let condition = any(&mut tokens, 0)?;
    tokens.peek().is_none().then_some(condition)
}

fn step(tokens: &mut Tokens, anywhere: bool) -> Option<Step> {
    let name = match tokens.next()? {
        Token::Name(name) => Some(name),
        Token::Star => None,
        _ => return None,
    };
    let mut conditions = Vec::new();
    while tokens.peek() == Some(&Token::Open) {
        tokens.next();
        conditions.push(any(tokens, 0)?);
        if tokens.next()? != Token::Close {
            return None;
        }
    }
    Some(Step { name, namespace: None, anywhere, conditions })
}

/// Conditions may nest this deep; deeper ones are not understood.
const DEEPEST: usize = 32;

fn any(tokens: &mut Tokens, depth: usize) -> Option<Condition> {
    let mut conditions = vec![all(tokens, depth)?];
    while tokens.word("or") {
        conditions.push(all(tokens, depth)?);
    }
    if conditions.len() == 1 { conditions.pop() } else { Some(Condition::Any(conditions)) }
}

fn all(tokens: &mut Tokens, depth: usize) -> Option<Condition> {
    let mut conditions = vec![one(tokens, depth)?];
    while tokens.word("and") {
        conditions.push(one(tokens, depth)?);
    }
    if conditions.len() == 1 { conditions.pop() } else { Some(Condition::All(conditions)) }
}

fn one(tokens: &mut Tokens, depth: usize) -> Option<Condition> {
    if depth > DEEPEST {
        return None;
    }
    match tokens.next()? {
        Token::At => {
            let Token::Name(name) = tokens.next()? else { return None };
            match tokens.peek() {
                Some(Token::Equals | Token::Unequal) => {
                    let equal = tokens.next()? == Token::Equals;
                    let Token::Text(value) = tokens.next()? else { return None };
                    Some(Condition::Attribute { name, value, equal })
                }
                _ => Some(Condition::HasAttribute(name)),
            }
        }
        Token::Number(position) => Some(Condition::Position(position)),
        Token::LeftParenthesis => {
            let inner = any(tokens, depth + 1)?;
            (tokens.next()? == Token::RightParenthesis).then_some(inner)
        }
        Token::Name(name) if tokens.peek() == Some(&Token::LeftParenthesis) => {
            tokens.next();
            let condition = match name.as_str() {
                "not" => Condition::Not(Box::new(any(tokens, depth + 1)?)),
                "contains" | "starts-with" => {
                    if tokens.next()? != Token::At {
                        return None;
                    }
                    let Token::Name(attribute) = tokens.next()? else { return None };
                    if tokens.next()? != Token::Comma {
                        return None;
                    }
                    let Token::Text(value) = tokens.next()? else { return None };
                    if name == "contains" {
                        Condition::Contains { name: attribute, value }
                    } else {
                        Condition::StartsWith { name: attribute, value }
                    }
                }
                _ => return None,
            };
            (tokens.next()? == Token::RightParenthesis).then_some(condition)
        }
        Token::Name(name) => Some(Condition::HasChild(name)),
        _ => None,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Slash,
    DoubleSlash,
    Star,
    At,
    Open,
    Close,
    LeftParenthesis,
    RightParenthesis,
    Comma,
    Equals,
    Unequal,
    Name(String),
    Text(String),
    Number(usize),
}

struct Tokens {
    list: Vec<Token>,
    at: usize,
}

impl Tokens {
    fn new(text: &str) -> Option<Self> {
        let mut list = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (token, length) = match first {
                c if c.is_whitespace() => {
                    rest = rest.get(c.len_utf8()..)?;
                    continue;
                }
                '/' if rest.starts_with("//") => (Token::DoubleSlash, 2),
                '/' => (Token::Slash, 1),
                '*' => (Token::Star, 1),
                '@' => (Token::At, 1),
                '[' => (Token::Open, 1),
                ']' => (Token::Close, 1),
                '(' => (Token::LeftParenthesis, 1),
                ')' => (Token::RightParenthesis, 1),
                ',' => (Token::Comma, 1),
                '=' => (Token::Equals, 1),
                '!' if rest.starts_with("!=") => (Token::Unequal, 2),
                '\'' | '"' => {
                    let inner = rest.get(1..)?;
                    let end = inner.find(first)?;
                    (Token::Text(inner.get(..end)?.to_owned()), end + 2)
                }
                '0'..='9' => {
                    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                    (Token::Number(rest.get(..end)?.parse().ok()?), end)
                }
                c if c.is_alphabetic() || c == '_' => {
                    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
                    let end = rest.find(|c: char| !in_name(c)).unwrap_or(rest.len());
                    let name = rest.get(..end)?;
                    // Axes other than the child's are not understood.
                    if name.contains("::") {
                        return None;
                    }
                    (Token::Name(name.to_owned()), end)
                }
                _ => return None,
            };
            list.push(token);
            rest = rest.get(length..)?;
        }
        Some(Self { list, at: 0 })
    }

    fn peek(&self) -> Option<&Token> {
        self.list.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.list.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Takes this word if it is next.
    fn word(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(&Token::Name(word.to_owned()));
        self.at += usize::from(is);
        is
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_conditions_are_understood_or_refused() {
        for good in ["/configuration/a[@n='x']", "//endpoint", "a/b[2]", "*[@a and not(@b='c' or contains(@d,'e'))]", "a[b]"] {
            assert!(xpath(good).is_some(), "{good}");
        }
        for bad in ["", "a[", "a[@n=x]", "a|b", "a/..", "count(a)", "a[last()]", "a[@n='x"] {
            assert!(xpath(bad).is_none(), "{bad}");
        }
        assert!(condition(&"(".repeat(10_000)).is_none());
    }
}
