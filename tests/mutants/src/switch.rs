// Which change is on: `HIPPOCRYPT_MUTANT` names its number. Where `HIPPOCRYPT_MUTANTS_REACHED` names a file, the numbers
// of the changes that were come by are written there, each once. Compiled into the copy of the library.
extern crate std;

use std::fs::File;
use std::io::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

const COUNT: usize = 0;

struct Switch {
    on: u32,
    reached: Option<File>,
}

static SWITCH: OnceLock<Switch> = OnceLock::new();
static REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

fn read() -> Switch {
    let number = std::env::var("HIPPOCRYPT_MUTANT").ok();
    Switch {
        on: number.and_then(|number| number.parse().ok()).unwrap_or(u32::MAX),
        reached: std::env::var_os("HIPPOCRYPT_MUTANTS_REACHED")
            .map(|path| File::options().append(true).open(path).unwrap()),
    }
}

pub fn on(number: u32) -> bool {
    let switch = SWITCH.get_or_init(read);
    if let Some(mut file) = switch.reached.as_ref() {
        if !REACHED[number as usize].swap(true, Ordering::Relaxed) {
            file.write_all(std::format!("{number}\n").as_bytes()).unwrap();
        }
    }
    switch.on == number
}
