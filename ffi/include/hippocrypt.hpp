// hippocrypt for C++11: the C library with handles that free themselves and errors that are thrown.
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//     hippocrypt::Handle<hc_policy> policy;
//     hippocrypt::check(hc_policy_parse("role=nurse", hippocrypt::out(policy)));
//
// Every function of hippocrypt.h is called as it is: `check` throws what is not HC_OK, `out` gives a
// place for an output, `get()` lends a handle. The rules of hippocrypt.h hold, those on threads too.
#ifndef HIPPOCRYPT_HPP
#define HIPPOCRYPT_HPP

#include "hippocrypt.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hippocrypt {

// What a call refused, with its number and the words of hc_last_error().
class Error : public std::runtime_error {
public:
    explicit Error(hc_result code) : std::runtime_error(hc_last_error()), code_(code) {}
    hc_result code() const noexcept { return code_; }

private:
    hc_result code_;
};

// Throws Error for what is not HC_OK. To be called by the thread that made the call.
inline void check(hc_result result)
{
    if (result != HC_OK) throw Error(result);
}

// How a handle of each type is freed.
template <class T> struct Free;

#define HC_FREE(type)                                                                              \
    template <> struct Free<type> {                                                                \
        void operator()(type *object) const noexcept { type##_free(object); }                      \
    };
HC_FREE(hc_buffer)
HC_FREE(hc_text)
HC_FREE(hc_authority_key)
HC_FREE(hc_authority_public)
HC_FREE(hc_authority_share)
HC_FREE(hc_user_key)
HC_FREE(hc_policy)
HC_FREE(hc_label_key)
HC_FREE(hc_label_policy)
HC_FREE(hc_signer_key)
HC_FREE(hc_signer_public)
HC_FREE(hc_vocabulary)
HC_FREE(hc_record)
HC_FREE(hc_requirements)
HC_FREE(hc_sealer)
HC_FREE(hc_opener)
HC_FREE(hc_opened)
HC_FREE(hc_batch_sealer)
HC_FREE(hc_opened_batch)
HC_FREE(hc_patient_key)
HC_FREE(hc_patient_profile)
HC_FREE(hc_trustee_share)
HC_FREE(hc_released_share)
HC_FREE(hc_seed_backup)
HC_FREE(hc_succession)
HC_FREE(hc_recipient_key)
HC_FREE(hc_recipient_public)
HC_FREE(hc_relay_key)
HC_FREE(hc_relay_public)
HC_FREE(hc_grant_draft)
HC_FREE(hc_grant)
HC_FREE(hc_recipient_grant)
HC_FREE(hc_grant_share)
HC_FREE(hc_requests)
HC_FREE(hc_answer)
HC_FREE(hc_verified_answer)
HC_FREE(hc_relay_state)
HC_FREE(hc_relay_share)
HC_FREE(hc_revocation_list)
HC_FREE(hc_publisher_state)
HC_FREE(hc_coupon_pack)
HC_FREE(hc_coupon_store)
HC_FREE(hc_terms)
HC_FREE(hc_signed_consent)
HC_FREE(hc_verified_consent)
HC_FREE(hc_fhir_context)
HC_FREE(hc_proof_key)
HC_FREE(hc_checkpoint)
HC_FREE(hc_proof_receipt)
HC_FREE(hc_proof_verifier)
HC_FREE(hc_proof_expectation)
HC_FREE(hc_replay_store)
HC_FREE(hc_signed_proof)
#undef HC_FREE

// The one owner of a handle: moved, never copied.
template <class T> using Handle = std::unique_ptr<T, Free<T>>;

// The place of an output: when the call is over, the handle takes what was written there, and keeps
// what it had if nothing was.
template <class T> class Out {
public:
    explicit Out(Handle<T> &handle) noexcept : handle_(handle), written_(nullptr) {}
    Out(Out &&other) noexcept : handle_(other.handle_), written_(other.written_) { other.written_ = nullptr; }
    ~Out()
    {
        if (written_ != nullptr) handle_.reset(written_);
    }
    operator T **() noexcept { return &written_; }

private:
    Handle<T> &handle_;
    T *written_;
};
template <class T> Out<T> out(Handle<T> &handle) noexcept { return Out<T>(handle); }

// A text of the library's, copied.
inline std::string text(const Handle<hc_text> &from)
{
    return from ? std::string(hc_text_string(from.get()), hc_text_length(from.get())) : std::string();
}

// Bytes of the library's, copied: not for secrets, which the buffer wipes and a copy does not.
inline std::vector<uint8_t> bytes(const Handle<hc_buffer> &from)
{
    const uint8_t *first = hc_buffer_data(from.get());
    return std::vector<uint8_t>(first, first + hc_buffer_length(from.get()));
}

} // namespace hippocrypt

#endif
