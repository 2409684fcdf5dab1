//! What the firmware of the tests asks of the emulator: files of the host, and how much was used.
//! Not part of what a device needs.

use core::arch::asm;

use hippocrypt::pre::{Flash, FlashGeometry};
use hippocrypt::{Error, Result, Secret};

use crate::monitor::Board;

const OPEN: usize = 0x01;
const WRITE_TEXT: usize = 0x04;
const WRITE: usize = 0x05;
const READ: usize = 0x06;
const SEEK: usize = 0x0a;
const COMMAND_LINE: usize = 0x15;
const EXIT: usize = 0x20;
const STOPPED: usize = 0x2_0026;

/// 128 characters, as many as a name may have.
const LONGEST: &str = "recorded-by-the-monitor-of-the-tests-recorded-by-the-monitor-of-the-tests-recorded-by-the-monitor-of-the-tests-recorded-by-the-m";

/// What the power's failing ends the emulator with.
pub const POWER_LOST: usize = 42;

fn call(number: usize, block: *const usize) -> usize {
    let answer;
    // SAFETY: a semihosting call; the block and what it points to live as long as the call.
    unsafe {
        asm!("bkpt #0xab", inout("r0") number => answer, in("r1") block, options(nostack));
    }
    answer
}

/// Ends the emulator with this exit code.
pub fn exit(code: usize) -> ! {
    call(EXIT, [STOPPED, code].as_ptr());
    loop {}
}

/// One line of text, which ends in a zero.
fn say(text: &[u8]) {
    call(WRITE_TEXT, text.as_ptr().cast());
}

/// A line `name number`.
pub fn report(name: &str, number: usize) {
    let mut line = [0; 64];
    let mut digits = [0; 10];
    let (mut rest, mut count) = (number, 0);
    for digit in &mut digits {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    let digits = digits.iter().take(count).rev();
    let text = name
        .as_bytes()
        .iter()
        .chain(b" ")
        .chain(digits)
        .chain(b"\n");
    for (to, from) in line.iter_mut().take(63).zip(text) {
        *to = *from;
    }
    say(&line);
}

fn open(name: &[u8], mode: usize) -> usize {
    call(
        OPEN,
        [name.as_ptr() as usize, mode, name.len() - 1].as_ptr(),
    )
}

fn read(file: usize, bytes: &mut [u8]) -> bool {
    call(
        READ,
        [file, bytes.as_mut_ptr() as usize, bytes.len()].as_ptr(),
    ) == 0
}

fn write(file: usize, bytes: &[u8]) -> bool {
    call(WRITE, [file, bytes.as_ptr() as usize, bytes.len()].as_ptr()) == 0
}

/// The emulated board: its flash, its dice and its uplink are files of the host.
#[derive(Clone, Copy)]
pub struct Emulated {
    flash: usize,
    dice: usize,
    uplink: usize,
    left: *mut usize,
}

// SAFETY: the board has one core and no interrupts.
unsafe impl Send for Emulated {}
// SAFETY: as above.
unsafe impl Sync for Emulated {}

impl Emulated {
    /// Opens `flash.bin`, `random.bin` and `uplink.bin`. The number at the end of the command line
    /// says in which of the steps to come the power fails; 0 for never.
    fn new(left: &'static mut usize) -> Self {
        let mut line = [0u8; 64];
        let block = [line.as_mut_ptr() as usize, line.len()];
        call(COMMAND_LINE, block.as_ptr());
        let digits = line.iter().skip_while(|byte| **byte != b' ').skip(1);
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        *left = digits.fold(0, |all, digit| all * 10 + usize::from(digit - b'0'));
        Self {
            flash: open(b"flash.bin\0", 3),
            dice: open(b"random.bin\0", 1),
            uplink: open(b"uplink.bin\0", 5),
            left,
        }
    }

    /// The seed of the device's key: the first 32 bytes of `seed.bin`.
    pub fn seed(&self) -> Secret<[u8; 32]> {
        Secret::build(|seed: &mut [u8; 32]| {
            self.file(b"seed.bin\0", seed);
        })
    }

    /// A session's name: the longest if there is a file `long.bin`.
    pub fn name(&self) -> &'static str {
        match self.file(b"long.bin\0", &mut [0; 1]) {
            [] => "ecg",
            _ => LONGEST,
        }
    }

    /// All of a file of the host that fits.
    pub fn file<'a>(&self, name: &[u8], bytes: &'a mut [u8]) -> &'a [u8] {
        let file = open(name, 1);
        let left = call(
            READ,
            [file, bytes.as_mut_ptr() as usize, bytes.len()].as_ptr(),
        );
        let length = bytes.len().saturating_sub(left);
        bytes.get(..length).unwrap_or_default()
    }

    /// One step more, and whether it is the one that the power fails in.
    fn fails(&self) -> bool {
        // SAFETY: the counter is static and one thread's.
        let left = unsafe { &mut *self.left };
        *left = left.wrapping_sub(1);
        *left == 0
    }

    fn step(&self, file: usize, bytes: &[u8]) -> Result<()> {
        if self.fails() {
            write(file, bytes.get(..bytes.len() / 2).unwrap_or_default());
            exit(POWER_LOST);
        }
        if write(file, bytes) {
            Ok(())
        } else {
            Err(Error::Io("a file of the host"))
        }
    }
}

