//! How often this thread computed on the curve: in tests of this crate alone.
//!
//! The facade calls [`tick`] in every operation. Outside of tests that is nothing at all.

/// One operation.
#[cfg(not(test))]
pub(super) const fn tick() {}

/// One operation.
#[cfg(test)]
pub(super) fn tick() {
    COUNT.with(|count| count.set(count.get() + 1));
}

/// How many operations of the facade `work` takes.
#[cfg(test)]
pub(crate) fn operations<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNT.get();
    let value = work();
    (value, COUNT.get() - before)
}

#[cfg(test)]
std::thread_local! {
    static COUNT: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::operations;
    use crate::curve::{
        G1, G1Table, G2, G2Table, Gt, GtTable, Right, Scalar, multi_scalar_g1, multi_scalar_g2,
        pairing, pairing_product,
    };

    #[test]
    fn every_operation_counts() {
        let (one, two, gt) = (G1::generator(), G2::generator(), Gt::generator());
        let scalar = Scalar::from_u64(7);
        let public = scalar.declassify();
        let (first, second) = (G1Table::new(&one), G2Table::new(&two));
        let third = GtTable::new(&gt);
        macro_rules! counts {
            ($work:expr) => {
                assert!(operations(|| core::hint::black_box($work)).1 > 0)
            };
        }
        assert_eq!(operations(|| ()).1, 0);
        counts!(one + one);
        counts!(two - two);
        counts!(-one);
        counts!(one * &scalar);
        counts!(two * &scalar);
        counts!(one.to_bytes());
        counts!(G2::batch_to_bytes(&[two]));
        counts!(G1::from_bytes(&one.to_bytes()));
        counts!(G1::hash(b"tag", b""));
        counts!(two.prepare());
        counts!(pairing(&one, &two));
        counts!(pairing_product(&[(one, Right::Point(&two))]));
        counts!(multi_scalar_g1(&[one], &[public]));
        counts!(multi_scalar_g2(&[two], &[public]));
        counts!(first.mul(&scalar));
        counts!(second.mul(&scalar));
        counts!(third.pow(&scalar));
        counts!(gt.pow(&scalar));
        counts!(gt * gt);
        counts!(gt.invert());
        counts!(gt.to_bytes());
        counts!(Gt::from_bytes(&gt.to_bytes()));
    }
}
