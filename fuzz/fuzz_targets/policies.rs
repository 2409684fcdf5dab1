//! Policy text: what parses prints as text that parses to the same bytes, and reads back from them.
#![no_main]

use hippocrypt::policy::Policy;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(policy) = Policy::parse(text) {
        let bytes = policy.to_bytes();
        let again = Policy::parse(&policy.to_string()).expect("printing and parsing");
        assert!(again.to_bytes() == bytes);
        let read = Policy::from_bytes(&bytes).expect("its own bytes");
        assert!(read.to_bytes() == bytes);
    }
});
