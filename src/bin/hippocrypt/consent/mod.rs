//! The commands about consents.

mod audit;
mod compile;
mod decide;
mod describe;
mod explain;
mod sign;
mod source;
mod verify;

pub use compile::compile;
pub use decide::decide;
pub use explain::explain;
pub use sign::sign;
pub use source::vocabulary;
pub use verify::verify;
