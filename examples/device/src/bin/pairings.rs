//! Firmware that seals and signs a frame without a coupon: it mints one itself, with pairings.
#![cfg_attr(target_os = "none", no_std, no_main)]

hippocrypt_edge::firmware!(24 * 1024, super::run);

#[cfg(target_os = "none")]
fn run(board: hippocrypt_edge::probe::Emulated) -> hippocrypt::Result<()> {
    use hippocrypt_edge::monitor::Monitor;
    use hippocrypt_edge::probe::{FRAME, Heart, Instructions, PIECE, recorded, report};

    let mut monitor = Monitor::start(board, &board.seed())?;
    let (mut patient, mut labels) = ([0; 96], [0; 64]);
    board.file(b"patient.pub\0", &mut patient);
    let labels = board.file(b"labels.bin\0", &mut labels);
    let clock = Instructions::start();
    monitor.begin_minting("ecg", &patient, labels)?;
    report("begin_instructions", clock.count());
    let frame = recorded(&mut Heart::new());
    let clock = Instructions::start();
    monitor.frame(FRAME)?;
    for piece in frame.chunks(PIECE) {
        monitor.write(piece)?;
    }
    monitor.end_frame()?;
    report("frame_instructions", clock.count());
    monitor.end()
}
