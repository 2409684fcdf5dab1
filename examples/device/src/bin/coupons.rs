//! Firmware that seals and signs frames of an ECG under a coupon from its flash.
#![cfg_attr(target_os = "none", no_std, no_main)]

hippocrypt_edge::firmware!(8 * 1024, super::run);

#[cfg(target_os = "none")]
fn run(board: hippocrypt_edge::probe::Emulated) -> hippocrypt::Result<()> {
    use hippocrypt_edge::monitor::Monitor;
    use hippocrypt_edge::probe::{FRAME, FRAMES, Heart, Instructions, recorded, report};

    let clock = Instructions::start();
    let mut monitor = Monitor::start(board, &board.seed())?;
    monitor.open()?;
    report("coupons_left", monitor.coupons()?);
    monitor.begin(board.name())?;
    report("begin_instructions", clock.count());
    let mut heart = Heart::new();
    for (piece, name) in FRAMES {
        let frame = recorded(&mut heart);
        let clock = Instructions::start();
        monitor.frame(FRAME)?;
        for piece in frame.chunks(piece.max(1)) {
            monitor.write(piece)?;
        }
        monitor.end_frame()?;
        report(name, clock.count());
    }
    monitor.end()
}
