//! Every decoder: what is accepted has no second encoding.
#![no_main]

#[path = "../../tests/testkit/calls.rs"]
#[allow(dead_code)]
mod calls;

libfuzzer_sys::fuzz_target!(|input: &[u8]| calls::read(input));
