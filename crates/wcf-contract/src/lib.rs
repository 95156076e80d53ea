//! WCF contracts from C# and WSDL, for wcf2grpc.
//!
//! Every door ends in the same [`ContractModel`].

pub mod model;

pub use model::ContractModel;
