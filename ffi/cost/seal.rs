//! Seals 1 MiB so many times, as `seal.c` does through the C library.

use hippocrypt::abe::AuthorityKey;
use hippocrypt::envelope::{Expiry, Record, Sealer};
use hippocrypt::policy::Policy;

fn main() -> hippocrypt::Result<()> {
    let rounds = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let mut rng = getrandom::SysRng;
    let authority = AuthorityKey::generate("cost", &mut rng)?;
    let policy = Policy::parse("role=nurse")?;
    let record = Record::new("r")?;
    let mut sealer = Sealer::new().policy(authority.public(), policy, Expiry::Never);
    let content = vec![0; 1 << 20];
    for _ in 0..rounds.unwrap_or(1) {
        std::hint::black_box(sealer.seal(&record, &content, &mut rng)?);
    }
    Ok(())
}
