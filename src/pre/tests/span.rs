//! The algebra of grants, symbolically: what an attacker can form in Gt is the span of all
//! products of what they have in G1 and G2. A capsule is broken if g^(alpha s) lies in it.
//!
//! Exponents are Laurent polynomials in fresh variables over a prime of 61 bits. This finds breaks
//! and is no proof. The rows come from the library's own formulas.

mod world;

use std::vec::Vec;

use self::world::{Rho, Sharing, World};
use crate::curve::symbolic::add;
use crate::policy::symbolic::{Dice, and, formula, or, satisfied};

/// One random world: one to three grants with sharings of their own, or of one standing
/// committee, some of whose relays and recipients are corrupt; one to three capsules, for which
/// honest relays answer without looking at labels. Whether the first capsule is broken, and
/// whether a corrupt recipient is allowed to open it with answers and corrupt relays together.
fn random(dice: &mut Dice, rho: Rho) -> (bool, bool) {
    let mut world = World::new();
    let mut labels = [0; 3].map(|_| dice.labels());
    labels[0] = labels[0].max(1);
    let capsules: Vec<_> = labels[..1 + dice.roll(3)]
        .iter()
        .map(|labels| world.capsule(*labels))
        .collect();
    let mut allowed = false;
    let standing = dice.roll(4) == 0;
    let mut sharing: Option<(Sharing, usize)> = None;
    for _ in 0..1 + dice.roll(3) {
        if !standing || sharing.is_none() {
            let (threshold, relays) = [(1, 1), (2, 3), (3, 5)][dice.roll(3)];
            let new = world.sharing(threshold, relays, dice.roll(threshold + 1));
            let mut served = 0;
            for (at, s) in capsules.iter().enumerate() {
                let answers = dice.roll(new.threshold - new.corrupt + 1);
                for relay in new.corrupt..new.corrupt + answers {
                    world.answer(&new, relay, s);
                }
                if at == 0 {
                    served = answers;
                }
            }
            sharing = Some((new, served));
        }
        let (sharing, served) = sharing.as_ref().unwrap();
        let formula = formula(dice, 4);
        let corrupt = dice.roll(5) > 0;
        world.grant(&formula, sharing, corrupt, rho);
        let enough = sharing.corrupt + served >= sharing.threshold;
        allowed |= corrupt && enough && satisfied(&formula, labels[0]);
    }
    (world.breaks(&capsules[0]), allowed)
}

#[test]
fn a_capsule_opens_exactly_for_a_policy_it_satisfies_with_enough_answers() {
    let mut dice = Dice(2026);
    let mut opened = 0;
    for case in 0..2_000 {
        let (broken, allowed) = random(&mut dice, Rho::Fresh);
        assert_eq!(broken, allowed, "case {case}");
        opened += u32::from(broken);
    }
    assert!((400..1_600).contains(&opened), "{opened} of 2,000 opened");
}

/// The engine sees breaks: with one rho for all rows some percent of such worlds are broken.
#[test]
fn one_randomness_for_all_rows_is_a_break() {
    let mut dice = Dice(2027);
    let mut breaks = 0;
    for _ in 0..250 {
        let (broken, allowed) = random(&mut dice, Rho::One);
        assert!(broken || !allowed);
        breaks += u32::from(broken && !allowed);
    }
    assert!(breaks >= 5, "{breaks} of 250");
}

/// A world with a recipient of `0 and 1`, whose relays, 2 of 3, are honest.
fn granted() -> (World, Sharing) {
    let mut world = World::new();
    let sharing = world.sharing(2, 3, 0);
    world.grant(&and(&[0, 1]), &sharing, true, Rho::Fresh);
    (world, sharing)
}

#[test]
fn what_must_stay_secret_opens_everything() {
    let mut world = World::new();
    let s = world.capsule(0b1);
    assert!(!world.breaks(&s));
    // P^s in G2.
    let alpha = world.alpha();
    let power = world.multiply(&alpha, &s);
    world.second.push(power);
    assert!(world.breaks(&s));
    // g1^alpha, as which a commitment in G1 could end.
    let mut world = World::new();
    let s = world.capsule(0b1);
    let alpha = world.alpha();
    world.first.push(alpha);
    assert!(world.breaks(&s));
    // g1^s, with P in G2.
    let mut world = World::new();
    let s = world.capsule(0b1);
    world.first.push(s.clone());
    assert!(world.breaks(&s));
}

