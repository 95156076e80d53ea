//! XPath 1.0 over the located tree: what an expression selects.

use std::cell::Cell;

use super::tree::{Element, Node};
use super::xpath::{Axis, Comparison, Expression, Function, Operator, Start, Step, Test, XPath};

/// The way to an element: the place among the children of each element on the way.
pub(super) type Path = Vec<usize>;

/// How many nodes one expression may look at. Real transforms look at a few thousand.
const MOST_NODES: usize = 5_000_000;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Document,
    Element,
    Attribute,
    Text,
    Comment,
}

/// The name of an element or attribute.
#[derive(Clone, Copy, Debug, Default)]
struct Name<'a> {
    prefix: Option<&'a str>,
    local: &'a str,
    /// Empty where there is none.
    namespace: &'a str,
}

/// A node of the document.
#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    kind: Kind,
    /// Of elements and attributes.
    name: Name<'a>,
    /// Of attributes, texts and comments.
    text: &'a str,
    parent: usize,
    /// The place among the parent's children.
    place: usize,
    /// After the last node below it.
    end: usize,
}

/// A document whose nodes have numbers, in document order; the document itself is 0.
pub(super) struct Tree<'a> {
    entries: Vec<Entry<'a>>,
    left: Cell<usize>,
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Nodes(Vec<usize>),
    Text(String),
    Number(f64),
    Bool(bool),
}

