//! The rules of the repository that a machine can check: who may use whom, what files say and are called, that nothing
//! unordered or machine-bound crept in, and that every code of a finding is unique and has its page.
//!
//! Each test collects every violation before it fails, so that one run lists all there is to mend. `BLESS=1` writes
//! the pages that are generated.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

/// Which of our packages a package may name in `[dependencies]` and `[build-dependencies]`. The same table stands in
/// `docs/architecture.md`; a test below keeps the two equal.
const MAY_USE: &[(&str, &[&str])] = &[
    ("wcf-diagnostics", &[]),
    ("located-xml", &["wcf-diagnostics"]),
    ("wcf-config", &["wcf-diagnostics", "located-xml"]),
    ("wcf-contract", &["wcf-diagnostics", "located-xml"]),
    ("wcf-security", &["wcf-diagnostics", "wcf-config", "wcf-contract"]),
    ("tonic-codegen", &["wcf-diagnostics", "wcf-contract", "wcf-security", "wcf2grpc-templates"]),
    ("security-probe", &["wcf-diagnostics", "wcf-security"]),
    ("certificate-lint", &[]),
    ("migration-report", &[]),
    (
        "cargo-wcf2grpc",
        &[
            "wcf-diagnostics",
            "located-xml",
            "wcf-config",
            "wcf-contract",
            "wcf-security",
            "tonic-codegen",
            "security-probe",
            "certificate-lint",
            "migration-report",
            "wcf2grpc-templates",
        ],
    ),
    ("wcf2grpc-templates", &[]),
];

/// Names that say nothing about what is inside.
const FORBIDDEN_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "manager", "misc", "types", "core"];

/// Files longer than this say in their module comment why they are.
const LONG_FILE: usize = 800;

/// What the module comment of a long file must contain, so that the reason can be found and not only guessed at.
const LONG_FILE_WORDS: &str = "800 lines";

/// The standard bindings of .NET. After `wcf-config` and `wcf-contract` (which reads endpoints set in code) nothing
/// decides by these names: what they mean was lowered to a channel stack.
const STANDARD_BINDINGS: &[&str] = &[
    "basicHttpBinding",
    "basicHttpContextBinding",
    "basicHttpsBinding",
    "mexHttpBinding",
    "mexHttpsBinding",
    "mexNamedPipeBinding",
    "mexTcpBinding",
    "msmqIntegrationBinding",
    "netHttpBinding",
    "netHttpsBinding",
    "netMsmqBinding",
    "netNamedPipeBinding",
    "netPeerTcpBinding",
    "netTcpBinding",
    "netTcpContextBinding",
    "udpBinding",
    "webHttpBinding",
    "ws2007FederationHttpBinding",
    "ws2007HttpBinding",
    "wsDualHttpBinding",
    "wsFederationHttpBinding",
    "wsHttpBinding",
    "wsHttpContextBinding",
];

/// Packages in which a standard binding must not be named.
const AFTER_LOWERING: &[&str] = &["wcf-security", "tonic-codegen", "security-probe", "migration-report", "cargo-wcf2grpc"];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Every file that git tracks or would track, with forward slashes.
fn tracked_files() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files of the clone");
    assert!(output.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&output.stderr));
    let files: BTreeSet<String> = String::from_utf8(output.stdout).expect("file names are UTF-8").lines().map(String::from).collect();
    assert!(files.len() > 50, "only {} tracked files: the listing is wrong", files.len());
    files.into_iter().filter(|file| root().join(file).is_file()).collect()
}

fn read(file: &str) -> String {
    String::from_utf8_lossy(&fs::read(root().join(file)).expect("a tracked file can be read")).into_owned()
}

/// Our own Rust: what is compiled in this workspace. Goldens and the fixtures have rules of their own.
fn rust_files() -> Vec<String> {
    tracked_files()
        .into_iter()
        .filter(|file| file.ends_with(".rs"))
        .filter(|file| file.starts_with("crates/") || file.starts_with("templates/") || (file.starts_with("tests/")))
        .collect()
}

fn in_crate_source(file: &str) -> bool {
    let mut parts = file.split('/');
    matches!((parts.next(), parts.next(), parts.next()), (Some("crates"), Some(_), Some("src")))
}

fn assert_none(violations: &[String], rule: &str) {
    assert!(violations.is_empty(), "{rule}:\n  {}\n", violations.join("\n  "));
}

