package org.hippocrypt;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * An object of the library. It is freed, and its secrets wiped, by close(): open it in a
 * try-with-resources. Calls are synchronised on the object, so that none runs while it is freed.
 */
public abstract class Handle implements AutoCloseable {
    private final Consumer<Pointer> free;
    private Pointer pointer;

    Handle(Consumer<Pointer> free, ToIntFunction<PointerByReference> make) {
        this.free = free;
        this.pointer = made(make);
    }

    /** The pointer that a call writes. */
    static Pointer made(ToIntFunction<PointerByReference> call) {
        PointerByReference out = new PointerByReference();
        HippocryptException.check(call.applyAsInt(out));
        return out.getValue();
    }

    /** Runs a call with the object, which nobody frees meanwhile. */
    final synchronized void with(ToIntFunction<Pointer> call) {
        if (pointer == null) {
            throw new IllegalStateException("closed");
        }
        HippocryptException.check(call.applyAsInt(pointer));
    }

    /** The same inside a call that makes another object. */
    final int within(ToIntFunction<Pointer> call) {
        with(call);
        return 0;
    }

    /** The bytes that a call gives. */
    final byte[] bytes(java.util.function.ToIntBiFunction<Pointer, PointerByReference> call) {
        PointerByReference out = new PointerByReference();
        with(own -> call.applyAsInt(own, out));
        return takeBytes(out.getValue());
    }

    /** The text that a call gives. */
    final String text(java.util.function.ToIntBiFunction<Pointer, PointerByReference> call) {
        PointerByReference out = new PointerByReference();
        with(own -> call.applyAsInt(own, out));
        return takeText(out.getValue());
    }

    static byte[] takeBytes(Pointer buffer) {
        try {
            long length = Calls.C.hc_buffer_length(buffer);
            if (length > Integer.MAX_VALUE - 8) {
                throw new OutOfMemoryError("more bytes than an array has");
            }
            return length == 0 ? new byte[0] : Calls.C.hc_buffer_data(buffer).getByteArray(0, (int) length);
        } finally {
            Calls.C.hc_buffer_free(buffer);
        }
    }

    static String takeText(Pointer text) {
        try {
            return Calls.C.hc_text_string(text);
        } finally {
            Calls.C.hc_text_free(text);
        }
    }

    /** Texts as C has them, in one piece of memory: pointers, then what they lead to. */
    static Memory texts(String[] texts) {
        byte[][] all = new byte[texts.length][];
        long size = 8;
        for (int i = 0; i < texts.length; i++) {
            all[i] = texts[i].getBytes(StandardCharsets.UTF_8);
            for (byte one : all[i]) {
                if (one == 0) {
                    throw new IllegalArgumentException("a text with a zero character");
                }
            }
            size += 8 + all[i].length + 1;
        }
        Memory memory = new Memory(size);
        long at = 8L * texts.length;
        for (int i = 0; i < texts.length; i++) {
            memory.setPointer(8L * i, memory.share(at));
            memory.write(at, all[i], 0, all[i].length);
            memory.setByte(at + all[i].length, (byte) 0);
            at += all[i].length + 1;
        }
        return memory;
    }

    @Override
    public final synchronized void close() {
        if (pointer != null) {
            free.accept(pointer);
            pointer = null;
        }
    }
}
