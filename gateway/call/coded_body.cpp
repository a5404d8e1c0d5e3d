#include "gateway/call/coded_body.hpp"

#include "codecs/content_coding.hpp"

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

} // namespace

checked<std::optional<std::string>> decoded_body(server::request const& req,
                                                 config::limits const& bounds) {
    auto const coding = req.header("Content-Encoding");
    bool const is_coded = !req.body.empty() && !coding.empty() && codecs::is_coded(coding);
    if (!is_coded) return std::optional<std::string>();
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
