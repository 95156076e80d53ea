//! Rewrites Rust files so that each holds all its mutants at once, every one behind a switch that a variable of the environment
//! turns on: `mutants LIST.json [--skip N,N] FILE…`. The switch is `crate::mutant::on(N)`.
//!
//! What is tried: each arm of a `match` gives what each other arm gives; each condition, each part of one, each comparison and each
//! `matches!` is true, and is false; each statement that calls or assigns is left out; each `true` and `false` is the other.
//! Code under `cfg(test)` and in macros stays as it is.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::json;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Text around a piece of the source.
struct Wrap {
    range: Range<usize>,
    prefix: String,
    suffix: String,
    ids: Vec<usize>,
}

struct Mutant {
    id: usize,
    function: String,
    line: usize,
    what: String,
    code: String,
}

struct Mutator<'a> {
    text: &'a str,
    next: &'a mut usize,
    skip: &'a BTreeSet<usize>,
    functions: Vec<String>,
    wraps: Vec<Wrap>,
    mutants: Vec<Mutant>,
    /// Conditions that were dealt with where they stand in a chain.
    done: BTreeSet<(usize, usize)>,
    /// `const fn`s lose their `const`: the switch is read at run time.
    consts: Vec<Range<usize>>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let list = arguments.next().expect("where the list goes");
    let mut files: Vec<String> = arguments.collect();
    let mut skip = BTreeSet::new();
    if files.first().is_some_and(|first| first == "--skip") {
        let ids = files.remove(1);
        files.remove(0);
        skip = ids.split(',').filter_map(|id| id.parse().ok()).collect();
    }
    let mut next = 1;
    let mut all = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).expect("the file is there");
        let file = syn::parse_file(&text).expect("the file is Rust");
        let mut mutator = Mutator {
            text: &text,
            next: &mut next,
            skip: &skip,
            functions: Vec::new(),
            wraps: Vec::new(),
            mutants: Vec::new(),
            done: BTreeSet::new(),
            consts: Vec::new(),
        };
        mutator.visit_file(&file);
        let Mutator { wraps, mutants, consts, .. } = mutator;
        let (rewritten, places) = rewrite(&text, wraps, &consts);
        fs::write(&path, rewritten).expect("the file can be written");
        all.extend(mutants.into_iter().map(|mutant| {
            let place = places.iter().find(|(ids, _)| ids.contains(&mutant.id)).map(|(_, range)| [range.start, range.end]);
            json!({
                "id": mutant.id,
                "file": path,
                "function": mutant.function,
                "line": mutant.line,
                "what": mutant.what,
                "code": mutant.code,
                "bytes": place,
            })
        }));
    }
    fs::write(list, serde_json::to_string_pretty(&all).expect("plain data")).expect("the list can be written");
}

