//! `grant`: what a patient allows others.

pub mod describe;
mod look;
mod new;
mod parties;
mod revoke;

pub use describe::{end, party};
pub use look::{list, own, show};
pub use new::new;
pub use revoke::{publish, revoke};