/// The node that an expression is for, and its place among others.
#[derive(Clone, Copy)]
struct Context<'c> {
    node: usize,
    position: usize,
    size: usize,
    namespaces: &'c dyn Fn(&str) -> Option<String>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(root: &'a Element<'_>) -> Self {
        let mut entries = vec![Entry { kind: Kind::Document, name: Name::default(), text: "", parent: 0, place: 0, end: 0 }];
        push(root, 0, 0, &mut entries);
        let end = entries.len();
        if let Some(document) = entries.first_mut() {
            document.end = end;
        }
        Self { entries, left: Cell::new(MOST_NODES) }
    }

    /// The elements that an expression selects, seen from the document or from the element at `from`. Prefixes stand for what
    /// `namespaces` says.
    ///
    /// # Errors
    ///
    /// Where the expression selects no nodes at all, uses a prefix that is not declared, or would look at too many nodes.
    pub(super) fn select(
        &self,
        xpath: &XPath,
        from: Option<&[usize]>,
        namespaces: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<Path>, String> {
        if let Some(prefix) = xpath.prefixes.iter().find(|prefix| namespaces(prefix).is_none()) {
            return Err(format!("the prefix `{prefix}` is declared nowhere"));
        }
        let node = from.and_then(|path| self.at(path)).unwrap_or(0);
        let Value::Nodes(nodes) = self.evaluate(&xpath.expression, Context { node, position: 1, size: 1, namespaces })? else {
            return Err("it does not select nodes".to_owned());
        };
        Ok(nodes.into_iter().filter(|node| self.kind(*node) == Kind::Element).map(|node| self.path(node)).collect())
    }

    fn entry(&self, node: usize) -> Entry<'a> {
        let nothing = Entry { kind: Kind::Text, name: Name::default(), text: "", parent: 0, place: 0, end: node + 1 };
        self.entries.get(node).copied().unwrap_or(nothing)
    }

    fn kind(&self, node: usize) -> Kind {
        self.entry(node).kind
    }

    fn path(&self, node: usize) -> Path {
        let mut path = Vec::new();
        let mut at = node;
        // The outermost element has the empty path.
        while at > 1 {
            path.push(self.entry(at).place);
            at = self.entry(at).parent;
        }
        path.reverse();
        path
    }

    fn at(&self, path: &[usize]) -> Option<usize> {
        path.iter().try_fold(1, |node, place| self.children(node).find(|child| self.entry(*child).place == *place))
    }

    fn children(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.entry(node).end;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            while next < end {
                let here = next;
                next = self.entry(here).end;
                if self.kind(here) != Kind::Attribute {
                    return Some(here);
                }
            }
            None
        })
    }

    fn attributes(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        (node + 1..self.entry(node).end).take_while(|at| self.kind(*at) == Kind::Attribute)
    }

    fn spend(&self, nodes: usize) -> Result<(), String> {
        match self.left.get().checked_sub(nodes + 1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err("it looks at too many nodes".to_owned()),
        }
    }

    /// The nodes of an axis, nearest first.
    fn axis(&self, axis: Axis, node: usize) -> Vec<usize> {
        let is_attribute = self.kind(node) == Kind::Attribute;
        let not_attributes = |at: &usize| self.kind(*at) != Kind::Attribute;
        let ancestors = |first: usize| {
            let mut next = (first != 0).then(|| self.entry(first).parent);
            std::iter::from_fn(move || {
                let here = next?;
                next = (here != 0).then(|| self.entry(here).parent);
                Some(here)
            })
        };
        let parent = self.entry(node).parent;
        match axis {
            Axis::Itself => vec![node],
            Axis::Parent if node == 0 => Vec::new(),
            Axis::Parent => vec![parent],
            Axis::Ancestor => ancestors(node).collect(),
            Axis::AncestorOrSelf => std::iter::once(node).chain(ancestors(node)).collect(),
            Axis::Attribute => self.attributes(node).collect(),
            Axis::Child => self.children(node).collect(),
            Axis::Descendant => (node + 1..self.entry(node).end).filter(not_attributes).collect(),
            Axis::DescendantOrSelf => std::iter::once(node).chain((node + 1..self.entry(node).end).filter(not_attributes)).collect(),
            Axis::FollowingSibling | Axis::PrecedingSibling if is_attribute || node == 0 => Vec::new(),
            Axis::FollowingSibling => self.children(parent).filter(|at| *at > node).collect(),
            Axis::PrecedingSibling => {
                let mut before: Vec<usize> = self.children(parent).filter(|at| *at < node).collect();
                before.reverse();
                before
            }
            Axis::Following => {
                // What follows an attribute is what its element holds and what follows that.
                let from = if is_attribute { node + 1 } else { self.entry(node).end };
                (from..self.entries.len()).filter(not_attributes).collect()
            }
            Axis::Preceding => (1..node).rev().filter(not_attributes).filter(|at| self.entry(*at).end <= node).collect(),
        }
    }

    fn fits(&self, node: usize, step: &Step, context: Context<'_>) -> bool {
        let principal = if step.axis == Axis::Attribute { Kind::Attribute } else { Kind::Element };
        let name = (self.kind(node) == principal).then(|| self.entry(node).name);
        match &step.test {
            Test::Node => true,
            Test::Text => self.kind(node) == Kind::Text,
            Test::Comment => self.kind(node) == Kind::Comment,
            Test::Instruction => false,
            Test::Name { prefix, local } => {
                let wanted = match prefix {
                    None if local == "*" => return name.is_some(),
                    None => String::new(),
                    Some(prefix) => (context.namespaces)(prefix).unwrap_or_default(),
                };
                name.is_some_and(|name| (local == "*" || name.local == local) && name.namespace == wanted)
            }
        }
    }

    fn steps(&self, from: Vec<usize>, steps: &[Step], context: Context<'_>) -> Result<Vec<usize>, String> {
        let mut here = from;
        for step in steps {
            let mut next = Vec::new();
            for node in here {
                let axis = self.axis(step.axis, node);
                self.spend(axis.len())?;
                let mut found = Vec::new();
                for candidate in axis {
                    if self.fits(candidate, step, context) {
                        found.push(candidate);
                    }
                }
                next.extend(self.filtered(found, &step.predicates, context)?);
            }
            next.sort_unstable();
            next.dedup();
            here = next;
        }
        Ok(here)
    }

    /// What the predicates let through; each counts positions among what the one before let through.
    fn filtered(&self, mut nodes: Vec<usize>, predicates: &[Expression], context: Context<'_>) -> Result<Vec<usize>, String> {
        for predicate in predicates {
            let size = nodes.len();
            let mut left = Vec::new();
            for (at, node) in nodes.into_iter().enumerate() {
                self.spend(0)?;
                let inner = Context { node, position: at + 1, size, ..context };
                let holds = match self.evaluate(predicate, inner)? {
                    Value::Number(number) => is_same(number, count(at + 1)),
                    other => self.truth(&other),
                };
                if holds {
                    left.push(node);
                }
            }
            nodes = left;
        }
        Ok(nodes)
    }

    fn evaluate(&self, expression: &Expression, context: Context<'_>) -> Result<Value, String> {
        let nodes = |expression: &Expression| match self.evaluate(expression, context)? {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err("a path leads on from something that is no node".to_owned()),
        };
        Ok(match expression {
            Expression::Or(left, right) => {
                Value::Bool(self.truth(&self.evaluate(left, context)?) || self.truth(&self.evaluate(right, context)?))
            }
            Expression::And(left, right) => {
                Value::Bool(self.truth(&self.evaluate(left, context)?) && self.truth(&self.evaluate(right, context)?))
            }
            Expression::Compare(comparison, left, right) => {
                let (left, right) = (self.evaluate(left, context)?, self.evaluate(right, context)?);
                Value::Bool(self.compare(*comparison, &left, &right)?)
            }
            Expression::Calculate(operator, left, right) => {
                let (left, right) = (self.number(&self.evaluate(left, context)?), self.number(&self.evaluate(right, context)?));
                Value::Number(match operator {
                    Operator::Plus => left + right,
                    Operator::Minus => left - right,
                    Operator::Times => left * right,
                    Operator::Divide => left / right,
                    Operator::Modulo => left % right,
                })
            }
            Expression::Negate(inner) => Value::Number(-self.number(&self.evaluate(inner, context)?)),
            Expression::Union(left, right) => {
                let mut all = nodes(left)?;
                all.extend(nodes(right)?);
                all.sort_unstable();
                all.dedup();
                Value::Nodes(all)
            }
            Expression::Path(start, steps) => {
                let from = match start {
                    Start::Document => vec![0],
                    Start::Here => vec![context.node],
                    Start::From(inner) => nodes(inner)?,
                };
                Value::Nodes(self.steps(from, steps, context)?)
            }
            Expression::Filter(inner, predicates) => Value::Nodes(self.filtered(nodes(inner)?, predicates, context)?),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Number(number) => Value::Number(*number),
            Expression::Call(function, arguments) => self.call(*function, arguments, context)?,
        })
    }

    fn call(&self, function: Function, arguments: &[Expression], context: Context<'_>) -> Result<Value, String> {
        let argument = |at: usize| match arguments.get(at) {
            Some(argument) => self.evaluate(argument, context),
            // Functions of one argument are about the node where it is left out.
            None => Ok(Value::Nodes(vec![context.node])),
        };
        let text = |at: usize| Ok::<_, String>(self.text(&argument(at)?));
        let nodes = |at: usize| match argument(at)? {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err("a function of nodes is given something else".to_owned()),
        };
        let first_name = |at: usize| Ok::<_, String>(nodes(at)?.first().map(|node| self.entry(*node).name).unwrap_or_default());
        Ok(match function {
            Function::Last => Value::Number(count(context.size)),
            Function::Position => Value::Number(count(context.position)),
            Function::Count => Value::Number(count(nodes(0)?.len())),
            Function::LocalName => Value::Text(first_name(0)?.local.to_owned()),
            Function::NamespaceUri => Value::Text(first_name(0)?.namespace.to_owned()),
            Function::Name => {
                let name = first_name(0)?;
                Value::Text(name.prefix.map_or_else(|| name.local.to_owned(), |prefix| format!("{prefix}:{}", name.local)))
            }
            Function::String => Value::Text(text(0)?),
            Function::Concat => {
                let parts: Result<Vec<String>, String> = (0..arguments.len()).map(text).collect();
                Value::Text(parts?.concat())
            }
            Function::StartsWith => Value::Bool(text(0)?.starts_with(&text(1)?)),
            Function::Contains => Value::Bool(text(0)?.contains(&text(1)?)),
            Function::SubstringBefore => {
                Value::Text(text(0)?.split_once(&text(1)?).map_or_else(String::new, |(before, _)| before.to_owned()))
            }
            Function::SubstringAfter => Value::Text(text(0)?.split_once(&text(1)?).map_or_else(String::new, |(_, after)| after.to_owned())),
            Function::Substring => {
                let first = round(self.number(&argument(1)?));
                let end = if arguments.len() > 2 { first + round(self.number(&argument(2)?)) } else { f64::INFINITY };
                let inside = |at: usize| count(at + 1) >= first && count(at + 1) < end;
                Value::Text(text(0)?.chars().enumerate().filter(|(at, _)| inside(*at)).map(|(_, c)| c).collect())
            }
            Function::StringLength => Value::Number(count(text(0)?.chars().count())),
            Function::NormalizeSpace => Value::Text(text(0)?.split_ascii_whitespace().collect::<Vec<_>>().join(" ")),
            Function::Translate => {
                let (of, from, to) = (text(0)?, text(1)?, text(2)?);
                let replaced = of.chars().filter_map(|c| match from.chars().position(|other| other == c) {
                    Some(at) => to.chars().nth(at),
                    None => Some(c),
                });
                Value::Text(replaced.collect())
            }
            Function::Boolean => Value::Bool(self.truth(&argument(0)?)),
            Function::Not => Value::Bool(!self.truth(&argument(0)?)),
            Function::True => Value::Bool(true),
            Function::False => Value::Bool(false),
            Function::Number => Value::Number(self.number(&argument(0)?)),
            Function::Sum => Value::Number(nodes(0)?.into_iter().map(|node| number_of(&self.string(node))).sum()),
            Function::Floor => Value::Number(self.number(&argument(0)?).floor()),
            Function::Ceiling => Value::Number(self.number(&argument(0)?).ceil()),
            Function::Round => Value::Number(round(self.number(&argument(0)?))),
        })
    }

    /// XPath 1.0, 3.4: a set of nodes holds if one of its nodes does.
    fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> Result<bool, String> {
        Ok(match (left, right) {
            (Value::Nodes(left), Value::Nodes(right)) => {
                self.spend(left.len().saturating_mul(right.len()))?;
                let right: Vec<String> = right.iter().map(|node| self.string(*node)).collect();
                left.iter().map(|node| self.string(*node)).any(|one| right.iter().any(|other| compare_texts(comparison, &one, other)))
            }
            (Value::Nodes(nodes), Value::Bool(other)) => compare_numbers(comparison, truth_number(!nodes.is_empty()), truth_number(*other)),
            (Value::Bool(other), Value::Nodes(nodes)) => compare_numbers(comparison, truth_number(*other), truth_number(!nodes.is_empty())),
            (Value::Nodes(nodes), other) => {
                nodes.iter().any(|node| self.compare_single(comparison, &Value::Text(self.string(*node)), other))
            }
            (other, Value::Nodes(nodes)) => {
                nodes.iter().any(|node| self.compare_single(comparison, other, &Value::Text(self.string(*node))))
            }
            (left, right) => self.compare_single(comparison, left, right),
        })
    }

    fn compare_single(&self, comparison: Comparison, left: &Value, right: &Value) -> bool {
        if matches!(comparison, Comparison::Equal | Comparison::Unequal) {
            if matches!(left, Value::Bool(_)) || matches!(right, Value::Bool(_)) {
                return compare_numbers(comparison, truth_number(self.truth(left)), truth_number(self.truth(right)));
            }
            if let (Value::Text(left), Value::Text(right)) = (left, right) {
                return compare_texts(comparison, left, right);
            }
        }
        compare_numbers(comparison, self.number(left), self.number(right))
    }

    fn truth(&self, value: &Value) -> bool {
        match value {
            Value::Nodes(nodes) => !nodes.is_empty(),
            Value::Text(text) => !text.is_empty(),
            Value::Number(number) => !(is_same(*number, 0.0) || number.is_nan()),
            Value::Bool(truth) => *truth,
        }
    }

    fn number(&self, value: &Value) -> f64 {
        match value {
            Value::Number(number) => *number,
            Value::Bool(truth) => truth_number(*truth),
            Value::Nodes(_) | Value::Text(_) => number_of(&self.text(value)),
        }
    }

    fn text(&self, value: &Value) -> String {
        match value {
            Value::Nodes(nodes) => nodes.first().map(|node| self.string(*node)).unwrap_or_default(),
            Value::Text(text) => text.clone(),
            Value::Number(number) => spell(*number),
            Value::Bool(truth) => truth.to_string(),
        }
    }

    /// The text of a node: an attribute's value, or all text inside.
    fn string(&self, node: usize) -> String {
        let entry = self.entry(node);
        match entry.kind {
            Kind::Attribute | Kind::Text | Kind::Comment => entry.text.to_owned(),
            Kind::Document | Kind::Element => {
                let texts = (node..entry.end).map(|at| self.entry(at)).filter(|entry| entry.kind == Kind::Text);
                texts.map(|entry| entry.text).collect()
            }
        }
    }
}

