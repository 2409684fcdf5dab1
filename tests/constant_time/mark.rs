//! valgrind's client requests: a sequence of instructions that does nothing elsewhere.
#![allow(unsafe_code)]

use std::arch::asm;

const UNDEFINED: usize = 0x4d43_0001;
const DEFINED: usize = 0x4d43_0002;

fn request(number: usize, bytes: &[u8]) {
    let block = [number, bytes.as_ptr() as usize, bytes.len(), 0, 0, 0];
    // SAFETY: the rotations add up to nothing, the exchange too; valgrind reads the block.
    unsafe {
        asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") block.as_ptr(), inout("rdx") 0_usize => _, options(nostack),
        );
    }
}

/// These bytes are secret from here on.
pub fn secret(bytes: &[u8]) {
    request(UNDEFINED, bytes);
}

/// These bytes are published: whatever was computed of secrets may be looked at.
pub fn public(bytes: &[u8]) {
    request(DEFINED, bytes);
}
