package org.hippocrypt;

import com.sun.jna.Memory;
import com.sun.jna.ptr.PointerByReference;
import java.util.function.ToIntFunction;

/** An authority's secret key: whoever has it opens every record sealed under the authority. */
public final class AuthorityKey extends Handle {
    private AuthorityKey(ToIntFunction<PointerByReference> make) {
        super(Calls.C::hc_authority_key_free, make);
    }

    /** A new authority. */
    public static AuthorityKey generate(String name) {
        return new AuthorityKey(out -> Calls.C.hc_authority_key_generate(name, null, out));
    }

    /** Reads a key file, in binary or armour. */
    public static AuthorityKey read(byte[] file) {
        return new AuthorityKey(out -> Calls.C.hc_authority_key_from_bytes(file, file.length, out));
    }

    /** The key file, which is secret. */
    public byte[] toBytes() {
        return bytes(Calls.C::hc_authority_key_to_bytes);
    }

    /** The half that everybody may have. */
    public AuthorityPublic publicHalf() {
        return new AuthorityPublic(out -> within(own -> Calls.C.hc_authority_key_public(own, out)));
    }

    /** A key for attributes as "role=nurse", until and including a day as "2027-12-31". */
    public UserKey issue(String until, String... attributes) {
        try (Memory texts = texts(attributes)) {
            return new UserKey(out -> within(own ->
                Calls.C.hc_authority_key_issue(own, texts, attributes.length, until, null, out)));
        }
    }
}
