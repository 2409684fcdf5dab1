//! Firmware that seals and signs frames of an ECG under a coupon from its flash.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod start {
    use cortex_m as _;
    use hippocrypt::{Result, Secret};
    use hippocrypt_edge::monitor::Monitor;
    use hippocrypt_edge::probe::{self, Emulated, Heart, Instructions};

    /// Two leads of 16 bits, 360 a second, for ten seconds.
    const FRAME: usize = 14_400;
    const FRAMES: usize = 3;
    const HEAP: usize = 8 * 1024;

    static mut MEMORY: [u64; HEAP / 8] = [0; HEAP / 8];
    static mut LEFT: usize = 0;

    unsafe extern "C" {
        static mut __sheap: u32;
        static _stack_start: u32;
    }

    #[cortex_m_rt::entry]
    fn main() -> ! {
        let end = &raw mut __sheap;
        // SAFETY: above the static data there is only the stack; the memory is given once.
        unsafe {
            probe::paint(end);
            hippocrypt_edge::give((&raw mut MEMORY).cast(), HEAP);
        }
        let outcome = run();
        // SAFETY: as above.
        probe::report("stack_bytes", unsafe {
            probe::painted(end, &raw const _stack_start)
        });
        probe::report("heap_bytes", hippocrypt_edge::peak());
        match outcome {
            Ok(()) => probe::exit(0),
            Err(error) => {
                probe::report("error", usize::from(error.code()));
                probe::exit(1)
            }
        }
    }

    fn run() -> Result<()> {
        // SAFETY: the only use.
        let board = Emulated::new(unsafe { &mut *(&raw mut LEFT) });
        let seed = Secret::build(|seed: &mut [u8; 32]| board.seed(seed));
        let clock = Instructions::start();
        let mut monitor = Monitor::start(board, &seed)?;
        monitor.open()?;
        probe::report("coupons_left", monitor.coupons()?);
        monitor.begin("ecg")?;
        probe::report("begin_instructions", clock.count());
        let mut heart = Heart::new();
        for _ in 0..FRAMES {
            let clock = Instructions::start();
            monitor.frame(FRAME)?;
            for _ in 0..FRAME / 4 {
                monitor.write(&heart.sample())?;
            }
            monitor.end_frame()?;
            probe::report("frame_instructions", clock.count());
        }
        monitor.end()
    }
}

#[cfg(not(target_os = "none"))]
fn main() {}
