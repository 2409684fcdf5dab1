mod carried;
mod codings;
mod extensions;
mod reading;

use super::*;

fn hv1() -> Vocabulary {
    Vocabulary::hv1().unwrap()
}
