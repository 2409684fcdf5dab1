package org.hippocrypt;

/** Opens any number of records with the same keys. */
public final class Opener extends Handle {
    /** An opener without keys. */
    public Opener() {
        super(Calls.C::hc_opener_free, Calls.C::hc_opener_new);
    }

    /** Tries a key, which may be closed afterwards. */
    public Opener key(UserKey key) {
        key.with(its -> {
            with(own -> Calls.C.hc_opener_add_key(own, its));
            return 0;
        });
        return this;
    }

    /** Tries a patient's own key, which may be closed afterwards. */
    public Opener patient(PatientKey key) {
        key.with(its -> {
            with(own -> Calls.C.hc_opener_add_patient(own, its));
            return 0;
        });
        return this;
    }

    /** Opens a record. */
    public byte[] open(byte[] sealed) {
        return bytes((own, out) -> Calls.C.hc_opener_open(own, sealed, sealed.length, out, null));
    }

    /** Everything that a stranger sees of a sealed record, as JSON. */
    public static String inspect(byte[] sealed) {
        return takeText(made(out -> Calls.C.hc_inspect(sealed, sealed.length, out)));
    }
}
