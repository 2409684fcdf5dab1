//! The C library of hippocrypt.
