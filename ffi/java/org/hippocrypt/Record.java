package org.hippocrypt;

import com.sun.jna.Memory;

/** What a record is, before it is sealed. */
public final class Record extends Handle {
    /** A record under a visible name, which must not be personal. */
    public Record(String id) {
        super(Calls.C::hc_record_free, out -> Calls.C.hc_record_new(id, out));
    }

    /** When it is sealed, in Unix seconds. */
    public Record created(long unixSeconds) {
        with(own -> Calls.C.hc_record_set_created(own, unixSeconds));
        return this;
    }

    /** Its labels, as "type=Observation". */
    public Record labels(String... labels) {
        try (Memory texts = texts(labels)) {
            with(own -> Calls.C.hc_record_set_labels(own, texts, labels.length));
        }
        return this;
    }
}
