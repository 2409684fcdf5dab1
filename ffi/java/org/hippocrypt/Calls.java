package org.hippocrypt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of hippocrypt.h that these classes call, as they are. size_t is a long: 64-bit
 * systems only, which are the ones there are natives for.
 */
interface Calls extends Library {
    /** Found in this jar by the name of the system, or where the system keeps libraries. */
    Calls C = load();

    static Calls load() {
        if (Native.SIZE_T_SIZE != 8) {
            throw new UnsatisfiedLinkError("hippocrypt needs a 64-bit system");
        }
        java.util.Map<String, Object> options = new java.util.HashMap<>();
        options.put(Library.OPTION_STRING_ENCODING, "UTF-8");
        return Native.load("hippocrypt", Calls.class, options);
    }

    String hc_version();
    String hc_error_name(int result);
    String hc_last_error();

    Pointer hc_buffer_data(Pointer buffer);
    long hc_buffer_length(Pointer buffer);
    void hc_buffer_free(Pointer buffer);
    String hc_text_string(Pointer text);
    void hc_text_free(Pointer text);

    int hc_authority_key_generate(String name, Pointer random, PointerByReference key);
    int hc_authority_key_from_bytes(byte[] bytes, long length, PointerByReference key);
    int hc_authority_key_to_bytes(Pointer key, PointerByReference bytes);
    int hc_authority_key_public(Pointer key, PointerByReference publicHalf);
    int hc_authority_key_issue(Pointer key, Pointer attributes, long count, String until, Pointer random, PointerByReference user);
    void hc_authority_key_free(Pointer key);

    int hc_authority_public_from_bytes(byte[] bytes, long length, PointerByReference publicHalf);
    int hc_authority_public_to_bytes(Pointer publicHalf, PointerByReference bytes);
    int hc_authority_public_fingerprint(Pointer publicHalf, PointerByReference words);
    void hc_authority_public_free(Pointer publicHalf);

    int hc_user_key_from_bytes(byte[] bytes, long length, PointerByReference key);
    int hc_user_key_to_bytes(Pointer key, PointerByReference bytes);
    int hc_user_key_attributes(Pointer key, PointerByReference text);
    void hc_user_key_free(Pointer key);

    int hc_patient_key_generate(Pointer random, PointerByReference key);
    int hc_patient_key_from_bytes(byte[] bytes, long length, PointerByReference key);
    int hc_patient_key_to_bytes(Pointer key, PointerByReference bytes);
    int hc_patient_key_profile(Pointer key, PointerByReference profile);
    void hc_patient_key_free(Pointer key);

    int hc_patient_profile_from_bytes(byte[] bytes, long length, PointerByReference profile);
    int hc_patient_profile_to_bytes(Pointer profile, PointerByReference bytes);
    void hc_patient_profile_free(Pointer profile);

    int hc_policy_parse(String text, PointerByReference policy);
    int hc_policy_print(Pointer policy, PointerByReference text);
    void hc_policy_free(Pointer policy);

    int hc_record_new(String id, PointerByReference record);
    int hc_record_set_created(Pointer record, long unixSeconds);
    int hc_record_set_labels(Pointer record, Pointer labels, long count);
    void hc_record_free(Pointer record);

    int hc_sealer_new(PointerByReference sealer);
    int hc_sealer_add_policy(Pointer sealer, Pointer authority, Pointer policy, String expiry);
    int hc_sealer_add_patient(Pointer sealer, Pointer profile);
    int hc_sealer_seal(Pointer sealer, Pointer record, byte[] content, long length, Pointer random, PointerByReference sealed);
    void hc_sealer_free(Pointer sealer);

    int hc_opener_new(PointerByReference opener);
    int hc_opener_add_key(Pointer opener, Pointer key);
    int hc_opener_add_patient(Pointer opener, Pointer key);
    int hc_opener_open(Pointer opener, byte[] sealed, long length, PointerByReference content, PointerByReference opened);
    void hc_opener_free(Pointer opener);

    int hc_inspect(byte[] sealed, long length, PointerByReference json);
}
