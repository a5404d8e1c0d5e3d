// Which escaping a template's content type asks for. Pure; any thread.
#pragma once

#include "codecs/template.hpp"

#include <string_view>

namespace sluice::gateway::plan {

// By the families of body_kind; what is none of them is plain text.
codecs::template_format template_format_of(std::string_view content_type);

} // namespace sluice::gateway::plan