#[test]
fn one_capsule_for_two_records_joins_their_labels() {
    let (mut world, sharing) = granted();
    let s = world.capsule(0b01);
    world.answer(&sharing, 0, &s);
    world.answer(&sharing, 1, &s);
    assert!(!world.breaks(&s));
    world.rows(&s, 0b10);
    assert!(world.breaks(&s));
}

/// Relays that answer for any point answer for U g2, and the log shows nothing of U.
#[test]
fn without_the_proof_of_knowledge_relays_answer_for_another_point() {
    let (mut world, sharing) = granted();
    let s = world.capsule(0b11);
    let one = world.all.constant(1);
    let mauled = add(&s, &one, 1);
    world.answer(&sharing, 0, &mauled);
    assert!(!world.breaks(&s));
    world.answer(&sharing, 1, &mauled);
    assert!(world.breaks(&s));
}

/// A source that repeats itself under two policies: the reason why randomness hangs on the policy.
#[test]
fn shares_and_blindings_used_twice_open_the_empty_set() {
    let mut world = World::new();
    let sharing = world.sharing(1, 1, 1);
    let (both, either) = (and(&[0, 1]), or(&[0, 1]));
    let columns = [world.fresh()];
    let rhos = world.rhos(&both, Rho::Fresh);
    world.grant_with(&both, &sharing, true, &columns, &rhos);
    let s = world.capsule(0);
    assert!(!world.breaks(&s));
    world.grant_with(&either, &sharing, true, &[], &rhos);
    assert!(world.breaks(&s));
}

/// Revoking one recipient of a standing committee is up to the relays: what they answer to one
/// serves another whose policy is satisfied, and no other.
#[test]
fn answers_of_a_standing_committee_serve_every_recipient() {
    for (policy, opens) in [(and(&[0, 2]), true), (and(&[0, 3]), false)] {
        let mut world = World::new();
        let sharing = world.sharing(2, 3, 0);
        world.grant(&and(&[0, 1]), &sharing, false, Rho::Fresh);
        world.grant(&policy, &sharing, true, Rho::Fresh);
        let s = world.capsule(0b0111);
        world.answer(&sharing, 1, &s);
        assert!(!world.breaks(&s));
        world.answer(&sharing, 2, &s);
        assert_eq!(world.breaks(&s), opens);
    }
}

/// A relay that was the attacker's before a refresh and another that is afterwards are not two;
/// nor do answers of before and after combine.
#[test]
fn shares_of_two_refreshes_give_nothing_together() {
    let mut world = World::new();
    let before = world.sharing(2, 3, 1);
    world.grant(&and(&[0, 1]), &before, true, Rho::Fresh);
    let s = world.capsule(0b11);
    let after = world.refreshed(&before, &[2]);
    assert!(!world.breaks(&s));
    // One answer is enough for whoever has a share of the same refresh.
    world.answer(&after, 2, &s);
    assert!(world.breaks(&s));

    let (mut world, before) = granted();
    let s = world.capsule(0b11);
    let after = world.refreshed(&before, &[]);
    world.answer(&before, 0, &s);
    world.answer(&after, 1, &s);
    assert!(!world.breaks(&s));
    world.answer(&after, 2, &s);
    assert!(world.breaks(&s));
}

/// Labels and attributes have hashes of their own; the algebra would hold with the same, and even
/// with one alpha on both sides.
#[test]
fn grants_and_ciphertexts_of_an_authority_do_not_help_each_other() {
    let mut dice = Dice(2028);
    let mut opened = 0;
    for case in 0..200 {
        let mut world = World::new();
        let labels = dice.labels();
        let s = world.capsule(labels);
        world.capsule(dice.labels());
        let (policy, over_attributes) = (formula(&mut dice, 3), formula(&mut dice, 3));
        let sharing = world.sharing(1, 1, 1);
        world.grant(&policy, &sharing, true, Rho::Fresh);
        let users = [dice.labels(), dice.labels()];
        let target = world.ciphertext(&over_attributes, &users, case % 2 == 0);
        assert_eq!(world.breaks(&s), satisfied(&policy, labels), "case {case}");
        let allowed = users.iter().any(|it| satisfied(&over_attributes, *it));
        assert_eq!(world.forms(&target), allowed, "case {case}");
        opened += u32::from(allowed);
    }
    assert!((20..180).contains(&opened), "{opened} of 200 opened");
}
