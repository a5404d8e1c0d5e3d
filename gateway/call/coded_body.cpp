#include "gateway/call/coded_body.hpp"

#include "codecs/content_coding.hpp"
#include "gateway/http/text.hpp"

namespace sluice::gateway::call {

namespace {

refusal refused_by_coding(codecs::decode_error const& why) {
    refusal r{.status = 400, .detail = "The body cannot be read: " + why.detail + "."};
    if (why.code == codecs::errc::too_large) r.status = 413;
    if (why.code == codecs::errc::unsupported_media_type) {
        r.status = 415;
        r.accept_encoding = codecs::known_codings;
    }
    return r;
}

// Several fields are one list (RFC 9110 section 5.3).
std::string all_codings(server::request const& req) {
    std::string all;
    for (auto const& field : req.headers) {
        if (!http::equal_ignoring_case(field.name, "Content-Encoding")) continue;
        if (!all.empty()) all += ", ";
        all += field.value;
    }
    return all;
}

} // namespace

checked<std::optional<std::string>> decoded_body(server::request const& req,
                                                 config::limits const& bounds) {
    if (req.body.empty() || !req.has("Content-Encoding")) return std::optional<std::string>();
    auto const coding = all_codings(req);
    if (!codecs::is_coded(coding)) return std::optional<std::string>();
    auto decoded = codecs::decode_content(req.body, coding, {.size = bounds.inflated_bytes});
    if (!decoded) return refused_by_coding(decoded.error());
    return std::optional(*std::move(decoded));
}

checked<void> decode_body(server::exchange& on, config::limits const& bounds) {
    auto decoded = decoded_body(on.req, bounds);
    if (!decoded) return decoded.error();
    if (*decoded) on.replace_body(**std::move(decoded));
    return {};
}

} // namespace sluice::gateway::call
