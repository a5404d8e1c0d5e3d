// Request bodies with fields that differ from one request to the next. Taken apart once, rendered
// for each request into memory that the caller reuses. Pure: counter, time and randomness come as
// values. It escapes nothing: fields give letters, digits and dashes only, but for `pick`'s own
// text.
//
//     {{counter}}   {{counter:8}}       1, 2, …; with at least so many digits
//     {{random:1-100}}                  a whole number of the range, both ends included
//     {{digits:10}}   {{hex:16}}        so many random digits
//     {{uuid}}                          a random UUID (version 4)
//     {{pick:red|green|blue}}           one of the texts
//     {{time_ms}}                       Unix milliseconds of the planned start
#pragma once

#include "gateway/stress/sink/sink_options.hpp"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::stress {

// What a rendering depends on.
struct template_inputs {
    std::uint64_t counter = 1;
    std::chrono::milliseconds unix_time{0};
};

class body_template {
  public:
    // Errors name the field that is not known or wrong, and where it stands.
    static parsed<body_template> parse(std::string_view text);

    // Replaces `out`.
    void render(std::string& out, template_inputs const& inputs, std::mt19937_64& random) const;

    static constexpr std::size_t most_fields = 1000;
    static constexpr std::size_t most_digits = 1000; // of one field

  private:
    enum class kind : std::uint8_t { text, counter, random, digits, hex, uuid, pick, time_ms };
    struct part {
        kind what = kind::text;
        std::string text;                // of kind::text
        std::uint64_t low = 0, high = 0; // of the range; `high` also: how many digits
        std::vector<std::string> choices;
    };
    static parsed<part> parse_field(std::string_view field);
    static parsed<part> parse_range(std::string_view field, std::string_view range);
    static parsed<part> parse_size(std::string_view field, std::string_view size, kind what);
    static void render_part(std::string& out, part const& one, template_inputs const& inputs,
                            std::mt19937_64& random);

    std::vector<part> parts_;
};

} // namespace sluice::gateway::stress
