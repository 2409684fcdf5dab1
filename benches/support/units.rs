//! The unit operations of SPEC.md section 12, and its formulas over them.

use hippocrypt::curve::{
    G1, G1Table, G2, G2Table, Gt, GtTable, PublicScalar, Right, Scalar, multi_scalar_g1,
    pairing_product,
};
use hippocrypt::symmetric::{hkdf_expand, hkdf_extract};

use crate::support::Rounds;

/// What a policy and a key count: SPEC.md's n, d, l, tau, u and m.
pub struct Counts {
    /// n: rows.
    pub rows: usize,
    /// d: distinct shares.
    pub shares: usize,
    /// l: fresh scalars of the sharing.
    pub columns: usize,
    /// tau: the most rows that carry one literal.
    pub most: usize,
    /// u: rows that the key uses.
    pub used: usize,
    /// m: literals of the key.
    pub literals: usize,
}

/// The measured unit costs, in seconds.
pub struct Units<'r> {
    rounds: &'r Rounds<'r>,
}

/// A scalar of full length that depends on the index.
fn scalar(index: usize) -> Scalar {
    Scalar::from_wide(&[0xa5; 64]) * Scalar::from_u64(index as u64 + 3)
}

fn points(count: usize) -> Vec<G1> {
    (0..count)
        .map(|index| G1::generator() * &scalar(index))
        .collect()
}

/// Names of the units that stand for one number, as SPEC.md has them, and what they are.
const NAMES: [(&str, &str); 18] = [
    ("M1", "multiply in G1"),
    ("M2", "multiply in G2"),
    ("MT", "power in Gt"),
    ("T1", "multiply in G1 by table"),
    ("T2", "multiply in G2 by table"),
    ("TT", "power in Gt by table"),
    ("H", "hash to G1"),
    ("D1", "decode a G1 point"),
    ("D2", "decode a G2 point"),
    ("E1", "encode a G1 point"),
    ("e1", "encode one more of a batch in G1"),
    ("E2", "encode a G2 point"),
    ("e2", "encode one more of a batch in G2"),
    ("A1", "add in G1, in a sum"),
    ("F", "final exponentiation and shared squarings"),
    ("L", "Miller loop of one term"),
    ("X", "scalar of a coin stream"),
    ("W", "weight of a coin stream"),
];