#[test]
fn packages_use_only_what_the_table_allows() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();

    let mut violations = Vec::new();
    for name in &ours {
        if !table.contains_key(name) {
            violations.push(format!("{name} is not in the table"));
        }
    }
    for name in table.keys() {
        if !ours.contains(name) {
            violations.push(format!("{name} is in the table but not in the workspace"));
        }
    }
    for package in packages {
        let name = package["name"].as_str().expect("a package has a name");
        let allowed = table.get(name).copied().unwrap_or_default();
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let target = dependency["name"].as_str().expect("a dependency has a name");
            if ours.contains(target) && !allowed.contains(&target) && dependency["kind"].as_str() != Some("dev") {
                violations.push(format!("{name} uses {target}"));
            }
            if target == "anyhow" && name != "cargo-wcf2grpc" {
                violations.push(format!("{name} uses anyhow: libraries return typed findings and errors"));
            }
        }
    }
    assert_none(&violations, "a package uses what docs/architecture.md does not allow");
}

#[test]
fn the_architecture_page_has_the_same_table() {
    let page = read("docs/architecture.md");
    let mut violations = Vec::new();
    for (name, uses) in MAY_USE {
        let expected =
            if uses.is_empty() { "nothing".to_owned() } else { uses.iter().map(|used| format!("`{used}`")).collect::<Vec<_>>().join(", ") };
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        match row {
            None => violations.push(format!("no row for `{name}`")),
            Some(row) => {
                let cell = row.trim_end_matches(['|', ' ']).rsplit('|').next().unwrap_or("").trim();
                if cell != expected {
                    violations.push(format!("`{name}`: the page says {cell}, the test says {expected}"));
                }
            }
        }
    }
    assert_none(&violations, "docs/architecture.md and tests/tidy.rs disagree on who may use whom");
}

#[test]
fn no_module_has_a_name_without_meaning() {
    let violations: Vec<String> = rust_files()
        .into_iter()
        .filter(|file| {
            file.split('/').skip(1).any(|part| {
                let stem = part.strip_suffix(".rs").unwrap_or(part);
                FORBIDDEN_NAMES.contains(&stem)
            })
        })
        .collect();
    assert_none(&violations, "a file or folder is named after nothing (utils, common, helpers, manager, misc, types, core)");
}

#[test]
fn every_source_file_opens_with_a_module_comment() {
    let mut violations = Vec::new();
    for file in rust_files().iter().filter(|file| in_crate_source(file) || file.starts_with("tests/") || file.starts_with("templates/src/"))
    {
        let text = read(file);
        if !module_comment(&text).lines().any(|line| line.len() > "//! ".len() + 10) {
            violations.push(file.clone());
        }
    }
    assert_none(&violations, "a file does not say in a `//!` comment what it is for");
}

#[test]
fn a_long_file_says_why() {
    let mut violations = Vec::new();
    for file in rust_files().iter().filter(|file| !file.starts_with("templates/") || file.starts_with("templates/src/")) {
        let text = read(file);
        let lines = text.lines().count();
        if lines > LONG_FILE && !module_comment(&text).replace("\n//! ", " ").contains(LONG_FILE_WORDS) {
            violations.push(format!("{file}: {lines} lines"));
        }
    }
    assert_none(&violations, "a file past 800 lines does not say why in its module comment (with the words \"800 lines\")");
}

