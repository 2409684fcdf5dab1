//! Tests of the language as a whole.

mod bytes;
mod faults;
mod limits;
mod malformed;
mod meaning;
mod precedence;
mod round_trip;
mod sample;
mod vectors;
