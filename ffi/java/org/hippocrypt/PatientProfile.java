package org.hippocrypt;

import com.sun.jna.ptr.PointerByReference;
import java.util.function.ToIntFunction;

/** A patient's public profile: sealers need it. */
public final class PatientProfile extends Handle {
    PatientProfile(ToIntFunction<PointerByReference> make) {
        super(Calls.C::hc_patient_profile_free, make);
    }

    /** Reads the file, in binary or armour. */
    public static PatientProfile read(byte[] file) {
        return new PatientProfile(out -> Calls.C.hc_patient_profile_from_bytes(file, file.length, out));
    }

    /** The file. */
    public byte[] toBytes() {
        return bytes(Calls.C::hc_patient_profile_to_bytes);
    }
}
