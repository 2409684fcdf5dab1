// The C++ wrapper: handles free themselves, failures are thrown, what fails leaves its output alone.
#include <hippocrypt.hpp>
#include <cstdio>
#include <string>
#include <type_traits>

using hippocrypt::Handle;
using hippocrypt::check;
using hippocrypt::out;

static_assert(!std::is_copy_constructible<Handle<hc_policy>>::value, "a handle has one owner");
static_assert(std::is_nothrow_move_constructible<Handle<hc_policy>>::value, "a handle moves");
static_assert(sizeof(Handle<hc_policy>) == sizeof(void *), "a handle is a pointer");

static Handle<hc_policy> parse(const char *text)
{
    Handle<hc_policy> policy;
    check(hc_policy_parse(text, out(policy)));
    return policy;
}

int main()
{
    const char *attributes[] = {"role=nurse"};
    const std::string content = "sinus rhythm";
    Handle<hc_authority_key> authority;
    Handle<hc_authority_public> published;
    Handle<hc_user_key> key;
    check(hc_authority_key_generate("St. Elsewhere", nullptr, out(authority)));
    check(hc_authority_key_public(authority.get(), out(published)));
    check(hc_authority_key_issue(authority.get(), attributes, 1, "2078-12-31", nullptr, out(key)));

    Handle<hc_policy> policy = parse("role=nurse");
    hc_result refused = HC_OK;
    const hc_policy *before = policy.get();
    try {
        check(hc_policy_parse("role nurse", out(policy)));
    } catch (const hippocrypt::Error &error) {
        refused = error.code();
        std::printf("error %d: %s\n", static_cast<int>(error.code()), error.what());
    }
    if (refused != HC_ERROR_POLICY_SYNTAX || policy.get() != before) return 1;

    Handle<hc_record> record;
    Handle<hc_sealer> sealer;
    Handle<hc_buffer> sealed;
    check(hc_record_new("obs-1", out(record)));
    check(hc_sealer_new(out(sealer)));
    check(hc_sealer_add_policy(sealer.get(), published.get(), policy.get(), "never"));
    check(hc_sealer_seal(sealer.get(), record.get(), reinterpret_cast<const uint8_t *>(content.data()), content.size(), nullptr, out(sealed)));

    Handle<hc_opener> opener;
    Handle<hc_buffer> opened;
    Handle<hc_opened> about;
    Handle<hc_text> json;
    check(hc_opener_new(out(opener)));
    check(hc_opener_add_key(opener.get(), key.get()));
    check(hc_opener_open(opener.get(), hc_buffer_data(sealed.get()), hc_buffer_length(sealed.get()), out(opened), out(about)));
    check(hc_inspect(hc_buffer_data(sealed.get()), hc_buffer_length(sealed.get()), out(json)));
    const std::vector<uint8_t> bytes = hippocrypt::bytes(opened);
    return std::string(bytes.begin(), bytes.end()) == content && hippocrypt::text(json).find("obs-1") != std::string::npos ? 0 : 1;
}
