#include "gateway/call/content_key.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/call/coded_body.hpp"

#include <optional>
#include <string>

namespace sluice::gateway::call {

namespace {

using config::dedup_source;

// The value with its kind: the text "1" is not the number 1.
std::optional<std::string> value_at(std::string const& pointer, std::string_view body) {
    auto const compiled = codecs::json_pointer::compile(pointer);
    if (!compiled || !codecs::check_json(body)) return std::nullopt;
    auto const found = codecs::json_find(codecs::json_trim(body), *compiled);
    if (!found) return std::nullopt;
    bool const is_text = codecs::json_kind_of(*found) == codecs::json_kind::string;
    return (is_text ? "s" : "v") + codecs::json_text(*found);
}

using content_hash = std::optional<call_hash>; // nothing: the call has not the part that would tell

checked<content_hash> hash_content(config::route const& route, server::request const& req,
                                   config::limits const& bounds) {
    auto const& rule = *route.dedup;
    switch (rule.source) {
    case dedup_source::body:
        return content_hash(hash_of({"content", route.path, req.method, req.target, req.body}));
    case dedup_source::header:
        if (req.header(rule.name).empty()) return content_hash();
        return content_hash(hash_of({"content", route.path, rule.name, req.header(rule.name)}));
    case dedup_source::json_pointer:
        break;
    }
    auto const plain = decoded_body(req, bounds);
    if (!plain) return plain.error();
    auto const value = value_at(rule.name, *plain ? **plain : req.body);
    if (!value) return content_hash();
    return content_hash(hash_of({"content", route.path, rule.name, *value}));
}

} // namespace

checked<std::unique_ptr<queue::idempotency>> content_key_of(config::route const& route,
                                                            server::request const& req,
                                                            config::limits const& bounds) {
    std::unique_ptr<queue::idempotency> key;
    if (!route.dedup) return key;
    auto const hash = hash_content(route, req, bounds);
    if (!hash) return hash.error();
    if (!*hash) return key;
    key = std::make_unique<queue::idempotency>();
    key->key = key->body = **hash;
    key->lifetime = route.dedup_window;
    return key;
}

} // namespace sluice::gateway::call
