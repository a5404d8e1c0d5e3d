// Answers with a document that the gateway wrote as JSON, in the format that the call wants. On the
// connection's thread.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/server/exchange.hpp"

#include <string_view>

namespace sluice::gateway::call {

void reply_as(server::exchange& on, codecs::media_kind format, unsigned status,
              std::string_view json);

} // namespace sluice::gateway::call
