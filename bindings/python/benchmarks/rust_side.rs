//! The Rust half of `measure.py`: seals or opens 1 MiB each time a line asks for it, and says how
//! many nanoseconds of the processor's time that took.

use std::io::{self, BufRead, Write};

use getrandom::SysRng;
use hippocrypt::abe::AuthorityKey;
use hippocrypt::envelope::{Expiry, Opener, Record, Sealer};
use hippocrypt::policy::{Attributes, Date, Policy};
use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds that all threads of the process have computed.
fn processor() -> i64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rng = &mut SysRng;
    let hospital = AuthorityKey::generate("hospital", rng)?;
    let until = Date::parse("2070-12-31")?;
    let key = hospital.issue(&Attributes::parse(["role=nurse"])?, until, rng)?;
    let data = vec![7; 1 << 20];
    let seal = || {
        let record = Record::new("r")?.created(1_795_478_400);
        let policy = Policy::parse("role=nurse")?;
        Sealer::new()
            .policy(hospital.public(), policy, Expiry::DayOfSealing)
            .seal(&record, &data, &mut SysRng)
    };
    let sealed = seal()?;
    for line in io::stdin().lock().lines() {
        let begun = processor();
        match line?.as_str() {
            "seal" => drop(seal()?),
            _ => drop(Opener::new().key(&key).open(&sealed)?),
        }
        println!("{}", processor() - begun);
        io::stdout().flush()?;
    }
    Ok(())
}
