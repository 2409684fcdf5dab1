package org.hippocrypt;

import com.sun.jna.ptr.PointerByReference;
import java.util.function.ToIntFunction;

/** A key for attributes, which an authority issued. */
public final class UserKey extends Handle {
    UserKey(ToIntFunction<PointerByReference> make) {
        super(Calls.C::hc_user_key_free, make);
    }

    /** Reads a key file, in binary or armour. */
    public static UserKey read(byte[] file) {
        return new UserKey(out -> Calls.C.hc_user_key_from_bytes(file, file.length, out));
    }

    /** The key file, which is secret. */
    public byte[] toBytes() {
        return bytes(Calls.C::hc_user_key_to_bytes);
    }

    /** The attributes with their validity. */
    public String attributes() {
        return text(Calls.C::hc_user_key_attributes);
    }
}
