//! Firmware that does nothing: what the others' sizes are compared with.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod start {
    use cortex_m as _;

    #[cortex_m_rt::entry]
    fn main() -> ! {
        hippocrypt_edge::probe::exit(0)
    }
}

#[cfg(not(target_os = "none"))]
fn main() {}