impl Flash for Emulated {
    fn geometry(&self) -> FlashGeometry {
        FlashGeometry {
            word: 8,
            page: 2048,
            pages: 5,
        }
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        call(SEEK, [self.flash, at].as_ptr());
        if read(self.flash, out) {
            Ok(())
        } else {
            Err(Error::Io("flash"))
        }
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        call(SEEK, [self.flash, at].as_ptr());
        self.step(self.flash, bytes)
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        for at in (0..2048).step_by(32) {
            call(SEEK, [self.flash, page * 2048 + at].as_ptr());
            self.step(self.flash, &[0xff; 32])?;
        }
        Ok(())
    }
}

impl Board for Emulated {
    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        if read(self.dice, bytes) {
            Ok(())
        } else {
            Err(Error::Randomness)
        }
    }

    fn time(&self) -> Option<u64> {
        Some(1_795_600_000)
    }

    fn send(&self, bytes: &[u8]) -> Result<()> {
        self.step(self.uplink, bytes)
    }
}

/// Instructions since the timer was started, which counts down at 25 MHz while the emulator does
/// one instruction in a nanosecond.
pub struct Instructions;

const TIMER: *mut u32 = 0x4000_0000 as *mut u32;

impl Instructions {
    /// Starts the timer.
    pub fn start() -> Self {
        // SAFETY: the registers of the board's first timer.
        unsafe {
            TIMER.add(1).write_volatile(u32::MAX);
            TIMER.add(2).write_volatile(u32::MAX);
            TIMER.write_volatile(1);
        }
        Self
    }

    /// How many until now, to 40 exactly.
    pub fn count(&self) -> usize {
        // SAFETY: as above.
        let now = unsafe { TIMER.add(1).read_volatile() };
        (u32::MAX - now) as usize * 40
    }
}

/// What the stack is painted with.
const PAINT: u32 = 0x5afe_5afe;

/// Paints the stack below this call, down to `end`.
///
/// # Safety
/// Nothing but the stack is between `end` and the stack pointer.
#[inline(never)]
unsafe fn paint(end: *mut u32) {
    let here: *mut u32;
    // SAFETY: reads the stack pointer.
    unsafe { asm!("mov {}, sp", out(reg) here) };
    let mut at = end;
    while at < here.wrapping_sub(16) {
        // SAFETY: the caller's promise.
        unsafe { at.write_volatile(PAINT) };
        at = at.wrapping_add(1);
    }
}

/// How many bytes of the stack were used since, counted from `begin`, its upper end.
///
/// # Safety
/// As [`paint`].
unsafe fn painted(end: *const u32, begin: *const u32) -> usize {
    let mut at = end;
    // SAFETY: the caller's promise.
    while at < begin && unsafe { at.read_volatile() } == PAINT {
        at = at.wrapping_add(1);
    }
    begin as usize - at as usize
}

unsafe extern "C" {
    static mut __sheap: u32;
    static _stack_start: u32;
}

/// The memory that there is for a heap.
pub const HEAP: usize = 32 * 1024;

/// Gives the library its heap, `size` bytes or as many as `heap.bin` says in four, does the work, reports what it took
/// and ends the emulator.
///
/// # Safety
/// The heap is nobody else's; above the static data there is only the stack; called once.
pub unsafe fn run(heap: *mut u8, size: usize, work: fn(Emulated) -> Result<()>) -> ! {
    static mut LEFT: usize = 0;
    let end = &raw mut __sheap;
    // SAFETY: the caller's promises.
    let outcome = unsafe {
        paint(end);
        let board = Emulated::new(&mut *(&raw mut LEFT));
        let mut asked = [0; 4];
        let size = match board.file(b"heap.bin\0", &mut asked).is_empty() {
            true => size,
            false => u32::from_le_bytes(asked) as usize,
        };
        crate::give(heap, size.min(HEAP));
        work(board)
    };
    // SAFETY: as above.
    report("stack_bytes", unsafe {
        painted(end, &raw const _stack_start)
    });
    report("heap_bytes", crate::peak());
    match outcome {
        Ok(()) => exit(0),
        Err(error) => {
            report("error", usize::from(error.code()));
            exit(1)
        }
    }
}

