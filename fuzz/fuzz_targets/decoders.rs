//! Every decoder, on every input. What is accepted has no second encoding.
#![no_main]

#[path = "../../tests/testkit/calls.rs"]
#[allow(dead_code)]
mod calls;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    for (name, _) in calls::DECODERS {
        let _ = calls::call(name, input, &[]);
    }
});
