package org.hippocrypt;

/** What a call refused: its number in the library's table of errors, and the words. */
public final class HippocryptException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int code;

    private HippocryptException(int code, String words) {
        super("error " + code + ": " + words);
        this.code = code;
    }

    /** The number, the same in C, Rust, Python and the command-line tool. */
    public int code() {
        return code;
    }

    /** The name of the number, as NotSatisfied. */
    public String name() {
        return Calls.C.hc_error_name(code);
    }

    /** Throws what a call answered, unless it is 0. */
    static void check(int result) {
        if (result != 0) {
            throw new HippocryptException(result, Calls.C.hc_last_error());
        }
    }
}
