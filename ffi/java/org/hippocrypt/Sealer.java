package org.hippocrypt;

import com.sun.jna.ptr.PointerByReference;

/** Seals any number of records for the same readers. */
public final class Sealer extends Handle {
    /** A sealer for nobody yet. */
    public Sealer() {
        super(Calls.C::hc_sealer_free, Calls.C::hc_sealer_new);
    }

    /** Adds everybody whose key satisfies a policy and was valid on the day of sealing. */
    public Sealer policy(AuthorityPublic authority, Policy policy) {
        authority.with(its -> {
            policy.with(text -> {
                with(own -> Calls.C.hc_sealer_add_policy(own, its, text, null));
                return 0;
            });
            return 0;
        });
        return this;
    }

    /** Adds a patient. */
    public Sealer patient(PatientProfile profile) {
        profile.with(its -> {
            with(own -> Calls.C.hc_sealer_add_patient(own, its));
            return 0;
        });
        return this;
    }

    /** Seals a record. */
    public byte[] seal(Record record, byte[] content) {
        PointerByReference out = new PointerByReference();
        record.with(its -> {
            with(own -> Calls.C.hc_sealer_seal(own, its, content, content.length, null, out));
            return 0;
        });
        return takeBytes(out.getValue());
    }
}