/// The text with every wrap in place, and where each ended up.
fn rewrite(text: &str, mut wraps: Vec<Wrap>, consts: &[Range<usize>]) -> (String, Vec<(Vec<usize>, Range<usize>)>) {
    // Outer before inner: what starts first, and of those what ends last; made first is outer where both are the same.
    wraps.sort_by_key(|wrap| (wrap.range.start, usize::MAX - wrap.range.end));
    let mut out = String::new();
    let mut open: Vec<(Wrap, usize)> = Vec::new();
    let mut places = Vec::new();
    let mut wraps = wraps.into_iter().peekable();
    let mut close = |out: &mut String, open: &mut Vec<(Wrap, usize)>, at: usize| {
        while open.last().is_some_and(|(wrap, _)| wrap.range.end <= at) {
            let Some((wrap, start)) = open.pop() else { break };
            assert_eq!(wrap.range.end, at, "wraps overlap");
            out.push_str(&wrap.suffix);
            places.push((wrap.ids, start..out.len()));
        }
    };
    for (at, letter) in text.char_indices().chain([(text.len(), '\0')]) {
        close(&mut out, &mut open, at);
        while let Some(wrap) = wraps.next_if(|wrap| wrap.range.start == at) {
            let start = out.len();
            out.push_str(&wrap.prefix);
            open.push((wrap, start));
        }
        if at < text.len() && !consts.iter().any(|range| range.contains(&at)) {
            out.push(letter);
        }
    }
    (out, places)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn identifiers(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Ident(name) => {
                found.insert(name.to_string());
            }
            // Names inside of format strings.
            TokenTree::Literal(text) => {
                let text = text.to_string();
                found.extend(text.split(['{', '}', ':']).map(str::to_owned));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The names a pattern binds.
struct Bound(BTreeSet<String>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.to_string();
        if name.starts_with(char::is_lowercase) {
            self.0.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let mut names = BTreeSet::new();
        if let syn::Meta::List(list) = &attribute.meta {
            identifiers(list.tokens.clone(), &mut names);
        }
        attribute.path().is_ident("test") || attribute.path().is_ident("cfg") && names.contains("test")
    })
}

fn is_let(condition: &syn::Expr) -> bool {
    match condition {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(both) => is_let(&both.left) || is_let(&both.right),
        _ => false,
    }
}

impl Mutator<'_> {
    fn slice(&self, range: &Range<usize>) -> &str {
        &self.text[range.clone()]
    }

    /// A new mutant; `None` where it is to be skipped.
    fn mutant(&mut self, range: &Range<usize>, what: String) -> Option<usize> {
        let id = *self.next;
        *self.next += 1;
        if self.skip.contains(&id) {
            return None;
        }
        let code = words(self.slice(range));
        let line = self.text[..range.start].matches('\n').count() + 1;
        self.mutants.push(Mutant { id, function: self.functions.join("::"), line, what, code });
        Some(id)
    }

    /// An expression of type `bool` is true, and is false.
    fn truth(&mut self, expression: &syn::Expr) {
        let range = expression.span().byte_range();
        if is_let(expression) || !self.done.insert((range.start, range.end)) {
            return;
        }
        let yes = self.mutant(&range, "is true".to_owned());
        let no = self.mutant(&range, "is false".to_owned());
        let yes_words = yes.map_or_else(String::new, |id| format!("crate::mutant::on({id}) || "));
        let no_words = no.map_or_else(String::new, |id| format!("!crate::mutant::on({id}) && "));
        let ids: Vec<usize> = yes.into_iter().chain(no).collect();
        if !ids.is_empty() {
            self.wraps.push(Wrap { range, prefix: format!("({yes_words}({no_words}("), suffix: ")))".to_owned(), ids });
        }
    }

    /// A condition: the whole of it, and what follows `let`s in its chain.
    fn condition(&mut self, condition: &syn::Expr) {
        if !is_let(condition) {
            self.truth(condition);
            return;
        }
        let range = condition.span().byte_range();
        if let Some(id) = self.mutant(&range, "is false".to_owned()) {
            let prefix = format!("!crate::mutant::on({id}) && ");
            self.wraps.push(Wrap { range, prefix, suffix: String::new(), ids: vec![id] });
        }
    }

    fn arms(&mut self, arms: &[syn::Arm]) {
        let bodies: Vec<(Range<usize>, BTreeSet<String>, BTreeSet<String>)> = arms
            .iter()
            .map(|arm| {
                let mut bound = Bound(BTreeSet::new());
                bound.visit_pat(&arm.pat);
                let mut used = BTreeSet::new();
                let range = arm.body.span().byte_range();
                identifiers(self.slice(&range).parse().unwrap_or_default(), &mut used);
                (range, bound.0, used)
            })
            .collect();
        for (at, (range, _, _)) in bodies.iter().enumerate() {
            let own = words(self.slice(range));
            let mut tried = BTreeSet::from([own]);
            let (mut prefix, mut ids) = (String::new(), Vec::new());
            for (other_at, (other, bound, used)) in bodies.iter().enumerate() {
                let text = self.slice(other).to_owned();
                if other_at == at || !bound.is_disjoint(used) || !tried.insert(words(&text)) {
                    continue;
                }
                if let Some(id) = self.mutant(range, format!("gives {}", words(&text))) {
                    prefix.push_str(&format!("if crate::mutant::on({id}) {{ {text} }} else "));
                    ids.push(id);
                }
            }
            if !ids.is_empty() {
                // A body may stand before a comma, so that its own braces are not needed.
                self.wraps.push(Wrap { range: range.clone(), prefix: format!("{{ {prefix}{{ "), suffix: " } }".to_owned(), ids });
            }
        }
    }
}

impl<'ast> Visit<'ast> for Mutator<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if is_test(&function.attrs) {
            return;
        }
        self.functions.push(function.sig.ident.to_string());
        visit::visit_item_fn(self, function);
        self.functions.pop();
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.functions.push(function.sig.ident.to_string());
        visit::visit_impl_item_fn(self, function);
        self.functions.pop();
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Some(constness) = &signature.constness {
            self.consts.push(constness.span().byte_range());
        }
    }

    // Patterns, types and values of constants hold nothing that runs.
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
        self.arms(&choice.arms);
        visit::visit_expr_match(self, choice);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if let Some((_, guard)) = &arm.guard {
            self.condition(guard);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_if(&mut self, choice: &'ast syn::ExprIf) {
        self.condition(&choice.cond);
        visit::visit_expr_if(self, choice);
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        match expression {
            syn::Expr::Binary(both) => match both.op {
                syn::BinOp::And(_) | syn::BinOp::Or(_) => {
                    self.truth(&both.left);
                    self.truth(&both.right);
                }
                syn::BinOp::Eq(_) | syn::BinOp::Ne(_) | syn::BinOp::Lt(_) | syn::BinOp::Le(_) | syn::BinOp::Gt(_) | syn::BinOp::Ge(_) => {
                    self.truth(expression);
                }
                _ => {}
            },
            syn::Expr::Macro(call) if call.mac.path.is_ident("matches") => self.truth(expression),
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) => {
                let range = expression.span().byte_range();
                if let Some(id) = self.mutant(&range, format!("is {}", !value.value)) {
                    self.wraps.push(Wrap { range, prefix: format!("(crate::mutant::on({id}) != "), suffix: ")".to_owned(), ids: vec![id] });
                }
            }
            _ => {}
        }
        visit::visit_expr(self, expression);
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if let syn::Stmt::Expr(expression, Some(_)) = statement
            && matches!(expression, syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Assign(_) | syn::Expr::Binary(_))
        {
            let range = statement.span().byte_range();
            if let Some(id) = self.mutant(&range, "is left out".to_owned()) {
                let prefix = format!("if !crate::mutant::on({id}) {{ ");
                self.wraps.push(Wrap { range, prefix, suffix: " }".to_owned(), ids: vec![id] });
            }
        }
        visit::visit_stmt(self, statement);
    }
}
