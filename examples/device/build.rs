//! Tells the linker where flash and memory lie, for binaries without an operating system.

fn main() {
    println!("cargo:rerun-if-changed=memory.x");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo:rustc-link-search={here}");
        for argument in ["-Tlink.x", "--nmagic"] {
            println!("cargo:rustc-link-arg-bins={argument}");
        }
    }
}
