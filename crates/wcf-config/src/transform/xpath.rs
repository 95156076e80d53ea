//! XPath 1.0 as text: its words, and what they say. What is not understood (variables, the namespace axis, `id`, `lang`) is refused
//! with a reason, never passed over.

/// Expressions may nest this deep; deeper ones are refused.
const DEEPEST: usize = 32;

/// Expressions may be this long, in bytes.
const LONGEST: usize = 16 * 1024;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct XPath {
    pub expression: Expression,
    /// The prefixes that names in it have.
    pub prefixes: Vec<String>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// `or`.
    Or(Box<Self>, Box<Self>),
    /// `and`.
    And(Box<Self>, Box<Self>),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// `+`, `-`, `*`, `div`, `mod`.
    Calculate(Operator, Box<Self>, Box<Self>),
    /// `-`.
    Negate(Box<Self>),
    /// `|`.
    Union(Box<Self>, Box<Self>),
    /// A location path.
    Path(Start, Vec<Step>),
    /// What an expression gives, filtered by predicates.
    Filter(Box<Self>, Vec<Self>),
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A function of the core library.
    Call(Function, Vec<Self>),
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    /// `/`: the document.
    Document,
    /// The node that the expression is for.
    Here,
    /// What an expression gives.
    From(Box<Expression>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub axis: Axis,
    pub test: Test,
    pub predicates: Vec<Expression>,
}

/// In which direction a step looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Itself,
    Parent,
    Preceding,
    PrecedingSibling,
}

impl Axis {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ancestor" => Self::Ancestor,
            "ancestor-or-self" => Self::AncestorOrSelf,
            "attribute" => Self::Attribute,
            "child" => Self::Child,
            "descendant" => Self::Descendant,
            "descendant-or-self" => Self::DescendantOrSelf,
            "following" => Self::Following,
            "following-sibling" => Self::FollowingSibling,
            "self" => Self::Itself,
            "parent" => Self::Parent,
            "preceding" => Self::Preceding,
            "preceding-sibling" => Self::PrecedingSibling,
            _ => return None,
        })
    }
}

/// What a step lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// Elements, or attributes on their axis, of this name; `*` is any.
    Name { prefix: Option<String>, local: String },
    /// `node()`.
    Node,
    /// `text()`.
    Text,
    /// `comment()`.
    Comment,
    /// `processing-instruction()`: configurations have none that are kept.
    Instruction,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

/// A function of the core library (XPath 1.0, 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Last,
    Position,
    Count,
    LocalName,
    NamespaceUri,
    Name,
    String,
    Concat,
    StartsWith,
    Contains,
    SubstringBefore,
    SubstringAfter,
    Substring,
    StringLength,
    NormalizeSpace,
    Translate,
    Boolean,
    Not,
    True,
    False,
    Number,
    Sum,
    Floor,
    Ceiling,
    Round,
}

impl Function {
    /// The function, and how many arguments it takes.
    fn named(name: &str) -> Option<(Self, std::ops::RangeInclusive<usize>)> {
        Some(match name {
            "last" => (Self::Last, 0..=0),
            "position" => (Self::Position, 0..=0),
            "count" => (Self::Count, 1..=1),
            "local-name" => (Self::LocalName, 0..=1),
            "namespace-uri" => (Self::NamespaceUri, 0..=1),
            "name" => (Self::Name, 0..=1),
            "string" => (Self::String, 0..=1),
            "concat" => (Self::Concat, 2..=usize::MAX),
            "starts-with" => (Self::StartsWith, 2..=2),
            "contains" => (Self::Contains, 2..=2),
            "substring-before" => (Self::SubstringBefore, 2..=2),
            "substring-after" => (Self::SubstringAfter, 2..=2),
            "substring" => (Self::Substring, 2..=3),
            "string-length" => (Self::StringLength, 0..=1),
            "normalize-space" => (Self::NormalizeSpace, 0..=1),
            "translate" => (Self::Translate, 3..=3),
            "boolean" => (Self::Boolean, 1..=1),
            "not" => (Self::Not, 1..=1),
            "true" => (Self::True, 0..=0),
            "false" => (Self::False, 0..=0),
            "number" => (Self::Number, 0..=1),
            "sum" => (Self::Sum, 1..=1),
            "floor" => (Self::Floor, 1..=1),
            "ceiling" => (Self::Ceiling, 1..=1),
            "round" => (Self::Round, 1..=1),
            _ => return None,
        })
    }
}