/// The `//!` lines at the top, after blank lines, ordinary comments and attributes.
fn module_comment(text: &str) -> String {
    text.lines()
        .skip_while(|line| !line.starts_with("//!") && (line.is_empty() || line.starts_with("#!") || line.starts_with("//")))
        .take_while(|line| line.starts_with("//!"))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn no_collection_without_an_order() {
    let mut violations = Vec::new();
    for file in rust_files() {
        let Ok(tokens) = TokenStream::from_str(&read(&file)) else {
            continue;
        };
        let mut found = BTreeSet::new();
        walk(tokens, &mut |token| {
            if let TokenTree::Ident(ident) = token
                && matches!(ident.to_string().as_str(), "HashMap" | "HashSet")
            {
                found.insert(ident.to_string());
            }
        });
        violations.extend(found.into_iter().map(|name| format!("{file}: {name}")));
    }
    assert_none(&violations, "a collection whose order varies between runs (use BTreeMap, IndexMap or Vec)");
}

#[test]
fn no_path_of_a_machine_is_committed() {
    // Put together here, or this file would be the first to break the rule.
    let patterns: Vec<String> = [["/ho", "me/"], ["/ro", "ot/"], ["/wo", "rk/"], ["/Us", "ers/"], ["C:\\Us", "ers\\"], ["/tm", "p/"]]
        .iter()
        .map(|halves| halves.concat())
        .collect();
    let mut violations = Vec::new();
    for file in tracked_files() {
        let bytes = fs::read(root().join(&file)).expect("a tracked file can be read");
        let text = String::from_utf8_lossy(&bytes);
        for (number, line) in text.lines().enumerate() {
            for pattern in &patterns {
                if starts_a_path(line, pattern) {
                    violations.push(format!("{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert_none(&violations, "a path of somebody's machine is in a tracked file");
}

/// Whether `pattern` stands in `line` as the start of a path, not in the middle of one (`https://host/home/`, `src/work/`).
fn starts_a_path(line: &str, pattern: &str) -> bool {
    line.match_indices(pattern).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|character| {
            character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '~' | '}' | ')' | '$' | '*' | '>')
        })
    })
}

#[test]
fn no_standard_binding_is_named_after_lowering() {
    let mut violations = Vec::new();
    for file in rust_files().iter().filter(|file| AFTER_LOWERING.iter().any(|name| file.starts_with(&format!("crates/{name}/src/")))) {
        let parsed = syn::parse_file(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut found = BindingNames::default();
        found.visit_file(&parsed);
        let found = found.0;
        violations.extend(found.into_iter().map(|name| format!("{file}: {name}")));
    }
    assert_none(&violations, "a standard binding is named after wcf-config, where only its channel stack should be known");
}

/// Collects what names a standard binding: identifiers, and literals that are nothing but its name and so decide by it.
/// Quoting a binding inside a sentence is allowed, and so are the examples of a code and the inputs of tests.
#[derive(Default)]
struct BindingNames(BTreeSet<String>);

impl BindingNames {
    fn identifier(&mut self, name: &str) {
        let flat = name.replace('_', "").to_lowercase();
        if STANDARD_BINDINGS.iter().any(|binding| flat.contains(&binding.to_lowercase())) {
            self.0.insert(name.to_owned());
        }
    }

    fn literal(&mut self, text: &str) {
        if STANDARD_BINDINGS.contains(&text) {
            self.0.insert(format!("{text:?}"));
        }
    }
}

impl<'ast> Visit<'ast> for BindingNames {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !for_tests(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_struct(&mut self, expression: &'ast syn::ExprStruct) {
        if expression.path.segments.last().is_none_or(|segment| segment.ident != "Code") {
            syn::visit::visit_expr_struct(self, expression);
        }
    }

    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.identifier(&ident.to_string());
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.literal(&literal.value());
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        if invocation.path.is_ident("codes") {
            return;
        }
        walk(invocation.tokens.clone(), &mut |token| match token {
            TokenTree::Ident(ident) => self.identifier(&ident.to_string()),
            TokenTree::Literal(literal) => self.literal(literal.to_string().trim_matches('"')),
            TokenTree::Group(_) | TokenTree::Punct(_) => {}
        });
    }
}

/// Whether an item is compiled for tests only.
fn for_tests(attributes: &[syn::Attribute]) -> bool {
    use quote::ToTokens;
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().contains("test"))
}

fn walk(tokens: TokenStream, visit: &mut dyn FnMut(&TokenTree)) {
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            walk(group.stream(), visit);
        }
        visit(&token);
    }
}

/// Where each code is declared: the `name` of every `Code { … }` in the source.
fn declared_codes() -> BTreeMap<String, Vec<String>> {
    struct Codes<'a> {
        file: &'a str,
        found: &'a mut BTreeMap<String, Vec<String>>,
    }
    impl Codes<'_> {
        fn declare(&mut self, name: String) {
            self.found.entry(name).or_default().push(self.file.to_owned());
        }
    }
    impl<'ast> Visit<'ast> for Codes<'_> {
        fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
            // Codes made up for a unit test are not public.
            if !for_tests(&module.attrs) {
                syn::visit::visit_item_mod(self, module);
            }
        }

        fn visit_expr_struct(&mut self, expression: &'ast syn::ExprStruct) {
            if expression.path.segments.last().is_some_and(|segment| segment.ident == "Code") {
                for field in &expression.fields {
                    if let (syn::Member::Named(member), syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) =
                        (&field.member, &field.expr)
                        && member == "name"
                    {
                        self.declare(text.value());
                    }
                }
            }
            syn::visit::visit_expr_struct(self, expression);
        }

        fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
            // A macro that declares codes gets the name as a literal; only literals that are nothing but a code count.
            if invocation.path.segments.last().is_some_and(|segment| segment.ident == "code" || segment.ident == "codes") {
                let mut names = Vec::new();
                walk(invocation.tokens.clone(), &mut |token| {
                    if let TokenTree::Literal(literal) = token {
                        let text = literal.to_string();
                        let text = text.trim_matches('"');
                        if is_code_name(text) {
                            names.push(text.to_owned());
                        }
                    }
                });
                names.into_iter().for_each(|name| self.declare(name));
            }
        }
    }

    let mut found = BTreeMap::new();
    for file in rust_files().iter().filter(|file| in_crate_source(file)) {
        let parsed = syn::parse_file(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        Codes { file, found: &mut found }.visit_file(&parsed);
    }
    found
}