impl<'r> Units<'r> {
    /// Adds the units to what is measured; sums of as many points as the counts will ask for.
    pub fn measure<'c>(counts: impl Iterator<Item = &'c Counts>, rounds: &mut Rounds<'_>) {
        Self::measure_sums(
            counts.flat_map(|counts| [counts.rows, counts.literals]),
            rounds,
        );
    }

    /// Adds the units, with sums of these sizes.
    pub fn measure_sums(sizes: impl Iterator<Item = usize>, rounds: &mut Rounds<'_>) {
        const TAG: &[u8] = b"HIPPO-BENCH-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
        let exponent = scalar(1);
        let (g1, g2) = (G1::generator() * &scalar(2), G2::generator() * &scalar(2));
        let gt = Gt::generator().pow(&exponent);
        let (table1, table2, table_t) = (G1Table::new(&g1), G2Table::new(&g2), GtTable::new(&gt));
        rounds.add("M1", move || g1 * &exponent);
        rounds.add("M2", move || g2 * &exponent);
        rounds.add("MT", move || gt.pow(&exponent));
        rounds.add("T1", move || table1.mul(&exponent));
        rounds.add("T2", move || table2.mul(&exponent));
        rounds.add("TT", move || table_t.pow(&exponent));
        rounds.add("H", || G1::hash(TAG, b"\x01\x00\x05a00000\x00\x05value"));
        let (bytes1, bytes2) = (g1.to_bytes(), g2.to_bytes());
        rounds.add("D1", move || G1::from_bytes(&bytes1).is_ok());
        rounds.add("D2", move || G2::from_bytes(&bytes2).is_ok());

        let many1 = points(101);
        let many2: Vec<_> = (0..11).map(|index| g2 * &scalar(index)).collect();
        rounds.add("E1", move || G1::batch_to_bytes(&[g1]));
        rounds.add("E2", move || G2::batch_to_bytes(&[g2]));
        let batch = many1.clone();
        rounds.add("E1 of 101", move || G1::batch_to_bytes(&batch));
        let batch = many2.clone();
        rounds.add("E2 of 11", move || G2::batch_to_bytes(&batch));

        let ones = vec![PublicScalar::ONE; 100];
        let batch = many1.clone();
        rounds.add("sum of 100", move || multi_scalar_g1(&batch, &ones));
        rounds.add("pairing", move || {
            pairing_product(&[(g1, Right::Point(&g2))])
        });
        rounds.add("pairing of 5", move || {
            let terms: Vec<_> = many1
                .iter()
                .zip(&many2)
                .take(5)
                .map(|(left, right)| (*left, Right::Point(right)))
                .collect();
            pairing_product(&terms)
        });

        let mut sizes: Vec<_> = sizes.filter(|size| *size > 1).collect();
        sizes.sort_unstable();
        sizes.dedup();
        for size in sizes {
            let points = points(size);
            let weights: Vec<_> = (0..size)
                .map(|index| PublicScalar::from_u128(u128::MAX / (index as u128 + 1)))
                .collect();
            rounds.add(format!("S({size})"), move || {
                multi_scalar_g1(&points, &weights)
            });
        }

        let prk = hkdf_extract(b"salt", b"key");
        rounds.add("X", move || {
            let mut wide = [0; 64];
            hkdf_expand(&prk, &[b"HIPPO-bench-v1-scalar", &[0; 4]], &mut wide).unwrap();
            Scalar::from_wide(&wide)
        });
        let prk = hkdf_extract(b"salt", b"key");
        rounds.add("W", move || {
            let mut short = [0; 16];
            hkdf_expand(&prk, &[b"HIPPO-bench-v1-scalar", &[0; 4]], &mut short).unwrap();
            PublicScalar::from_u128(u128::from_be_bytes(short))
        });
    }

    /// Takes the medians.
    pub fn new(rounds: &'r Rounds<'r>) -> Self {
        Self { rounds }
    }

    /// One unit of [`NAMES`].
    pub fn unit(&self, name: &str) -> f64 {
        let median = |name: &str| self.rounds.median(name);
        match name {
            "e1" => (median("E1 of 101") - median("E1")) / 100.0,
            "e2" => (median("E2 of 11") - median("E2")) / 10.0,
            "A1" => median("sum of 100") / 100.0,
            "L" => (median("pairing of 5") - median("pairing")) / 4.0,
            "F" => median("pairing") - self.unit("L"),
            name => median(name),
        }
    }

    /// S(n): a sum of n points with 128-bit weights; nothing for one, whose weight is 1.
    pub fn sum(&self, count: usize) -> f64 {
        if count < 2 {
            0.0
        } else {
            self.rounds.median(&format!("S({count})"))
        }
    }

    /// `count` times a unit.
    pub fn times(&self, count: usize, name: &str) -> f64 {
        count as f64 * self.unit(name)
    }

    /// Encoding `count` points together.
    pub fn encode(&self, count: usize, first: &str, more: &str) -> f64 {
        self.unit(first) + self.times(count - 1, more)
    }

    /// The scalars of one encapsulation.
    fn coins(&self, counts: &Counts) -> f64 {
        self.times(1 + counts.columns + counts.most, "X")
    }

    /// Fixed bases: by table where there are tables.
    pub fn fixed(&self, tables: bool, names: [&str; 2]) -> f64 {
        self.unit(names[usize::from(!tables)])
    }

    /// Powers of `count` literals: by tables as far as a cache that has met them makes them.
    fn literals(&self, count: usize, warm: bool) -> f64 {
        let tables = if warm { count.min(128) } else { 0 };
        self.times(tables, "T1") + self.times(count - tables, "M1")
    }

    /// Issuing a key; with tables and hashes, or without either.
    pub fn issue(&self, counts: &Counts, warm: bool) -> f64 {
        let literals = counts.literals;
        let hashes = if warm { 0 } else { literals + 1 };
        self.literals(literals, warm)
            + self.unit("M1")
            + self.fixed(warm, ["T1", "M1"])
            + self.fixed(warm, ["T2", "M2"])
            + self.times(hashes, "H")
            + self.encode(literals, "E1", "e1")
            + self.unit("E1")
            + self.unit("E2")
    }

    /// Encapsulating; with tables and hashes, or without either.
    pub fn encapsulate(&self, counts: &Counts, warm: bool) -> f64 {
        let hashes = if warm { 0 } else { counts.rows + 1 };
        self.literals(counts.rows, warm)
            + counts.shares as f64 * self.fixed(warm, ["T1", "M1"])
            + (1 + counts.most) as f64 * self.fixed(warm, ["T2", "M2"])
            + self.fixed(warm, ["TT", "MT"])
            + self.times(hashes, "H")
            + self.coins(counts)
            + self.encode(counts.rows, "E1", "e1")
            + self.encode(1 + counts.most, "E2", "e2")
    }

    /// Decapsulating a decoded ciphertext whose literals are all different.
    pub fn decapsulate(&self, counts: &Counts, warm: bool) -> f64 {
        let hashes = if warm { 0 } else { counts.rows + 1 };
        self.unit("F")
            + self.times(2 + counts.most, "L")
            + self.times(2 * counts.used, "A1")
            + self.coins(counts)
            + (1 + counts.most) as f64 * self.fixed(warm, ["T2", "M2"])
            + self.encode(1 + counts.most, "E2", "e2")
            + self.times(counts.rows - 1, "W")
            + self.fixed(warm, ["T1", "M1"])
            + 2.0 * self.sum(counts.rows)
            + self.times(counts.most, "M1")
            + self.times(hashes, "H")
    }

    /// Decoding a ciphertext.
    pub fn decode(&self, counts: &Counts) -> f64 {
        self.times(counts.rows, "D1") + self.times(1 + counts.most, "D2")
    }

    /// Checking a user key.
    pub fn check(&self, counts: &Counts) -> f64 {
        2.0 * self.sum(counts.literals) + self.unit("F") + self.times(2, "L")
    }

    /// Prints the units.
    pub fn print(&self) {
        println!("unit                                                 microseconds");
        for (name, meaning) in NAMES {
            println!("{name:<4} {meaning:<46} {:>12.2}", 1e6 * self.unit(name));
        }
        for name in self.rounds.names().filter(|name| name.starts_with("S(")) {
            let cost = 1e6 * self.rounds.median(name);
            println!(
                "{name:<6} {:<44} {cost:>12.2}",
                "sum in G1, 128-bit weights"
            );
        }
    }
}
