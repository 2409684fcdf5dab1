//! `proof consent`.

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::consent::enforce::{ShortConsent, short_consents};
use hippocrypt::consent::{Attributes, SignedConsent};
use hippocrypt::zk::{ConsentKey, PlaceReceipt};
use serde_json::json;

use crate::args::ProofConsent;
use crate::consent::vocabulary;
use crate::failure::{Outcome, Role};
use crate::report::Notes;
use crate::{files, objects, values};

/// Signs one product of a consent.
pub fn sign(args: &ProofConsent) -> Outcome<()> {
    let vocabulary = vocabulary(&args.words)?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let own = ConsentKey::from_seed(&key.consent_seed())?;
    let grantee = files::signer(&args.to, "--to")?.verifying_key();
    let place =
        PlaceReceipt::from_bytes(&super::object(&args.place, "--place")?).role("--place")?;
    let bytes = objects::either(&args.consent, "FILE")?;
    let signed = SignedConsent::from_bytes(&bytes).role("FILE")?;
    let consent = signed.verify(key.profile(), values::now()?).role("FILE")?;
    let attributes = Attributes::of(values::texts(&args.attributes, "--as")?).role("--as")?;
    let products =
        short_consents(consent.terms(), &vocabulary, &attributes, &grantee).role("FILE")?;
    let product = chosen(args, &products)?;
    let provable = product.sign(&place, &own, &mut SysRng).role("FILE")?;
    super::write_secret(&args.output, args.force, &provable.to_bytes())?;

    let mut notes = Notes::default();
    notes.say(format!(
        "product {} of {}, in place {}",
        products.iter().position(|it| it == product).unwrap_or(0) + 1,
        products.len(),
        place.index()
    ));
    notes.say("give it to the grantee alone: it names the key of the patient");
    let value = json!({
        "products": products.len(),
        "index": place.index(),
        "categories": format!("{:016x}", product.categories),
        "purposes": format!("{:016x}", product.purposes),
        "actions": format!("{:04x}", product.actions),
        "not_before": product.not_before,
        "expires": product.expires,
        "terms": values::hex(&product.terms),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// The product that is meant; where there are several it has to be said.
fn chosen<'a>(args: &ProofConsent, products: &'a [ShortConsent]) -> Outcome<&'a ShortConsent> {
    let number = args.product.as_ref();
    let number = number
        .map(|it| values::small(it, "--product"))
        .transpose()?;
    match (products, number) {
        ([], _) => Err(Error::NotPermitted).role("--to"),
        ([only], None | Some(1)) => Ok(only),
        (_, None) => {
            Err(Error::Missing("which product: the consent has several")).role("--product")
        }
        (all, Some(number)) => usize::from(number)
            .checked_sub(1)
            .and_then(|place| all.get(place))
            .ok_or(Error::Argument("one of the consent's products, from 1"))
            .role("--product"),
    }
}
