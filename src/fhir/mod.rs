//! FHIR.
mod compile;
mod consent;
mod context;
mod definition;
mod document;
mod extension;
mod noted;
mod path;
mod primitive;
mod reference;
mod refusal;
mod request;
mod residual;
mod resolver;
mod shape;
mod time;
mod warning;

pub use compile::{Compiled, Failure, Options, compile};
pub use context::Context;
pub use document::Document;
pub use refusal::{Code, Refusal, Refusals};
pub use request::{RequestRefusal, read_instant, read_request};
pub use residual::residual;
pub use resolver::{NoResolver, Resolver};
pub use warning::{Concern, Warning};
