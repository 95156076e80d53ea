//! WCF contracts from C# and WSDL, for wcf2grpc.
//!
//! Every door ends in the same [`ContractModel`].

mod csharp;
pub mod diagnostics;
pub mod in_code;
pub mod model;
mod wsdl;

pub use csharp::{Options, Project, SourceText, read_csharp, read_every_csharp};
pub use diagnostics::CODES;
pub use model::ContractModel;
pub use wsdl::{WsdlDocument, WsdlOptions, read_wsdl};
