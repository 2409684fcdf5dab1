//! `grant`: what a patient allows others.

mod describe;
mod look;
mod new;
mod revoke;

pub use describe::end;
pub use look::{list, show};
pub use new::new;
pub use revoke::{publish, revoke};