/// Reads an expression.
///
/// # Errors
///
/// In a few words, where it is no XPath or says what is not understood here.
pub(super) fn parse(text: &str) -> Result<XPath, String> {
    if text.len() > LONGEST {
        return Err("it is too long".to_owned());
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, prefixes: Vec::new() };
    let expression = parser.or()?;
    match parser.peek() {
        None => Ok(XPath { expression, prefixes: parser.prefixes }),
        Some(token) => Err(format!("{} does not belong where it stands", token.words())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A mark: `/`, `//`, `[`, `!=` and the like.
    Mark(&'static str),
    /// `prefix:local`, `local`, `prefix:*`.
    Name(Option<String>, String),
    Text(String),
    Number(f64),
}

impl Token {
    fn words(&self) -> String {
        match self {
            Self::Mark(mark) => format!("`{mark}`"),
            Self::Name(None, local) => format!("`{local}`"),
            Self::Name(Some(prefix), local) => format!("`{prefix}:{local}`"),
            // It may be what is to be kept.
            Self::Text(_) => "a text".to_owned(),
            Self::Number(number) => format!("`{number}`"),
        }
    }
}

/// Longer marks before those they begin with.
const MARKS: [&str; 22] =
    ["//", "::", "..", "!=", "<=", ">=", "/", "[", "]", "(", ")", ",", "@", "|", "+", "-", "*", "=", "<", ">", ".", "$"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut list = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first == '\'' || first == '"' {
            let inner = rest.get(1..).unwrap_or("");
            let end = inner.find(first).ok_or("a text has no end")?;
            (Token::Text(inner.get(..end).unwrap_or("").to_owned()), end + 2)
        } else if first.is_ascii_digit() || first == '.' && rest.get(1..2).is_some_and(|c| c.starts_with(|c: char| c.is_ascii_digit())) {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = rest.get(..end).and_then(|digits| digits.parse().ok()).ok_or("a number is malformed")?;
            (Token::Number(number), end)
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            (Token::Mark(mark), mark.len())
        } else if first.is_alphabetic() || first == '_' {
            name(rest)
        } else {
            return Err(format!("`{first}` does not belong into an XPath"));
        };
        list.push(token);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(list)
}

/// A name, with its prefix if there is one, and its length in bytes.
fn name(text: &str) -> (Token, usize) {
    let end_of = |text: &str| {
        let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        text.find(|c: char| !in_name(c)).unwrap_or(text.len())
    };
    let end = end_of(text);
    let first = text.get(..end).unwrap_or("").to_owned();
    let after = text.get(end..).unwrap_or("");
    if let Some(local) = after.strip_prefix(':').filter(|local| !local.starts_with(':')) {
        if local.starts_with('*') {
            return (Token::Name(Some(first), "*".to_owned()), end + 2);
        }
        if local.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let length = end_of(local);
            return (Token::Name(Some(first), local.get(..length).unwrap_or("").to_owned()), end + 1 + length);
        }
    }
    (Token::Name(None, first), end)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    prefixes: Vec<String>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is(&self, mark: &str) -> bool {
        matches!(self.peek(), Some(Token::Mark(next)) if *next == mark)
    }

    fn is_followed_by(&self, mark: &str) -> bool {
        matches!(self.tokens.get(self.at + 1), Some(Token::Mark(next)) if *next == mark)
    }

    fn take(&mut self, mark: &str) -> bool {
        let is = self.is(mark);
        self.at += usize::from(is);
        is
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Name(None, next)) if next == word);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, mark: &'static str) -> Result<(), String> {
        if self.take(mark) { Ok(()) } else { Err(format!("a `{mark}` is missing")) }
    }

    fn or(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut left = self.equality()?;
        while self.word("and") {
            left = Expression::And(Box::new(left), Box::new(self.equality()?));
        }
        Ok(left)
    }

    fn equality(&mut self) -> Result<Expression, String> {
        let mut left = self.relation()?;
        loop {
            let comparison = match () {
                () if self.take("=") => Comparison::Equal,
                () if self.take("!=") => Comparison::Unequal,
                () => return Ok(left),
            };
            left = Expression::Compare(comparison, Box::new(left), Box::new(self.relation()?));
        }
    }

    fn relation(&mut self) -> Result<Expression, String> {
        let mut left = self.sum()?;
        loop {
            let comparison = match () {
                () if self.take("<=") => Comparison::LessOrEqual,
                () if self.take(">=") => Comparison::GreaterOrEqual,
                () if self.take("<") => Comparison::Less,
                () if self.take(">") => Comparison::Greater,
                () => return Ok(left),
            };
            left = Expression::Compare(comparison, Box::new(left), Box::new(self.sum()?));
        }
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        loop {
            let operator = match () {
                () if self.take("+") => Operator::Plus,
                () if self.take("-") => Operator::Minus,
                () => return Ok(left),
            };
            left = Expression::Calculate(operator, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.negation()?;
        loop {
            let operator = match () {
                () if self.take("*") => Operator::Times,
                () if self.word("div") => Operator::Divide,
                () if self.word("mod") => Operator::Modulo,
                () => return Ok(left),
            };
            left = Expression::Calculate(operator, Box::new(left), Box::new(self.negation()?));
        }
    }

    fn negation(&mut self) -> Result<Expression, String> {
        let mut negative = false;
        while self.take("-") {
            negative = !negative;
        }
        let inner = self.union()?;
        Ok(if negative { Expression::Negate(Box::new(inner)) } else { inner })
    }

    fn union(&mut self) -> Result<Expression, String> {
        let mut left = self.path()?;
        while self.take("|") {
            left = Expression::Union(Box::new(left), Box::new(self.path()?));
        }
        Ok(left)
    }

    fn path(&mut self) -> Result<Expression, String> {
        if self.take("/") {
            let steps = if self.begins_step() { self.steps(Vec::new())? } else { Vec::new() };
            return Ok(Expression::Path(Start::Document, steps));
        }
        if self.take("//") {
            let steps = self.steps(vec![anywhere()])?;
            return Ok(Expression::Path(Start::Document, steps));
        }
        let Some(primary) = self.primary()? else {
            let steps = self.steps(Vec::new())?;
            return Ok(Expression::Path(Start::Here, steps));
        };
        let predicates = self.predicates()?;
        let filtered = if predicates.is_empty() { primary } else { Expression::Filter(Box::new(primary), predicates) };
        if self.take("/") {
            let steps = self.steps(Vec::new())?;
            return Ok(Expression::Path(Start::From(Box::new(filtered)), steps));
        }
        if self.take("//") {
            let steps = self.steps(vec![anywhere()])?;
            return Ok(Expression::Path(Start::From(Box::new(filtered)), steps));
        }
        Ok(filtered)
    }

    /// A text, a number, a call or something in parentheses; `None` where a path begins.
    fn primary(&mut self) -> Result<Option<Expression>, String> {
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Some(Expression::Text(text)))
            }
            Some(Token::Number(number)) => {
                self.at += 1;
                Ok(Some(Expression::Number(number)))
            }
            Some(Token::Mark("(")) => {
                self.at += 1;
                let inner = self.or()?;
                self.expect(")")?;
                Ok(Some(inner))
            }
            Some(Token::Mark("$")) => Err("variables have no value in a transform".to_owned()),
            Some(Token::Name(None, name)) if self.is_followed_by("(") && !is_node_test(&name) => {
                self.at += 2;
                self.call(&name).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression, String> {
        let (function, counts) = Function::named(name).ok_or_else(|| format!("there is no function `{name}` here"))?;
        let mut arguments = Vec::new();
        if !self.take(")") {
            loop {
                arguments.push(self.or()?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        if counts.contains(&arguments.len()) {
            Ok(Expression::Call(function, arguments))
        } else {
            Err(format!("`{name}` does not take {} arguments", arguments.len()))
        }
    }

    fn begins_step(&self) -> bool {
        matches!(self.peek(), Some(Token::Name(..) | Token::Mark("@" | "*" | "." | "..")))
    }

    fn steps(&mut self, mut steps: Vec<Step>) -> Result<Vec<Step>, String> {
        loop {
            steps.push(self.step()?);
            if self.take("//") {
                steps.push(anywhere());
            } else if !self.take("/") {
                return Ok(steps);
            }
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        let short = match self.peek() {
            Some(Token::Mark(".")) => Some(Axis::Itself),
            Some(Token::Mark("..")) => Some(Axis::Parent),
            _ => None,
        };
        if let Some(axis) = short {
            self.at += 1;
            return Ok(Step { axis, test: Test::Node, predicates: Vec::new() });
        }
        let axis = if self.take("@") {
            Axis::Attribute
        } else if let (Some(Token::Name(None, name)), true) = (self.peek().cloned(), self.is_followed_by("::")) {
            self.at += 2;
            Axis::named(&name).ok_or_else(|| format!("there is no axis `{name}` here"))?
        } else {
            Axis::Child
        };
        let test = match self.peek().cloned() {
            Some(Token::Mark("*")) => {
                self.at += 1;
                Test::Name { prefix: None, local: "*".to_owned() }
            }
            Some(Token::Name(None, name)) if self.is_followed_by("(") && is_node_test(&name) => {
                self.at += 2;
                if name == "processing-instruction" && matches!(self.peek(), Some(Token::Text(_))) {
                    self.at += 1;
                }
                self.expect(")")?;
                match name.as_str() {
                    "text" => Test::Text,
                    "comment" => Test::Comment,
                    "node" => Test::Node,
                    _ => Test::Instruction,
                }
            }
            Some(Token::Name(prefix, local)) => {
                self.at += 1;
                self.prefixes.extend(prefix.clone());
                Test::Name { prefix, local }
            }
            Some(token) => return Err(format!("{} stands where a name is expected", token.words())),
            None => return Err("it ends where a name is expected".to_owned()),
        };
        Ok(Step { axis, test, predicates: self.predicates()? })
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, String> {
        let mut predicates = Vec::new();
        while self.take("[") {
            predicates.push(self.or()?);
            self.expect("]")?;
        }
        Ok(predicates)
    }
}

/// `//`.
fn anywhere() -> Step {
    Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() }
}

fn is_node_test(name: &str) -> bool {
    matches!(name, "node" | "text" | "comment" | "processing-instruction")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_understood_or_refused() {
        for good in [
            "/",
            "/configuration/a[@n='x']",
            "//endpoint",
            "a/b[2]/..",
            "*[@a and not(@b='c' or contains(@d,'e'))]",
            "a | b",
            "ancestor-or-self::node()[last()]",
            "(//a)[position() mod 2 = 1]/@*",
            "count(a) >= 2 and -1 < .5",
            "x:add[@key = concat('a', \"b\")]",
            "div/div div div",
            "self::text()",
        ] {
            assert!(parse(good).is_ok(), "{good}: {:?}", parse(good));
        }
        for bad in ["", "a[", "a[@n=", "a b", "$x", "id('a')", "namespace::a", "foo(a)", "not()", "a[@n='x]", "a//", "1.2.3", "a#b", "::a"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&"(".repeat(10_000)).is_err());
        assert!(parse(&"a/".repeat(100_000)).is_err());
    }
}
