use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::consent::*;
use hippocrypt::fhir::*;
use std::path::Path;
#[test]
fn probe() {
    let v = Vocabulary::hv1().unwrap();
    for (dir, ctx, readings) in [
        ("ihe-pcf-r4", true, &[Reading::R4Typed, Reading::Pcf11][..]),
        ("hl7-r4-core", false, &[Reading::R4Typed, Reading::Pcf11]),
        ("mii-de-r4", false, &[Reading::Mii2025, Reading::R4Typed]),
        (
            "blockchainconsent",
            false,
            &[Reading::R4Typed, Reading::Pcf11],
        ),
        ("hl7-r5", false, &[Reading::R5Negate]),
        ("hl7-r5-permission", false, &[Reading::R5Negate]),
    ] {
        let dir = Path::new("../shared/data/consents").join(dir);
        let mut context = Context::new(Some("http://example.org/fhir/")).unwrap();
        if ctx {
            for f in std::fs::read_dir(dir.join("context")).unwrap() {
                context
                    .add(&Document::parse(&std::fs::read(f.unwrap().path()).unwrap()).unwrap())
                    .unwrap();
            }
        }
        let mut files: Vec<_> = std::fs::read_dir(&dir)
            .unwrap()
            .map(|f| f.unwrap().path())
            .filter(|p| p.extension().is_some_and(|e| e == "json"))
            .collect();
        files.sort();
        for f in files {
            for r in readings {
                let mut o = Options::new(*r);
                o.base = Some("http://example.org/fhir/".into());
                let d = Document::parse(&std::fs::read(&f).unwrap()).unwrap();
                println!("=== {} {}", f.display(), r.name());
                match compile(&d, &o, &v, &context, [7; 32]) {
                    Ok(c) => {
                        println!("  base {:?} valid {:?}", c.terms.base, c.terms.valid);
                        for r in &c.terms.rules {
                            println!("  {:?} {:?}", r.effect(), r.criteria());
                        }
                        for w in &c.warnings {
                            println!("  warn {w}");
                        }
                        println!("  noted {:?}", c.noted);
                        println!("  residual {}", residual(&c.terms, &v));
                    }
                    Err(Failure::Refused(all)) => {
                        for r in all.iter() {
                            println!("  {r}");
                        }
                    }
                    Err(e) => println!("  ERROR {e:?}"),
                }
            }
        }
    }
}
