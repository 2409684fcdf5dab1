//! The Python package of hippocrypt.
