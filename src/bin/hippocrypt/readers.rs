//! Who can open a record: from flags to a sealer, and to what its user is told.

use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::{
    BothRecipient, CouponRecipient, Expiry, Header, PatientRecipient, PolicyRecipient, Profile,
    Recipient, Sealer, Stanza, both_of, patient_of, policy_of,
};
use hippocrypt::policy::{Date, Policy};
use hippocrypt::pre::{CouponStore, PatientId, PatientProfile};
use serde_json::{Map, Value, json};

use crate::args::Readers;
use crate::failure::{Outcome, Role};
use crate::report::{self, Notes};
use crate::{files, objects, patient, profile, schema, values};

/// Everybody who can open a record: read and checked, nothing written yet.
pub struct Audience {
    holders: Option<Holders>,
    patient: Option<PatientProfile>,
    ways: Vec<Way>,
    /// What the deployment demands, whoever they are.
    profile: Option<Profile>,
}

/// One way to the record: one recipient of the sealer and one stanza.
#[derive(Clone, Copy)]
enum Way {
    /// By a key that satisfies the policy.
    Policy,
    /// As the patient, or by the patient's grant.
    Patient,
    /// By both together.
    Both,
}

/// Everybody whose key satisfies a policy.
struct Holders {
    authority: AuthorityPublic,
    /// With the clause on expiry, unless it was asked to leave it out.
    policy: Policy,
    allow_unknown: bool,
    no_expiry: bool,
}

impl Audience {
    /// Reads the flags, and the files that they name.
    pub fn read(args: &Readers) -> Outcome<Self> {
        let holders = Holders::read(args)?;
        let patient = args.patient.as_ref();
        let patient = patient
            .map(|path| objects::profile(path, "--patient"))
            .transpose()?;
        let mut ways = Vec::new();
        if holders.is_some() && !args.both {
            ways.push(Way::Policy);
        }
        if args.both {
            ways.push(Way::Both);
        }
        if patient.is_some() && (!args.both || args.patient_alone) {
            ways.push(Way::Patient);
        }
        if ways.is_empty() {
            return Err(Error::Missing("somebody who can open it").into());
        }
        let profile = args.profile.as_ref().map(|path| profile::read(path));
        Ok(Self {
            holders,
            patient,
            ways,
            profile: profile.transpose()?,
        })
    }

