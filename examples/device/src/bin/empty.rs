//! Firmware with everything that the others have around the library, and without the library: what
//! their sizes are compared with. It reads the key, the flash and the dice, writes to the flash,
//! records frames, sends them as they are, and reports.
#![cfg_attr(target_os = "none", no_std, no_main)]

// No heap: the allocator is the library's.
hippocrypt_edge::firmware!(0, hippocrypt_edge::probe::around);
