//! Whether one policy over labels stays within another, as their forms show.

use alloc::vec::Vec;

use crate::policy::{LabelPolicy, Literal, Shape};

impl LabelPolicy {
    /// Whether whatever satisfies this policy satisfies `outer` too, as far as the form shows:
    /// each condition that `outer` joins by `and` stands among those that this one joins, as it is
    /// or as an OR of fewer labels. It errs towards no: what is within in another form is not
    /// seen, and a blinded policy is within a blinded one only. SPEC.md, Policies over labels.
    ///
    /// ```
    /// use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
    /// let frame = LabelFrame::new(2000, Date::parse("2027-12-31")?)?;
    /// let policy = |text| LabelPolicy::parse(text, &frame);
    /// let scope = policy("conf in {N, L} and ym>=2026-01")?;
    /// assert!(policy("conf=N and type=Observation and ym>=2026-01")?.is_within(&scope)?);
    /// assert!(!policy("conf=N or ym>=2026-01")?.is_within(&scope)?);
    /// # Ok::<(), hippocrypt::Error>(())
    /// ```
    ///
    /// # Errors
    /// None that policies, which are checked, should give.
    pub fn is_within(&self, outer: &Self) -> crate::error::Result<bool> {
        let (inner, outer) = (self.shape()?, outer.shape()?);
        let given = conjuncts(&inner);
        let implied = |asked: &&Shape| given.iter().any(|given| implies(given, asked));
        Ok(conjuncts(&outer).iter().all(implied))
    }
}

/// What has to be true together.
fn conjuncts(shape: &Shape) -> Vec<&Shape> {
    match shape {
        Shape::And(children) => children.iter().flat_map(conjuncts).collect(),
        other => [other].into(),
    }
}

fn implies(given: &Shape, asked: &Shape) -> bool {
    if let (Some(given), Some(asked)) = (alternatives(given), alternatives(asked)) {
        return given.iter().all(|label| asked.contains(label));
    }
    same(given, asked)
}

/// The labels of which one is enough.
fn alternatives(shape: &Shape) -> Option<Vec<&Literal>> {
    match shape {
        Shape::Leaf(label) => Some([label].into()),
        Shape::Or(children) => {
            children
                .iter()
                .map(alternatives)
                .try_fold(Vec::new(), |mut all, more| {
                    all.extend(more?);
                    Some(all)
                })
        }
        _ => None,
    }
}

/// The recursion is as deep as the formula.
fn same(one: &Shape, other: &Shape) -> bool {
    let alike = |one: &[Shape], other: &[Shape]| {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
    };
    match (one, other) {
        (Shape::Leaf(one), Shape::Leaf(other)) => one == other,
        (Shape::And(one), Shape::And(other)) | (Shape::Or(one), Shape::Or(other)) => {
            alike(one, other)
        }
        (Shape::Threshold(one, children), Shape::Threshold(other, others)) => {
            one == other && alike(children, others)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::{Date, LabelFrame, LabelKey, LabelPolicy};

    fn policy(text: &str) -> LabelPolicy {
        let day = Date::parse("2027-12-31").unwrap();
        let frame = LabelFrame::new(2000, day).unwrap();
        let frame = frame.vocabulary("hv1", ["HIV"]).unwrap();
        LabelPolicy::parse(text, &frame).unwrap()
    }

    fn within(inner: &str, outer: &str) -> bool {
        policy(inner).is_within(&policy(outer)).unwrap()
    }

    #[test]
    fn what_asks_for_more_or_offers_less_is_within() {
        let scope = "type in {Observation, Condition} and not sens=HIV";
        for inner in [
            scope,
            "not sens=HIV and type in {Condition, Observation}",
            "type=Observation and not sens=HIV and conf=N",
            "(conf=N or conf=L) and not sens=HIV and type=Condition",
            "type=Observation and sens.not=HIV",
        ] {
            assert!(within(inner, scope), "{inner}");
        }
        assert!(within(
            "2 of (a=b, c=d, e=f) and x=y",
            "2 of (a=b, c=d, e=f)"
        ));
        assert!(within(
            "x=y and (a=b or (c=d and e=f))",
            "a=b or (c=d and e=f)"
        ));
        assert!(within("ym in 2026-02..2026-03", "ym in 2026-01..2026-06"));
    }

    #[test]
    fn what_offers_more_or_asks_for_less_is_not() {
        let scope = "type in {Observation, Condition} and not sens=HIV";
        for inner in [
            "type=Observation",
            "not sens=HIV",
            "type=Observation or not sens=HIV",
            "type in {Observation, Condition, Procedure} and not sens=HIV",
            "(type=Observation and not sens=HIV) or conf=N",
            "1 of (type=Observation, not sens=HIV)",
        ] {
            assert!(!within(inner, scope), "{inner}");
        }
        assert!(!within("1 of (a=b, c=d, e=f)", "2 of (a=b, c=d, e=f)"));
        assert!(!within("2 of (a=b, c=d, g=h)", "2 of (a=b, c=d, e=f)"));
        assert!(!within("a=b and (c=d or e=f)", "a=b and c=d"));
        assert!(!within("ym>=2025-12", "ym>=2026-01"));
    }

    #[test]
    fn blinded_policies_are_within_blinded_ones() {
        let key = LabelKey::generate(&mut getrandom::SysRng).unwrap();
        let blind = |text| policy(text).blinded(&key).unwrap();
        let scope = blind("type in {Observation, Condition}");
        assert!(
            blind("type=Observation and conf=N")
                .is_within(&scope)
                .unwrap()
        );
        assert!(
            !blind("type=Procedure and conf=N")
                .is_within(&scope)
                .unwrap()
        );
        let clear = policy("type=Observation and conf=N");
        assert!(!clear.is_within(&scope).unwrap());
        assert!(
            !scope
                .is_within(&policy("type in {Observation, Condition}"))
                .unwrap()
        );
    }
}
