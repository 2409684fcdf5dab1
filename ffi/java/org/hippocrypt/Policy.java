package org.hippocrypt;

import com.sun.jna.ptr.PointerByReference;
import java.util.function.ToIntFunction;

/** Who may open a record. */
public final class Policy extends Handle {
    private Policy(ToIntFunction<PointerByReference> make) {
        super(Calls.C::hc_policy_free, make);
    }

    /** Reads a policy as "role=nurse and dept=icu". */
    public static Policy parse(String text) {
        return new Policy(out -> Calls.C.hc_policy_parse(text, out));
    }

    /** The policy with every type written. */
    @Override
    public String toString() {
        return text(Calls.C::hc_policy_print);
    }
}
