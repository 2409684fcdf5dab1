//! Flags of the commands about coupons.

use std::ffi::OsString;

use clap::Args;

use super::{Telling, Unlock};

/// Mint coupons for a device: capsules prepared for records that it will seal to a patient, without
/// the network and without computing on the curve.
///
/// Every coupon seals one record that has exactly these labels: with months, mint for each month;
/// for a device without a clock give ym=unknown. Whoever mints can read what the device seals with
/// the coupons: mint on the patient's phone or the device itself. Sign the pack: without a
/// signature the device can't tell it from a pack by somebody else, who could then read.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt recipient new --name 'monitor 4' -o device.key
  hippocrypt coupon mint --for device.pub --patient patient.pub --label type=ECG \\
    --label ym=2026-11 --count 100 --sign phone.key -o nov.pack")]
pub struct CouponMint {
    /// The device's public file
    #[arg(long = "for", value_name = "FILE")]
    pub device: OsString,
    /// The patient's public profile
    #[arg(long, value_name = "FILE")]
    pub patient: OsString,
    /// A label of the records; give it once for each label
    #[arg(long = "label", value_name = "NAME=VALUE", required = true)]
    pub labels: Vec<OsString>,
    /// Blind the labels with this key, as the device will blind those of its records
    #[arg(long, value_name = "FILE")]
    pub label_key: Option<OsString>,
    /// How many records they are for, 1 to 4096
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub count: OsString,
    /// Sign the pack, so that the device can tell who minted it
    #[arg(long, value_name = "FILE")]
    pub sign: Option<OsString>,
    /// The pack to write, sealed to the device (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Take the coupons of a pack into the device's store.
///
/// A pack that was added before adds nothing, whatever became of its coupons. Delete the pack
/// afterwards, and never add it to another store: a coupon that seals two records lets whoever may
/// open one open both. A store that is copied or restored counts as used up.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt coupon add --key device.key --from phone.pub --store coupons nov.pack")]
pub struct CouponAdd {
    /// The device's key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// Take only packs that this signer signed
    #[arg(long, value_name = "FILE")]
    pub from: Option<OsString>,
    /// The directory of the store; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub store: OsString,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The pack
    #[arg(value_name = "FILE")]
    pub pack: OsString,
}

/// List what is left in a store, pack by pack.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt coupon list --store coupons")]
pub struct CouponList {
    /// The directory of the store
    #[arg(long, value_name = "DIR")]
    pub store: OsString,
    /// Print JSON on standard output
    #[arg(long)]
    pub json: bool,
}
