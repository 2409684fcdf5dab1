//! Keys that several parties make, of whom one honest one is enough (SPEC.md, section 19.6).
//!
//! Phase 1 makes [`Powers`] of a number that nobody knows, for any circuit that is small enough;
//! phase 2, a [`Ceremony`], turns them into the keys of one circuit. In both, one party after the
//! other takes the file, puts a secret of its own into it and forgets the secret. Everybody can
//! check afterwards that the file is what the rules say, and that each party knew its secret. It
//! is the protocol of Bowe, Gabizon and Miers (ePrint 2017/1050).
//!
//! ```no_run
//! use hippocrypt::zk::Depth;
//! use hippocrypt::zk::prover::ceremony::{Ceremony, Powers};
//! let rng = &mut getrandom::SysRng;
//! let mut powers = Powers::new(14)?;
//! powers.contribute(rng)?; // and so on, one party after the other
//! let powers = powers.verify(rng)?;
//!
//! let mut ceremony = Ceremony::new(Depth::Ten, &powers)?;
//! let hash = ceremony.contribute(rng)?; // each party publishes this
//! ceremony.close([7; 32], 10)?; // a public number that nobody could know before
//! let ceremony = ceremony.verify(&powers, rng)?;
//! assert!(ceremony.contributions().contains(&hash));
//! let key = ceremony.finish()?;
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod beacon;
mod knowledge;
mod lagrange;
mod phase_two;
mod powers;
mod ratio;
#[cfg(test)]
mod tests;

pub use phase_two::{Ceremony, VerifiedCeremony};
pub use powers::{Powers, VerifiedPowers};
