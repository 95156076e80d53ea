//! The compiler's verdict on proto text, and the Rust that prost and tonic make of it. All in memory.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use prost::Message as _;
use prost_types::FileDescriptorProto;
use prost_types::field_descriptor_proto::Type;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use crate::crate_plan::GrpcService;
use crate::doc_text::{rustdoc_comment, rustdoc_paragraphs};
use crate::proto::ProtoFile;
use crate::rust_file::{marker_header, print_file};

/// Proto or Rust that we made and a compiler did not accept: a mistake of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What the compiler says.
    pub message: String,
}

/// Stands for a comment until the Rust is printed; prost would escape comments in its own way.
const PLACEHOLDER: &str = "wcf2grpc-comment-";

/// What the compiler makes of proto files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compiled {
    /// The Rust module of each file, in the order given.
    pub stubs: Vec<String>,
    /// The descriptor of each file and of the well-known ones that they import, encoded, without comments; a file comes
    /// after those it imports.
    pub descriptors: Vec<(String, Vec<u8>)>,
}

/// Compiles files, given in any order.
///
/// # Errors
///
/// What the compiler did not accept.
pub fn compile(files: &[ProtoFile], services: &BTreeMap<String, GrpcService>) -> Result<Compiled, Rejected> {
    let rejected = |message: String| Rejected { message };
    let mut resolver = ChainFileResolver::new();
    resolver.add(InMemory { files: files.iter().map(|file| (file.path.as_str(), file.text.as_str())).map(own).collect() });
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    for file in files {
        compiler.open_file(&file.path).map_err(|error| rejected(format!("{}: {error}", file.path)))?;
    }
    let mut comments: Vec<String> = Vec::new();
    let mut requests = Vec::new();
    let mut descriptors = Vec::new();
    let mut config = prost_build::Config::new();
    config.format(false).btree_map(["."]);
    for mut descriptor in compiler.file_descriptor_set().file {
        let mut described = descriptor.clone();
        described.source_code_info = None;
        descriptors.push((descriptor.name().to_owned(), described.encode_to_vec()));
        // Well-known files stay in: prost looks their messages up, and makes nothing of them.
        take_comments(&mut descriptor, &mut comments);
        allow_large_alternatives(&descriptor, &mut config);
        // Services are tonic's part.
        descriptor.service.clear();
        requests.push((prost_build::Module::from_protobuf_package_name(descriptor.package()), descriptor));
    }
    let modules: BTreeMap<prost_build::Module, String> =
        config.generate(requests).map_err(|error| rejected(error.to_string()))?.into_iter().collect();
    let stubs: Result<Vec<String>, Rejected> = files
        .iter()
        .map(|file| {
            let messages = modules.get(&prost_build::Module::from_protobuf_package_name(&file.package)).map_or("", String::as_str);
            rust_module(file, &put_comments(messages, &comments), services)
        })
        .collect();
    Ok(Compiled { stubs: stubs?, descriptors })
}

fn own((path, text): (&str, &str)) -> (String, String) {
    (path.to_owned(), text.to_owned())
}

struct InMemory {
    files: BTreeMap<String, String>,
}

