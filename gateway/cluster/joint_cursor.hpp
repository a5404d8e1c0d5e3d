// Where a page of the whole cluster goes on: the cursor of each gateway that has more, as one text.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::cluster {

class joint_cursor {
  public:
    // At the beginning: every gateway is asked without a cursor.
    joint_cursor() = default;
    // As `text` wrote it; nothing where it is something else.
    static std::optional<joint_cursor> parse(std::string_view text);

    // "c.<log>:<cursor>,…"; by the gateways' logs, which their names do not change.
    std::string text() const;

    bool is_at_beginning() const { return is_at_beginning_; }
    // Whether this gateway may have more.
    bool has(std::uint32_t log) const { return is_at_beginning_ || places_.contains(log); }
    // Its own cursor; empty at its beginning.
    std::string_view of(std::uint32_t log) const;
    // Its next page begins there.
    void set(std::uint32_t log, std::string place);
    bool is_at_end() const { return !is_at_beginning_ && places_.empty(); }
    // Nobody has more until `set` says so.
    void begin_anew();

  private:
    std::map<std::uint32_t, std::string> places_;
    bool is_at_beginning_ = true;
};

} // namespace sluice::gateway::cluster
