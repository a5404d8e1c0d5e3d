#include "gateway/call/reply_as.hpp"

#include "codecs/xml_from_json.hpp"

#include <string>

namespace sluice::gateway::call {

void reply_as(server::exchange& on, codecs::media_kind format, unsigned status,
              std::string_view json) {
    if (format != codecs::media_kind::xml) return on.reply(status, "application/json", json);
    std::string xml;
    codecs::append_json_as_xml(xml, json);
    on.reply(status, "application/xml", xml);
}

} // namespace sluice::gateway::call