impl FileResolver for InMemory {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.files.get(name) {
            Some(text) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// Replaces each comment by a placeholder and keeps its text.
fn take_comments(descriptor: &mut FileDescriptorProto, comments: &mut Vec<String>) {
    for location in descriptor.source_code_info.iter_mut().flat_map(|info| &mut info.location) {
        location.leading_detached_comments.clear();
        location.trailing_comments = None;
        if let Some(comment) = &mut location.leading_comments {
            let placeholder = format!(" {PLACEHOLDER}{}\n", comments.len());
            comments.push(std::mem::replace(comment, placeholder));
        }
    }
}

/// Puts the comments back, made safe for rustdoc.
fn put_comments(code: &str, comments: &[String]) -> String {
    let mut text = String::with_capacity(code.len() * 2);
    for line in code.lines() {
        let placeholder = line.trim_start().strip_prefix("///").and_then(|comment| comment.trim().strip_prefix(PLACEHOLDER));
        let comment = placeholder.and_then(|number| number.parse::<usize>().ok()).and_then(|number| comments.get(number));
        match comment {
            Some(comment) => {
                for line in rustdoc_comment(&rustdoc_paragraphs(comment)) {
                    text.push_str("///");
                    text.push_str(&line);
                    text.push('\n');
                }
            }
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// Alternatives of a `oneof` differ in size as the contract's classes do.
fn allow_large_alternatives(descriptor: &FileDescriptorProto, config: &mut prost_build::Config) {
    for message in &descriptor.message_type {
        let messages = message.field.iter().filter(|field| field.oneof_index.is_some() && !field.proto3_optional());
        if messages.clone().count() > 1 && messages.clone().any(|field| field.r#type() == Type::Message) {
            for oneof in message.oneof_decl.iter().filter(|oneof| !oneof.name().starts_with('_')) {
                config.enum_attribute(
                    format!(".{}.{}.{}", descriptor.package(), message.name(), oneof.name()),
                    "#[allow(clippy::large_enum_variant, reason = \"the alternatives are the contract's classes\")]",
                );
            }
        }
    }
}

/// The module of one package: messages, then the services in proto order.
fn rust_module(file: &ProtoFile, messages: &str, services: &BTreeMap<String, GrpcService>) -> Result<String, Rejected> {
    let syntax = |error: syn::Error| Rejected { message: format!("{}: {error}", file.path) };
    let mut module: syn::File = syn::parse_str(messages).map_err(syntax)?;
    for service in &file.services {
        let full_name = format!("{}.{}", file.package, service.name);
        let Some(service) = services.values().find(|candidate| candidate.full_name == full_name) else { continue };
        let stubs = ServiceStubs::new(service, &file.package);
        let mut builder = tonic_build::CodeGenBuilder::new();
        builder.emit_package(true).build_transport(true).compile_well_known_types(false);
        for tokens in [builder.generate_client(&stubs, "super"), builder.generate_server(&stubs, "super")] {
            module.items.extend(syn::parse2::<syn::File>(tokens).map_err(syntax)?.items);
        }
    }
    let mut text = marker_header("It is prost's and tonic's code for the proto of the same name; nothing is decided here.");
    text.push_str(&format!("\n//! Messages and services of `{}`.\n\n", file.package));
    text.push_str(&print_file(module));
    Ok(text)
}

/// A service as tonic-build wants to see it.
struct ServiceStubs {
    type_name: String,
    route: String,
    package: String,
    comment: Vec<String>,
    methods: Vec<MethodStubs>,
}

struct MethodStubs {
    function: String,
    route: String,
    client_streaming: bool,
    server_streaming: bool,
    comment: Vec<String>,
    request: String,
    response: String,
}

impl ServiceStubs {
    fn new(service: &GrpcService, package: &str) -> Self {
        let within_package = |path: &str| path.strip_prefix(&format!("{}::", service.package_path)).unwrap_or(path).to_owned();
        Self {
            type_name: service.trait_name.clone(),
            route: service.name.clone(),
            package: package.to_owned(),
            comment: rustdoc_comment(&service.docs),
            methods: service
                .methods
                .iter()
                .map(|method| MethodStubs {
                    comment: rustdoc_comment(&method.docs),
                    request: within_package(&method.request),
                    response: within_package(&method.response),
                    function: method.function.clone(),
                    route: method.name.clone(),
                    client_streaming: method.client_streaming,
                    server_streaming: method.server_streaming,
                })
                .collect(),
        }
    }
}

impl tonic_build::Service for ServiceStubs {
    type Comment = String;
    type Method = MethodStubs;

    fn name(&self) -> &str {
        &self.type_name
    }

    fn package(&self) -> &str {
        &self.package
    }

    fn identifier(&self) -> &str {
        &self.route
    }

    fn methods(&self) -> &[MethodStubs] {
        &self.methods
    }

    fn comment(&self) -> &[String] {
        &self.comment
    }
}

impl tonic_build::Method for MethodStubs {
    type Comment = String;

    fn name(&self) -> &str {
        &self.function
    }

    fn identifier(&self) -> &str {
        &self.route
    }

    fn codec_path(&self) -> &'static str {
        "tonic_prost::ProstCodec"
    }

    fn client_streaming(&self) -> bool {
        self.client_streaming
    }

    fn server_streaming(&self) -> bool {
        self.server_streaming
    }

    fn comment(&self) -> &[String] {
        &self.comment
    }

    fn request_response_name(&self, proto_path: &str, _compile_well_known_types: bool) -> (TokenStream, TokenStream) {
        let path = |name: &str| {
            let path = if name == "()" { name.to_owned() } else { format!("{proto_path}::{name}") };
            path.parse().unwrap_or_default()
        };
        (path(&self.request), path(&self.response))
    }
}
