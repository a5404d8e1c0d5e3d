// Interoperability of Standard Webhooks: signatures that other libraries made, each named in the
// file, are made and verified here byte for byte.
#include "gateway/client/error.hpp"
#include "gateway/client/signature.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace sluice::gateway::client::webhook_vectors_test {
namespace {

struct vector {
    explicit vector(boost::json::object const& from)
        : made_by(from.at("made_by").as_string())
        , signing_key(from.at("signing_key").as_string())
        , verifying_key(from.at("verifying_key").as_string())
        , id(from.at("id").as_string())
        , timestamp(from.at("timestamp").as_int64())
        , body(from.at("body").as_string())
        , signature(from.at("signature").as_string()) {}

    std::chrono::sys_seconds time() const {
        return std::chrono::sys_seconds(std::chrono::seconds(timestamp));
    }
    bool is_verified_by(std::vector<webhook_key> const& keys, std::string const& given) const {
        auto const text = std::to_string(timestamp);
        return verify(keys, {id, text, given}, body, time()).has_value();
    }

    std::string made_by, signing_key, verifying_key, id;
    std::int64_t timestamp;
    std::string body, signature;
};

std::vector<vector> vectors() {
    std::ifstream file(SLUICE_WEBHOOK_VECTORS);
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    auto const parsed = boost::json::parse(text);
    std::vector<vector> all;
    for (auto const& each : parsed.as_array())
        all.emplace_back(each.as_object());
    return all;
}

std::vector<webhook_key> keys(std::initializer_list<std::string_view> texts) {
    std::vector<webhook_key> parsed;
    for (auto const text : texts)
        parsed.push_back(webhook_key::parse(text).value());
    return parsed;
}

BOOST_AUTO_TEST_SUITE(webhook_vectors)

BOOST_AUTO_TEST_CASE(signatures_of_other_libraries_are_made_byte_for_byte) {
    BOOST_TEST(vectors().size() >= 12U);
    for (auto const& each : vectors()) {
        auto const made = sign(keys({each.signing_key}), {each.id, each.time(), each.body});
        BOOST_TEST(made == each.signature, each.made_by << ": " << made);
    }
}

BOOST_AUTO_TEST_CASE(signatures_of_other_libraries_are_verified) {
    for (auto const& each : vectors()) {
        BOOST_TEST(each.is_verified_by(keys({each.verifying_key}), each.signature), each.made_by);
        auto spoiled = each.signature;
        auto& changed = spoiled[spoiled.size() / 2];
        changed = changed == 'A' ? 'B' : 'A';
        BOOST_TEST(!each.is_verified_by(keys({each.verifying_key}), spoiled), each.made_by);
    }
}

BOOST_AUTO_TEST_CASE(several_signatures_verify_by_any_of_several_keys) {
    auto const all = vectors();
    for (auto const& each : all) {
        auto const& other = all[&each == &all.front() ? 1 : 0];
        auto const several = "v1,c2lnbmF0dXJl v2,AAAA " + each.signature;
        BOOST_TEST(each.is_verified_by(keys({other.verifying_key, each.verifying_key}), several));
        BOOST_TEST(!each.is_verified_by(keys({other.verifying_key}), several));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::webhook_vectors_test
