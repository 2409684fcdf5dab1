package org.hippocrypt;

import com.sun.jna.ptr.PointerByReference;
import java.util.function.ToIntFunction;

/** An authority's public file: sealers need it. */
public final class AuthorityPublic extends Handle {
    AuthorityPublic(ToIntFunction<PointerByReference> make) {
        super(Calls.C::hc_authority_public_free, make);
    }

    /** Reads the file, in binary or armour. */
    public static AuthorityPublic read(byte[] file) {
        return new AuthorityPublic(out -> Calls.C.hc_authority_public_from_bytes(file, file.length, out));
    }

    /** The file. */
    public byte[] toBytes() {
        return bytes(Calls.C::hc_authority_public_to_bytes);
    }

    /** Twelve words to compare over the telephone. */
    public String fingerprint() {
        return text(Calls.C::hc_authority_public_fingerprint);
    }
}
