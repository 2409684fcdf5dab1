//! Consent: the words it is written in (SPEC.md, Consent).

pub mod vocabulary;