fn is_code_name(text: &str) -> bool {
    text.starts_with("wcf-")
        && !text.contains("--")
        && !text.ends_with('-')
        && text.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-')
}

#[test]
fn codes_are_unique_and_well_named() {
    let codes = declared_codes();
    let mut violations = Vec::new();
    for (name, files) in &codes {
        if files.len() > 1 {
            violations.push(format!("{name} is declared {} times: {}", files.len(), files.join(", ")));
        }
        if !is_code_name(name) {
            violations.push(format!("{name} ({}) is not `wcf-` and kebab-case", files.join(", ")));
        }
    }
    assert_none(&violations, "codes of findings");
}

/// What `explain` prints for the arguments, or `None` while the command does not know them.
fn explain(arguments: &[&str]) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .args(["wcf2grpc", "explain"])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the command starts");
    output.status.success().then(|| String::from_utf8(output.stdout).expect("explain prints UTF-8"))
}

#[test]
fn every_declared_code_is_listed_by_explain() {
    let listing = explain(&["--list"]).expect("explain --list succeeds");
    let listed: BTreeSet<&str> = listing
        .split(|character: char| character.is_whitespace() || "|`:,".contains(character))
        .filter(|word| is_code_name(word))
        .collect();
    let violations: Vec<String> = declared_codes()
        .into_iter()
        .filter(|(name, _)| !listed.contains(name.as_str()))
        .map(|(name, files)| format!("{name} ({})", files.join(", ")))
        .collect();
    assert_none(&violations, "a code is declared but in no crate's CODES, so `explain --list` does not know it");
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let folder = root().join("docs/diagnostics");
    let codes = declared_codes();
    let mut violations = Vec::new();
    for name in codes.keys() {
        let Some(text) = explain(&[name]) else {
            violations.push(format!("explain {name} fails"));
            continue;
        };
        let page = folder.join(format!("{name}.md"));
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(&folder).expect("docs/diagnostics can be made");
            fs::write(&page, &text).expect("the page can be written");
        }
        match fs::read_to_string(&page) {
            Err(_) => violations.push(format!("docs/diagnostics/{name}.md is missing")),
            Ok(written) if written != text => violations.push(format!("docs/diagnostics/{name}.md differs from `explain {name}`")),
            Ok(_) => {}
        }
    }
    for page in pages(&folder) {
        let stem = page.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if stem.starts_with("wcf-") && !codes.contains_key(&stem) {
            violations.push(format!("docs/diagnostics/{stem}.md explains a code that is declared nowhere"));
        }
    }
    assert_none(&violations, "docs/diagnostics and the codes disagree (BLESS=1 writes the pages)");
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    pages.sort();
    pages
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut violations = Vec::new();
    for file in tracked_files().iter().filter(|file| file.ends_with(".md") && !file.starts_with("fixtures/")) {
        let text = read(file);
        let folder = root().join(file).parent().map(Path::to_path_buf).unwrap_or_default();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or("");
            let path = target.split('#').next().unwrap_or("");
            if !path.is_empty() && !target.contains("://") && !target.starts_with("mailto:") && !folder.join(path).exists() {
                violations.push(format!("{file}: {target}"));
            }
        }
    }
    assert_none(&violations, "a page links to a file that is not there");
}

