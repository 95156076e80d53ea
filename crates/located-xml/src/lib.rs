//! XML in which every name and value knows its place, for wcf2grpc.
//!
//! [`decode`] makes text of the bytes of a file, [`parse`] makes a [`Document`] of the text. Every element, attribute
//! name and attribute value has the [`Span`](wcf_diagnostics::Span) of the decoded text it was read from. Parsing never
//! panics and never stops at a problem it can get past: it returns what it understood, and a finding for each thing that
//! keeps the text from being well-formed XML.
//!
//! There is no document type definition here, and so no entity but the five that XML predefines: a DTD is refused, not
//! read, and can neither name a file nor grow.

mod declaration;
mod decode;
mod diagnostics;
mod document;
mod limits;
mod names;
mod parse;
mod references;
mod start_tag;

pub use decode::{DecodeError, Decoded, decode, decode_within};
pub use diagnostics::CODES;
pub use document::{Attribute, Builder, Document, Element, Leaf, Name, NamespaceDeclaration, Node, Slice, XML_NAMESPACE};
pub use limits::{DEEPEST, Limits};
pub use parse::{Parsed, parse};
