//! Who is enrolled and which consents are revoked: the registry and what it signs.

mod checkpoint;
mod place;
mod state;

#[cfg(feature = "std")]
mod directory;

pub use checkpoint::Checkpoint;
#[cfg(feature = "std")]
pub use directory::RegistryDirectory;
pub use place::{PlaceReceipt, PlaceRevocation};
pub use state::Registry;
