//! Where something stands in the flow of its method: which branches, and which statements before it that may leave, decide
//! whether it is reached.

use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::csharp::reader::{Reader, children};

/// Methods of ASP.NET Core and CoreWCF that run the function they are given, once, while the application is set up. Whole names:
/// what else is given a function may keep it, or run it now and then.
const BUILDERS: [&str; 11] = [
    "UseServiceModel",
    "AddService",
    "AddServiceEndpoint",
    "AddServiceWebEndpoint",
    "ConfigureServiceHostBase",
    "ConfigureServices",
    "ConfigureWebHost",
    "ConfigureWebHostDefaults",
    "ConfigureKestrel",
    "UseKestrel",
    "UseNetTcp",
];

/// Where something stands in the flow of its method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::csharp) struct Way {
    /// The method, by the place that it begins; 0 outside all.
    pub method: usize,
    /// Where it begins.
    pub start: usize,
    /// What must go one way for it to be reached: branches around it, and statements before it that may leave.
    pub branches: Vec<Branch>,
}

/// One of several ways through a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::csharp) struct Branch {
    /// Where it begins.
    pub start: usize,
    /// Whether it is the block of a `try`: what fails in it goes on behind it.
    pub is_try: bool,
}

impl Way {
    /// Whether what stands here is reached whenever what stands in one of the others is, as far as branches go.
    pub(in crate::csharp) fn is_within(&self, others: &[&Way]) -> bool {
        self.branches.iter().all(|branch| others.iter().any(|other| other.branches.contains(branch)))
    }

    /// Whether a failure before it may go unnoticed.
    pub(in crate::csharp) fn is_tried(&self) -> bool {
        self.branches.iter().any(|branch| branch.is_try)
    }
}

/// How often each method name is declared in the file.
pub(super) fn declared(reader: &Reader<'_>, root: Node<'_>) -> BTreeMap<String, usize> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if matches!(node.kind(), "method_declaration" | "local_function_statement" | "constructor_declaration")
            && let Some(name) = node.child_by_field_name("name")
        {
            *found.entry(reader.identifier(name)).or_default() += 1;
        }
        let holds = matches!(
            node.kind(),
            "compilation_unit"
                | "namespace_declaration"
                | "file_scoped_namespace_declaration"
                | "declaration_list"
                | "class_declaration"
                | "struct_declaration"
                | "record_declaration"
                | "method_declaration"
                | "constructor_declaration"
                | "block"
                | "global_statement"
                | "interface_declaration"
        );
        if holds {
            open.extend(children(node));
        }
    }
    found
}

/// The method, accessor or property around a node.
pub(super) fn enclosing(node: Node<'_>) -> Option<Node<'_>> {
    let kinds = [
        "method_declaration",
        "constructor_declaration",
        "local_function_statement",
        "accessor_declaration",
        "property_declaration",
        "class_declaration",
        "compilation_unit",
    ];
    std::iter::successors(node.parent(), |node| node.parent()).find(|node| kinds.contains(&node.kind()))
}

pub(super) fn method_of(node: Node<'_>) -> usize {
    match enclosing(node) {
        Some(around) if !matches!(around.kind(), "class_declaration" | "compilation_unit") => around.start_byte() + 1,
        _ => 0,
    }
}

/// The branches around a node, innermost first, up to its method: what stands in one happens on some ways only.
pub(super) fn branches(reader: &Reader<'_>, node: Node<'_>, declared: &BTreeMap<String, usize>) -> Vec<Branch> {
    let mut found = Vec::new();
    let mut at = node;
    let branch = |start: usize| Branch { start, is_try: false };
    while let Some(around) = at.parent() {
        match around.kind() {
            "method_declaration"
            | "constructor_declaration"
            | "local_function_statement"
            | "accessor_declaration"
            | "class_declaration" => break,
            "if_statement" | "conditional_expression" if around.child_by_field_name("condition") == Some(at) => {}
            "if_statement" | "conditional_expression" => found.push(branch(at.start_byte())),
            // The right side is asked only if the left does not decide.
            "binary_expression"
                if around.child_by_field_name("right") == Some(at)
                    && children(around).any(|child| matches!(reader.text(child), "&&" | "||" | "??")) =>
            {
                found.push(branch(at.start_byte()));
            }
            "switch_section"
            | "switch_expression_arm"
            | "while_statement"
            | "for_statement"
            | "foreach_statement"
            | "do_statement"
            | "catch_clause" => found.push(branch(around.start_byte())),
            "lambda_expression" | "anonymous_method_expression" if !is_builder(reader, around, declared) => {
                found.push(branch(around.start_byte()));
            }
            // What stands before it in the block may throw, and the catch goes on without it.
            "try_statement" if at.kind() == "block" => found.push(Branch { start: around.start_byte(), is_try: true }),
            "block" | "switch_section_body" | "compilation_unit" => {
                let mut before = at.prev_named_sibling();
                while let Some(statement) = before {
                    if leaves(statement) {
                        found.push(branch(statement.start_byte()));
                    }
                    before = statement.prev_named_sibling();
                }
            }
            _ => {}
        }
        at = around;
    }
    found
}

/// Whether a statement may end its method, so that what follows it happens on some ways only.
fn leaves(statement: Node<'_>) -> bool {
    let mut open = vec![statement];
    while let Some(node) = open.pop() {
        match node.kind() {
            "return_statement" | "goto_statement" | "break_statement" | "continue_statement" | "throw_statement" | "yield_statement" => {
                return true;
            }
            // Functions of their own return from themselves.
            "local_function_statement" | "lambda_expression" | "anonymous_method_expression" => {}
            // A return is a statement: expressions hold none but in functions.
            kind if kind.ends_with("_statement")
                || kind == "block"
                || kind.ends_with("_clause")
                || kind == "switch_body"
                || kind == "switch_section"
                || kind == "global_statement" =>
            {
                open.extend((0..node.named_child_count()).filter_map(|at| node.named_child(u32::try_from(at).unwrap_or(0))));
            }
            _ => {}
        }
    }
    false
}

/// Whether a function is given to a call that runs it once while the application is set up.
fn is_builder(reader: &Reader<'_>, lambda: Node<'_>, declared: &BTreeMap<String, usize>) -> bool {
    let call = lambda.parent().filter(|argument| argument.kind() == "argument").and_then(|argument| argument.parent()?.parent());
    let Some(function) = call.filter(|call| call.kind() == "invocation_expression").and_then(|call| call.child_by_field_name("function"))
    else {
        return false;
    };
    let named = reader.text(function.child_by_field_name("name").unwrap_or(function));
    let named = named.split_once('<').map_or(named, |(name, _)| name);
    // A method of that name in the file is another.
    BUILDERS.contains(&named) && (named == "ConfigureServices" || !declared.contains_key(named))
}