/// What the command prints to standard output, colours off.
fn output_of(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc")).args(arguments).current_dir(root()).output().expect("the command starts");
    String::from_utf8(output.stdout).expect("the command prints UTF-8")
}

/// A page shows output below a comment `<!-- first N lines of: cargo wcf2grpc … -->` (or `output of:`) and a fence; the
/// test runs the command and compares. So what a page promises is what the command prints.
#[test]
fn output_shown_on_pages_is_what_the_command_prints() {
    let mut violations = Vec::new();
    let mut shown = 0;
    for page in ["README.md", "docs/guide.md"] {
        let text = read(page);
        let mut current = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            current.push_str(line);
            current.push('\n');
            let Some((limit, command)) = shown_command(line) else {
                continue;
            };
            shown += 1;
            let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
            let printed = output_of(&arguments);
            let mut expected: Vec<&str> = printed.lines().take(limit).map(str::trim_end).collect();
            if printed.lines().count() > limit {
                expected.push("…");
            }
            // Output that has fences of its own stands in a longer one.
            let ticks = if printed.contains("```") { "````" } else { "```" };
            let opening = lines.by_ref().find(|line| line.starts_with("```")).unwrap_or(ticks);
            let closing = opening.trim_end_matches(|character| character != '`');
            let fence: Vec<&str> = lines.by_ref().take_while(|line| *line != closing).collect();
            if fence != expected || expected.is_empty() {
                violations.push(format!("{page}: {command}"));
            }
            let _ = write!(current, "\n{ticks}text\n{}\n{ticks}\n", expected.join("\n"));
        }
        if std::env::var_os("BLESS").is_some() && current != text {
            fs::write(root().join(page), current).expect("the page can be written");
        }
    }
    assert!(shown > 0, "no page shows any output");
    assert_none(&violations, "a page shows output that the command does not print (BLESS=1 rewrites it)");
}

/// The number of lines to show and the command, if the line is such a comment.
fn shown_command(line: &str) -> Option<(usize, &str)> {
    let inside = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    if let Some(command) = inside.strip_prefix("output of: ") {
        return Some((usize::MAX, command));
    }
    let (count, command) = inside.strip_prefix("first ")?.split_once(" lines of: ")?;
    Some((count.parse().ok()?, command))
}

#[test]
fn every_option_is_in_the_guide() {
    let guide = read("docs/guide.md");
    let mut violations = Vec::new();
    let mut pending = vec![Vec::<String>::new()];
    let mut options = 0;
    while let Some(path) = pending.pop() {
        let mut arguments = vec!["wcf2grpc"];
        arguments.extend(path.iter().map(String::as_str));
        arguments.push("--help");
        let help = output_of(&arguments);
        for word in help.split(|character: char| character.is_whitespace() || "[],=<>`.".contains(character)) {
            if word.starts_with("--") && word.len() > 2 && !["--help", "--version"].contains(&word) {
                options += 1;
                if !guide.contains(word) {
                    violations.push(format!("{} {word}", path.join(" ")));
                }
            }
        }
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| line.starts_with("  "));
        for name in commands.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next()) {
            if !guide.contains(&format!("`{name}")) && !guide.contains(&format!(" {name}`")) {
                violations.push(format!("the command {} {name}", path.join(" ")));
            }
            let mut inner = path.clone();
            inner.push(name.to_owned());
            pending.push(inner);
        }
    }
    assert!(options > 10, "only {options} options found: the reading of --help is wrong");
    violations.sort();
    violations.dedup();
    assert_none(&violations, "docs/guide.md does not mention an option or a command");
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let names: Vec<String> = tracked_files()
        .into_iter()
        .filter_map(|file| file.strip_prefix("docs/decisions/").map(String::from))
        .filter(|name| name != "README.md")
        .collect();
    let mut violations = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if !name.starts_with(&format!("{:04}-", at + 1)) {
            violations.push(name.clone());
        }
    }
    assert!(!names.is_empty(), "there are no decisions");
    assert_none(&violations, "a decision is out of the sequence 0001, 0002, …");
}

#[test]
fn paths_are_recognised_where_they_start() {
    let home = ["/ho", "me/"].concat();
    assert!(starts_a_path(&format!("path = \"{home}ada\""), &home));
    assert!(starts_a_path(&format!("{home}ada"), &home));
    assert!(!starts_a_path(&format!("https://example.org{home}ada"), &home));
    assert!(!starts_a_path(&format!("../shared{home}ada"), &home));
}
