#include "gateway/call/key_list.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"

namespace sluice::gateway::call {

void key_list::add(std::string_view name, std::string_view value) {
    out_ += out_.size() > 1 ? ",{\"name\":" : "{\"name\":";
    codecs::append_json_string(out_, name);
    out_ += ",\"value\":";
    codecs::append_json_string(out_, value);
    out_ += '}';
}

std::string key_list::json() && {
    out_ += ']';
    return std::move(out_);
}

std::vector<std::pair<std::string, std::string>> read_key_list(std::string_view json) {
    std::vector<std::pair<std::string, std::string>> keys;
    for (auto const element : codecs::json_elements(json)) {
        auto const name = codecs::json_member_value(element, "name");
        auto const value = codecs::json_member_value(element, "value");
        if (name && value) keys.emplace_back(codecs::json_text(*name), codecs::json_text(*value));
    }
    return keys;
}

} // namespace sluice::gateway::call