fn push<'a>(element: &'a Element<'_>, parent: usize, place: usize, entries: &mut Vec<Entry<'a>>) {
    let at = entries.len();
    entries.push(Entry { kind: Kind::Element, name: name_of(&element.name), text: "", parent, place, end: at + 1 });
    let leaf = |kind, name, text, place, entries: &mut Vec<Entry<'a>>| {
        let end = entries.len() + 1;
        entries.push(Entry { kind, name, text, parent: at, place, end });
    };
    for attribute in &element.attributes {
        leaf(Kind::Attribute, name_of(&attribute.name), &attribute.value, 0, entries);
    }
    for (place, child) in element.children.iter().enumerate() {
        match child {
            Node::Element(inner) => push(inner, at, place, entries),
            Node::Text(text) => leaf(Kind::Text, Name::default(), text.text(), place, entries),
            Node::Comment(text) => leaf(Kind::Comment, Name::default(), text.text(), place, entries),
        }
    }
    let end = entries.len();
    if let Some(entry) = entries.get_mut(at) {
        entry.end = end;
    }
}

fn name_of<'a>(name: &located_xml::Name<'a>) -> Name<'a> {
    Name { prefix: name.prefix, local: name.local, namespace: name.namespace.unwrap_or("") }
}

fn compare_texts(comparison: Comparison, left: &str, right: &str) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::Unequal => left != right,
        Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => {
            compare_numbers(comparison, number_of(left), number_of(right))
        }
    }
}