    /// A sealer with a recipient for each way.
    pub fn sealer(&self) -> Sealer<'_> {
        let sealer = Self::demanding(self.profile.as_ref());
        let recipients = self.ways.iter().filter_map(|way| self.recipient(*way));
        recipients.fold(sealer, Sealer::recipient)
    }

    /// The same, where the patient's way takes coupons from a store.
    pub fn sealer_with<'s>(&'s self, store: &'s mut dyn CouponStore) -> Sealer<'s> {
        let others = Self::demanding(self.profile.as_ref());
        let mut patient = self.patient.as_ref().map(|it| {
            let coupons = CouponRecipient::from_store(store, it.id());
            Box::new(coupons) as Box<dyn Recipient + 's>
        });
        let recipients = self.ways.iter().filter_map(|way| match way {
            Way::Patient => patient.take(),
            _ => self.recipient(*way),
        });
        recipients.fold(others, Sealer::recipient)
    }

    /// A sealer for nobody yet.
    fn demanding(profile: Option<&Profile>) -> Sealer<'_> {
        match profile {
            Some(profile) => Sealer::new().profile(profile),
            None => Sealer::new(),
        }
    }

    fn recipient(&self, way: Way) -> Option<Box<dyn Recipient + '_>> {
        let policy = self.holders.as_ref().map(Holders::recipient);
        let patient = self.patient.as_ref().map(PatientRecipient::new);
        Some(match way {
            Way::Policy => Box::new(policy?),
            Way::Patient => Box::new(patient?),
            Way::Both => Box::new(BothRecipient::new(policy?, patient?)),
        })
    }

    /// Whether the stanza is one of these ways, all that it says included.
    pub fn has(&self, stanza: &Stanza) -> bool {
        self.ways.iter().any(|way| self.is(*way, stanza))
    }

    /// Whether a header opens all these ways, and has what the profile demands.
    pub fn all_in(&self, header: &Header) -> bool {
        let stanzas = header.access().stanzas();
        let found = |way: &Way| stanzas.iter().any(|stanza| self.is(*way, stanza));
        let demanded = |it: &Profile| it.check(header).is_ok();
        self.ways.iter().all(found) && self.profile.iter().all(demanded)
    }

    fn is(&self, way: Way, stanza: &Stanza) -> bool {
        let holders = |(authority, policy): ([u8; 32], Policy)| {
            let holders = self.holders.as_ref();
            holders.is_some_and(|it| it.are(&authority, &policy))
        };
        let patient = |id: &PatientId| self.patient.as_ref().is_some_and(|it| it.id() == id);
        match way {
            Way::Policy => policy_of(stanza).is_ok_and(holders),
            Way::Patient => patient_of(stanza).is_ok_and(|id| patient(&id)),
            Way::Both => both_of(stanza)
                .is_ok_and(|(authority, policy, id)| holders((authority, policy)) && patient(&id)),
        }
    }

    /// How many stanzas sealing gives.
    pub fn stanzas(&self) -> usize {
        self.ways.len()
    }

    /// What of it stays readable, a line for each kind.
    pub fn tell(&self, notes: &mut Notes) {
        if let Some(it) = &self.holders {
            notes.say(format!("  policy   {}", it.policy));
        }
        if let Some(it) = &self.patient {
            let id = values::hex(it.id().as_bytes());
            notes.say(format!(
                "  patient  {id}, a number that links the patient's records"
            ));
        }
    }

    /// What the user should know before they rely on it.
    pub fn warn(&self, notes: &mut Notes) {
        if let Some(it) = &self.patient {
            notes.say(format!(
                "the patient's fingerprint, to compare: {}",
                it.fingerprint().to_words()
            ));
        }
        if let Some(it) = &self.holders {
            if it.no_expiry {
                notes.say("warning: --no-expiry: keys that have ended open it too");
            }
            if let Some(warning) = schema::warning(&it.authority, it.allow_unknown) {
                notes.say(warning);
            }
        }
        match self.ways.as_slice() {
            [Way::Both] => notes.say(
                "warning: --both: the patient alone can't open it; --patient-alone adds a way",
            ),
            [Way::Policy, Way::Patient] => {
                notes.say("the authority can open it without the patient's grant");
            }
            _ => {}
        }
    }

    /// The same for programs: an entry for each kind.
    pub fn value(&self) -> Map<String, Value> {
        let policy = self.holders.as_ref().map(|it| it.policy.to_string());
        let patient = self.patient.as_ref().map(patient::fingerprint);
        let both = self.ways.iter().any(|way| matches!(way, Way::Both));
        report::entries(json!({ "policy": policy, "patient": patient, "both": both }))
    }
}

impl Holders {
    fn read(args: &Readers) -> Outcome<Option<Self>> {
        // The parser of flags takes both or neither.
        let (Some(policy), Some(authority)) = (&args.policy, &args.authority) else {
            return Ok(None);
        };
        let policy = Policy::parse(values::text(policy, "--policy")?).role("--policy")?;
        let day = match &args.expiry_day {
            _ if args.no_expiry => None,
            Some(day) => Some(values::date(day, "--expiry-day")?),
            // The day of this act, whatever --created says of the record.
            None => Some(Date::from_unix(values::now()?)?),
        };
        let policy = match day {
            Some(day) => policy.with_expiry(day).role("--policy")?,
            None => policy,
        };
        let authority = files::authority(authority, "--authority")?;
        schema::check_policy(&authority, &policy, args.allow_unknown, "--policy")?;
        Ok(Some(Self {
            authority,
            policy,
            allow_unknown: args.allow_unknown,
            no_expiry: args.no_expiry,
        }))
    }

    fn recipient(&self) -> PolicyRecipient<'_> {
        // The policy holds its clause already.
        let recipient = PolicyRecipient::new(&self.authority, self.policy.clone(), Expiry::Never);
        if self.allow_unknown {
            recipient.allow_unknown()
        } else {
            recipient
        }
    }

    /// Same authority, same policy, clause included.
    fn are(&self, authority: &[u8; 32], policy: &Policy) -> bool {
        authority == self.authority.id().as_bytes() && *policy == self.policy
    }
}
