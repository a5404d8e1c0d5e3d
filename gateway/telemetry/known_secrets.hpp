// Values that are hidden wherever they stand, under whatever name. Value; holds copies; one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

class known_secrets {
  public:
    // A value that is shorter than `shortest` is left out: it would hide other words.
    void add(std::string_view value);
    // The values in a text, a body for one, behind names that tell a secret: they may be said again
    // under another name. Those that could be a word are left out, and what is more than `most`.
    void add_from(std::string_view text);
    // The same of a field whose name is known.
    void add_field(std::string_view name, std::string_view value);

    std::vector<std::string> const& values() const { return values_; }

    static constexpr std::size_t shortest = 6; // bytes
    static constexpr std::size_t most = 256;

  private:
    void add_found(std::string_view value);

    std::vector<std::string> values_;
};

} // namespace sluice::gateway::telemetry