fn compare_numbers(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Equal => is_same(left, right),
        Comparison::Unequal => !is_same(left, right),
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

/// Equality of IEEE 754, which XPath asks for: not-a-number equals nothing.
#[allow(clippy::float_cmp, reason = "XPath 1.0, 3.4 compares numbers exactly")]
fn is_same(left: f64, right: f64) -> bool {
    left == right
}

const fn truth_number(truth: bool) -> f64 {
    if truth { 1.0 } else { 0.0 }
}

#[allow(clippy::cast_precision_loss, reason = "documents have far fewer nodes than 2^52")]
const fn count(number: usize) -> f64 {
    number as f64
}

/// XPath 1.0, 4.4: digits with a point and a minus, blanks around them; everything else is not a number.
fn number_of(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let digits = text.strip_prefix('-').unwrap_or(text);
    let good = digits.chars().any(|c| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if good { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// Half goes up, as XPath asks for.
fn round(number: f64) -> f64 {
    (number + 0.5).floor()
}

fn spell(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if is_same(number, 0.0) { "0".to_owned() } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

    use super::super::xpath::parse;
    use super::*;

    const TEXT: &str = "<r xmlns:p='urn:p'><a n='1'>x</a><!-- c --><a n='2'>y<b/></a><g><a n='3'/><p:a n='4'/></g><n>7</n></r>";

    fn select(path: &str) -> Result<Vec<String>, String> {
        let parsed = located_xml::parse(wcf_diagnostics::FileId(0), TEXT, &located_xml::Limits::default());
        let document = parsed.document.unwrap();
        let root = Element::read(document.root());
        let tree = Tree::new(&root);
        let namespaces = |prefix: &str| (prefix == "q").then(|| "urn:p".to_owned());
        let paths = tree.select(&parse(path)?, None, &namespaces)?;
        Ok(paths
            .iter()
            .map(|path| {
                let element = path.iter().fold(&root, |element, at| match element.children.get(*at) {
                    Some(Node::Element(inner)) => inner,
                    other => panic!("{other:?}"),
                });
                let n = element.attribute("n").map_or_else(String::new, |n| n.value.clone());
                format!("{}{n}", element.name)
            })
            .collect())
    }

    #[test]
    fn paths_select_what_the_recommendation_says() {
        for (path, expected) in [
            ("/r", "r"),
            ("/*/a", "a1 a2"),
            ("//a", "a1 a2 a3"),
            ("//q:a", "p:a4"),
            ("//q:*", "p:a4"),
            ("//*[local-name()='a'][last()]", "a2 p:a4"),
            ("(//*[local-name()='a'])[last()]", "p:a4"),
            ("//a[2]", "a2"),
            ("/r/a[@n>1]", "a2"),
            ("/r/a[.='x']", "a1"),
            ("/r/a[text()='y']/b/..", "a2"),
            ("//b/ancestor::*", "r a2"),
            ("//b/ancestor::*[1]", "a2"),
            ("//b/preceding::a", "a1"),
            ("//b/following::a", "a3"),
            ("//g/preceding-sibling::a[1]", "a2"),
            ("/r/a[1]/following-sibling::*", "a2 g n"),
            ("/r/comment()/following-sibling::a", "a2"),
            ("//a[@n='1' or @n='3']", "a1 a3"),
            ("//a[not(@n='1')] | /r/n", "a2 a3 n"),
            ("//a[starts-with(@n,'3') and contains(name(..),'g')]", "a3"),
            ("//a[position() mod 2 = 0]", "a2"),
            ("//*[count(a)=1]", "g"),
            ("/r/n[number(.) + 1 = 8 and -. = -7 and . div 2 = 3.5]", "n"),
            ("/r/n[substring('12345', 1.5, 2.6)='234']", "n"),
            ("/r/n[translate('bar','abc','AB')='BAr']", "n"),
            ("/r/n[concat(substring-before('a=b','='), substring-after('a=b','='))='ab']", "n"),
            ("/r/n[normalize-space('  a  b ')='a b' and string-length('ab')=2 and floor(1.9)=1 and round(2.5)=3]", "n"),
            ("/r/n[sum(//a/@n)=6 and boolean(//zz)=false() and string(1 div 0)='Infinity']", "n"),
            ("//@n/..", "a1 a2 a3 p:a4"),
            ("/r/zz", ""),
        ] {
            let expected: Vec<String> = expected.split_whitespace().map(str::to_owned).collect();
            assert_eq!(select(path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn what_selects_no_nodes_or_too_many_is_refused() {
        assert!(select("1 + 1").is_err());
        assert!(select("//zz:a").is_err());
        assert!(select("count(1)").is_err());
        assert!(select("//*[//*]").is_ok());
        let deep =
            "//node()[count(//node()[count(//node()[count(//node()[count(//node()[count(//node()[count(//node())>0])>0])>0])>0])>0])>0]";
        assert!(select(deep).is_err());
    }
}