/// A firmware of the tests: the size of its heap, [`HEAP`](crate::probe::HEAP) at most, and the function that does its
/// work.
#[macro_export]
macro_rules! firmware {
    ($heap:expr, $work:path) => {
        #[cfg(target_os = "none")]
        mod start {
            use cortex_m as _;

            use $crate::probe::HEAP;

            static mut MEMORY: [u64; HEAP / 8] = [0; HEAP / 8];

            /// Where a panic ends.
            #[cortex_m_rt::exception]
            unsafe fn HardFault(_: &cortex_m_rt::ExceptionFrame) -> ! {
                $crate::probe::exit(3)
            }

            #[cortex_m_rt::entry]
            fn main() -> ! {
                // SAFETY: the only use of the memory, and the only call.
                unsafe { $crate::probe::run((&raw mut MEMORY).cast(), $heap, $work) }
            }
        }

        #[cfg(not(target_os = "none"))]
        fn main() {}
    };
}

/// The next sample of an ECG that nobody has: two leads, 16 bits each, 360 a second.
pub struct Heart(u32);

impl Heart {
    /// At rest.
    pub const fn new() -> Self {
        Self(0)
    }

    /// Four bytes.
    pub fn sample(&mut self) -> [u8; 4] {
        let at = self.0 % 300;
        self.0 += 1;
        // P, QRS and T as triangles on a line that wanders.
        let wave = |centre: u32, width: u32, height: i32| {
            let away = at.abs_diff(centre);
            if away < width {
                height * (width - away) as i32 / width as i32
            } else {
                0
            }
        };
        let first = 1024 + wave(60, 20, 90) + wave(100, 6, 1100) - wave(110, 5, 260)
            + wave(180, 35, 220)
            + (self.0 / 90 % 13) as i32;
        let [a, b] = (first as i16).to_le_bytes();
        let [c, d] = ((first / 2 + 300) as i16).to_le_bytes();
        [a, b, c, d]
    }
}

/// Bytes of a frame: two leads of 16 bits, 360 a second, for ten seconds.
pub const FRAME: usize = 14_400;
/// Bytes of a tenth of a second, which converters hand over at once.
pub const PIECE: usize = 144;
/// The frames that are recorded: the pieces they come in, and what the count is called.
pub const FRAMES: [(usize, &str); 3] = [
    (PIECE, "frame_instructions"),
    (PIECE, "frame_instructions"),
    (4, "samples_instructions"),
];

/// The next frame of that ECG, recorded where no budget counts it.
pub fn recorded(heart: &mut Heart) -> &'static [u8] {
    static mut RECORDED: [u8; FRAME] = [0; FRAME];
    // SAFETY: one thread, and the frame before is not used any more.
    let frame = unsafe { &mut *(&raw mut RECORDED) };
    for sample in frame.chunks_exact_mut(4) {
        sample.copy_from_slice(&heart.sample());
    }
    frame
}

/// All that the firmware of the tests does beside the library, which no device has: what sizes are
/// counted from.
///
/// # Errors
/// Those of the board.
pub fn around(mut board: Emulated) -> Result<()> {
    let clock = Instructions::start();
    let mut bytes = [0; 64];
    board.file(b"seed.bin\0", &mut bytes);
    board.random(&mut bytes)?;
    board.read(0, &mut bytes)?;
    let geometry = board.geometry();
    let last = geometry.pages - 1;
    board.erase(last)?;
    board.program(last * geometry.page, &bytes)?;
    report("coupons_left", 0);
    board.send(&board.time().unwrap_or_default().to_be_bytes())?;
    board.send(board.name().as_bytes())?;
    report("begin_instructions", clock.count());
    let mut heart = Heart::new();
    for (piece, name) in FRAMES {
        let frame = recorded(&mut heart);
        let clock = Instructions::start();
        for piece in frame.chunks(piece.max(1)) {
            board.send(piece)?;
        }
        report(name, clock.count());
    }
    Ok(())
}
