//! `system.serviceModel` as written and as .NET runs it, for wcf2grpc.
//!
//! [`parse`] turns located XML into a [`ConfigDocument`]; [`resolve`](fn@resolve) turns all documents of a run into an
//! [`EffectiveConfig`], in which each endpoint's binding is lowered to a [`ChannelStack`].

pub mod behavior;
pub mod binding;
pub mod channel_stack;
mod configuration_system;
pub mod diagnostics;
pub mod document;
pub mod effective;
mod effective_behavior;
mod few;
pub mod inspect;
mod key;
mod locks;
mod lower;
mod merge;
mod message_security;
mod nearest;
mod outer_xml;
pub mod policy;
mod read;
pub mod resolve;
pub mod schema;
mod settings;
mod svc;
mod text;
pub mod transform;
pub mod value;
mod web_sections;

pub use channel_stack::ChannelStack;
pub use diagnostics::CODES;
pub use document::ConfigDocument;
pub use effective::EffectiveConfig;
pub use read::{include, parse, parse_at};
pub use resolve::{Input, Inputs, Options, SvcFile, resolve};
pub use svc::parse_svc;
pub use text::Text;
