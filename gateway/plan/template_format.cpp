#include "gateway/plan/template_format.hpp"

#include "codecs/media_type.hpp"

namespace sluice::gateway::plan {

codecs::template_format template_format_of(std::string_view content_type) {
    auto const kind = codecs::body_kind(content_type);
    if (!kind) return codecs::template_format::plain;
    switch (*kind) {
    case codecs::media_kind::json:
        return codecs::template_format::json;
    case codecs::media_kind::xml:
        return codecs::template_format::xml;
    case codecs::media_kind::form:
        return codecs::template_format::form;
    default:
        return codecs::template_format::plain;
    }
}

} // namespace sluice::gateway::plan
