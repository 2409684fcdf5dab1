//! Keys under a passphrase. Nothing here has a terminal, so nothing can be asked.

use super::support::Place;

const ISSUE: &str =
    "authority issue --key hospital.key --attr role=cardiologist --until 2060-12-31";

#[test]
fn locked_keys_all_the_way() {
    let place = Place::new();
    place.write("FILE", b"content");
    place.write_private("first", b"correct horse\n");
    place.write_private("second", "Hämoglobin 13\r\nnot this line\n".as_bytes());
    place.write_private("wrong", b"correct horsf\n");

    let ran = place
        .run("authority new --passphrase-file first --json -o hospital.key")
        .ok();
    assert_eq!(ran.json()["protected"], true);
    place
        .run("signer new --passphrase-file second -o ward.key")
        .ok();
    for key in ["hospital.key", "ward.key"] {
        assert!(
            place
                .read(key)
                .starts_with(b"-----BEGIN HIPPOCRYPT LOCKED KEY-----\n")
        );
    }

    place.refuses(304, &format!("{ISSUE} -o icu.key"));
    place.refuses(300, &format!("{ISSUE} --passphrase-file wrong -o icu.key"));
    place
        .run(&format!(
            "{ISSUE} --passphrase-file first --new-passphrase-file second -o icu.key"
        ))
        .ok();
    place
        .run(&format!("{ISSUE} --passphrase-file first -o plain.key"))
        .ok();

    let seal =
        "seal --authority hospital.pub --policy role=cardiologist --record r --sign ward.key";
    place.refuses(304, &format!("{seal} -o r.hippo FILE"));
    place.refuses(
        300,
        &format!("{seal} --passphrase-file first -o r.hippo FILE"),
    );
    place
        .run(&format!("{seal} --passphrase-file second -o r.hippo FILE"))
        .ok();

    place.refuses(304, "open --key icu.key -o OUT r.hippo");
    place.refuses(
        300,
        "open --key icu.key --passphrase-file first -o OUT r.hippo",
    );
    place
        .run("open --key plain.key --from ward.pub -o - r.hippo")
        .ok();
    place
        .run("open --key icu.key --passphrase-file second --from ward.pub -o OUT r.hippo")
        .ok();
    assert_eq!(place.read("OUT"), b"content");

    place.refuses(304, "doctor --key icu.key r.hippo");
    place
        .run("doctor --key icu.key --passphrase-file second r.hippo")
        .ok();
    // From a pipe, where no file holds it.
    let piped = "doctor --key icu.key --passphrase-file - r.hippo";
    place.pipe(piped, "Hämoglobin 13\n".as_bytes()).ok();
    place.pipe(piped, "Hämoglobin 13".as_bytes()).ok();
    place.refuses_input(300, piped, b"Haemoglobin 13");
}

#[test]
fn passphrases_that_are_refused() {
    let place = Place::new();
    let new = "authority new --passphrase-file p -o x.key";
    place.refuses(501, new);
    for (number, passphrase) in [
        (1, &b""[..]),
        (1, b"\n"),
        (112, b"\xff\xff"),
        (112, "e\u{301}".as_bytes()),
        (112, b"a\tb"),
    ] {
        place.write_private("p", passphrase);
        place.refuses(number, new);
    }
    place.write_private("p", &[b'x'; 2000]);
    place.refuses(2, new);
    #[cfg(unix)]
    {
        place.write_private("p", b"correct horse");
        place.chmod("p", 0o644);
        place.refuses(504, new);
    }
    place.refuses(304, "authority new --passphrase -o x.key");
}
