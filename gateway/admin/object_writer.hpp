// Writes one JSON object, member by member, to the end of a text. Used where it is made.
#pragma once

#include "codecs/json.hpp"
#include "gateway/call/times.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::admin {

class object_writer {
  public:
    explicit object_writer(std::string& out)
        : out_(out) {
        out_ += '{';
    }
    object_writer(object_writer const&) = delete;
    object_writer& operator=(object_writer const&) = delete;
    // Closes the object.
    ~object_writer() { out_ += '}'; }

    // Begins a member; the caller appends its value. `name` needs no escapes.
    std::string& member(std::string_view name) {
        if (!is_first_) out_ += ',';
        is_first_ = false;
        out_ += '"';
        out_ += name;
        out_ += "\":";
        return out_;
    }
    void text(std::string_view name, std::string_view value) {
        codecs::append_json_string(member(name), value);
    }
    // null where it is empty.
    void text_or_null(std::string_view name, std::string_view value) {
        if (value.empty()) {
            member(name) += "null";
        } else {
            text(name, value);
        }
    }
    void number(std::string_view name, std::uint64_t value) {
        member(name) += std::to_string(value);
    }
    void flag(std::string_view name, bool value) { member(name) += value ? "true" : "false"; }
    void time(std::string_view name, std::optional<queue::wall_time> const& at) {
        member(name);
        if (!at) {
            out_ += "null";
            return;
        }
        out_ += '"';
        call::append_instant(out_, *at);
        out_ += '"';
    }

  private:
    std::string& out_;
    bool is_first_ = true;
};

} // namespace sluice::gateway::admin
