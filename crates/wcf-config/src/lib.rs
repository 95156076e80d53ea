//! `system.serviceModel` as written and as .NET runs it, for wcf2grpc.
//!
//! `parse` turns located XML into a `ConfigDocument`; `resolve` turns all documents of a run into an
//! [`EffectiveConfig`], in which each endpoint's binding is lowered to a [`ChannelStack`].

pub mod behavior;
pub mod channel_stack;
pub mod effective;

pub use channel_stack::ChannelStack;
pub use effective::EffectiveConfig;
