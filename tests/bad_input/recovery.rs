//! 200 trials of each damage on every object of recovery and rotation.

use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
use hippocrypt::pre::{
    Carer, CarerKind, Objection, PatientKey, PatientProfile, RecipientKey, ReleasedShare,
    SeedBackup, SeenSuccessions, Splitting, Succession, TrusteeShare,
};

use super::grants::{file, refused_or_the_same};
use super::support::Place;
use super::tool::trials;

/// A patient whose key two trustees hold, and the device that recovers.
struct Objects {
    before: PatientKey,
    split: Splitting,
    trustees: [RecipientKey; 2],
    device: RecipientKey,
}

fn objects() -> Objects {
    let rng = &mut getrandom::SysRng;
    let before = PatientKey::generate(rng).unwrap();
    let trustees = ["Ada", "Ben"].map(|name| RecipientKey::generate(name, rng).unwrap());
    let publics = trustees.each_ref().map(|it| it.public().clone());
    Objects {
        split: before.split(&publics, 2, rng).unwrap(),
        before,
        trustees,
        device: RecipientKey::generate("new phone", rng).unwrap(),
    }
}

impl Objects {
    fn released(&self, at: usize) -> ReleasedShare {
        let to = self.device.public();
        self.split.shares[at]
            .release(&self.trustees[at], to, &mut getrandom::SysRng)
            .unwrap()
    }
}

#[test]
fn shares_of_trustees() {
    let it = objects();
    let share = it.split.shares[0].to_bytes();
    file(90, &share, true, |bytes| {
        Ok(TrusteeShare::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(93, &share, true, |bytes| {
        let read = TrusteeShare::from_bytes(bytes)?;
        read.check(&it.trustees[0])?;
        Ok(read.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a share is covered");
}

#[test]
fn released_shares() {
    let it = objects();
    let good = it.released(1);
    let bytes = it.released(0).to_bytes();
    file(94, &bytes, true, |bytes| {
        Ok(ReleasedShare::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(97, &bytes, true, |bytes| {
        let parts = [ReleasedShare::from_bytes(bytes)?, good.clone()];
        PatientKey::recover(&parts, &it.device, &[])?;
        Ok(parts[0].to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a released share is covered");
}

#[test]
fn successions() {
    let it = objects();
    let rng = &mut getrandom::SysRng;
    for (seed, old) in [(100, &it.before), (104, &it.split.key)] {
        let bytes = old.rotate(rng).unwrap().succession.to_bytes();
        file(seed, &bytes, true, |bytes| {
            Ok(Succession::from_bytes(bytes)?.to_bytes())
        });
        let taken = refused_or_the_same(seed + 3, &bytes, true, |bytes| {
            let read = Succession::from_bytes(bytes)?;
            Ok(read.verify(old.profile())?.to_bytes())
        });
        assert_eq!(taken, 0, "every byte of a succession is signed");
    }
}

#[test]
fn backups_of_seeds() {
    let it = objects();
    let rotation = it.split.key.rotate(&mut getrandom::SysRng).unwrap();
    let bytes = rotation.backup.unwrap().to_bytes();
    let parts = [it.released(0), it.released(1)];
    file(108, &bytes, true, |bytes| {
        Ok(SeedBackup::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(111, &bytes, true, |bytes| {
        let read = SeedBackup::from_bytes(bytes)?;
        PatientKey::recover(&parts, &it.device, std::slice::from_ref(&read))?;
        Ok(read.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a backup is covered");
}

#[test]
fn objections_and_what_was_seen() {
    let it = objects();
    let by_recovery = it.before.rotate(&mut getrandom::SysRng).unwrap().succession;
    let objection = it.split.key.object(&by_recovery).unwrap().to_bytes();
    file(130, &objection, true, |bytes| {
        Ok(Objection::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(133, &objection, true, |bytes| {
        let read = Objection::from_bytes(bytes)?;
        match read.is_to(&by_recovery, it.split.key.profile()) {
            true => Ok(read.to_bytes()),
            false => Err(hippocrypt::Error::Verify),
        }
    });
    assert_eq!(taken, 0, "every byte of an objection is signed");
    let mut seen = SeenSuccessions::default();
    seen.first_seen(&by_recovery, 1_795_500_000).unwrap();
    file(134, &seen.to_bytes(), false, |bytes| {
        Ok(SeenSuccessions::from_bytes(bytes)?.to_bytes())
    });
}

#[test]
fn profiles_with_carers() {
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let scope = LabelPolicy::parse("type=Observation and conf=N", &frame).unwrap();
    let rng = &mut getrandom::SysRng;
    let carers = [None, Some(scope)].map(|scope| {
        let key = SignerKey::generate("", rng)
            .unwrap()
            .public()
            .verifying_key();
        Carer::new(CarerKind::Helper, key, 1_795_500_000, scope).unwrap()
    });
    let cared = PatientKey::generate(rng)
        .unwrap()
        .with_carers(carers.into(), rng)
        .unwrap();
    let taken = file(116, &cared.profile().to_bytes(), true, |bytes| {
        Ok(PatientProfile::from_bytes(bytes)?.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a profile is signed");
    let taken = file(119, cared.to_bytes().expose(), true, |bytes| {
        Ok(PatientKey::from_bytes(bytes)?.to_bytes().expose().clone())
    });
    assert_eq!(taken, 0, "nothing of a patient's key is uncovered");
}

#[test]
fn the_tool_refuses_damaged_files_of_recovery() {
    let place = Place::new();
    for line in [
        "patient new -o patient.key",
        "recipient new -o t1.key",
        "recipient new -o t2.key",
        "recipient new -o phone.key",
        "patient split --key patient.key --trustee t1.pub --trustee t2.pub --threshold 2 -o D",
        "patient release --key t1.key --share D/trustee-1.ht --to phone.pub -o release-1",
        "patient release --key t2.key --share D/trustee-2.ht --to phone.pub -o release-2",
        "patient rotate --key patient.key -o new.key",
    ] {
        place.run(line).ok();
    }
    let check = "patient recover --check --key t1.key --share bad";
    trials(&place, 112, "D/trustee-1.ht", check);
    let recover = "patient recover --key phone.key --part bad --part release-2 -o out --force";
    trials(&place, 113, "release-1", recover);
    let recover = "patient recover --key phone.key --part release-1 --part release-2 \
                   --backup bad -o out --force";
    trials(&place, 114, "new.hb", recover);
    let follow = "patient follow --patient patient.pub --succession bad -o out";
    trials(&place, 115, "new.hsc", follow);
}
