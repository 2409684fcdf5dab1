package org.hippocrypt;

import com.sun.jna.ptr.PointerByReference;
import java.util.function.ToIntFunction;

/** A patient's key: whoever has it is the patient. */
public final class PatientKey extends Handle {
    private PatientKey(ToIntFunction<PointerByReference> make) {
        super(Calls.C::hc_patient_key_free, make);
    }

    /** A new patient. */
    public static PatientKey generate() {
        return new PatientKey(out -> Calls.C.hc_patient_key_generate(null, out));
    }

    /** Reads a key file, in binary or armour. */
    public static PatientKey read(byte[] file) {
        return new PatientKey(out -> Calls.C.hc_patient_key_from_bytes(file, file.length, out));
    }

    /** The key file, which is secret. */
    public byte[] toBytes() {
        return bytes(Calls.C::hc_patient_key_to_bytes);
    }

    /** The half that everybody may have. */
    public PatientProfile profile() {
        return new PatientProfile(out -> within(own -> Calls.C.hc_patient_key_profile(own, out)));
    }
}
