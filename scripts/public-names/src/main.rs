//! The public names of a crate, one a line, in the order in which their paths stand: `public-names FILE.json`.
//! Implementations that every type has, or that the compiler derives, are left out.

use public_api::Builder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("which file?")?;
    let names = Builder::from_rustdoc_json(file)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    for item in names.items() {
        println!("{item}");
    }
    Ok(())
}
