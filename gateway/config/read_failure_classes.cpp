#include "gateway/config/readers.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sluice::gateway::config {
namespace {

using treatment = failure_classes::treatment;

constexpr int gone = 410; // has a meaning of its own

constexpr std::array<choice<transport_failure>, transport_failures> failures{{
    {"name", transport_failure::name},
    {"connect", transport_failure::connect},
    {"tls", transport_failure::tls},
    {"timeout_before_sent", transport_failure::timeout_before_sent},
    {"timeout_after_sent", transport_failure::timeout_after_sent},
    {"cut", transport_failure::cut},
    {"bad_answer", transport_failure::bad_answer},
}};

// A run of statuses: one, or a class of them.
struct status_range {
    int first = 0;
    int last = 0;
};

std::optional<status_range> parse_statuses(std::string_view text) {
    if (text.size() != 3 || text[0] < '3' || text[0] > '5') return {};
    int const hundreds = (text[0] - '0') * 100;
    if (text.substr(1) == "xx") return status_range{hundreds, hundreds + 99};
    if (!http::is_digit(text[1]) || !http::is_digit(text[2])) return {};
    int const status = hundreds + (text[1] - '0') * 10 + (text[2] - '0');
    return status_range{status, status};
}

class reader {
  public:
    explicit reader(table_reader& in)
        : in_(in) {}

    void take(std::string_view key, treatment as) {
        std::span<choice<transport_failure> const> const all(failures);
        for (auto const& written : in_.texts(key)) {
            if (auto const failure = find_choice(written.text, all)) {
                note_failure(written, *failure, as);
            } else if (auto const range = parse_statuses(written.text)) {
                note_range(written, *range, as);
            } else {
                in_.context().error(written.at, unknown());
            }
        }
    }

    // What names a single status goes last: it says more.
    failure_classes finish() {
        for (bool const is_single : {false, true}) {
            for (auto const& [range, as] : ranges_) {
                if ((range.first == range.last) != is_single) continue;
                for (int s = range.first; s <= range.last; ++s)
                    if (s != gone) out_.set_status(s, as);
            }
        }
        return out_;
    }

  private:
    struct ranged {
        status_range range;
        treatment as;
    };

    static std::string unknown() {
        std::string names;
        for (auto const& each : failures)
            names += fmt::format("\"{}\", ", each.word);
        return fmt::format("must be {}a status from 300 to 599 such as \"404\", or \"3xx\", "
                           "\"4xx\" or \"5xx\"",
                           names);
    }

    void note_failure(located_text const& written, transport_failure f, treatment as) {
        auto const before = out_.of(f);
        if (before != treatment::usual && before != as) return contradict(written);
        out_.set(f, as);
    }

    void note_range(located_text const& written, status_range range, treatment as) {
        if (range.first == gone && range.last == gone) {
            in_.context().error(written.at, "410 disables the destination, whatever else is said");
            return;
        }
        bool const is_known = std::ranges::any_of(ranges_, [&](ranged const& r) {
            return r.range.first == range.first && r.range.last == range.last && r.as != as;
        });
        if (is_known) return contradict(written);
        ranges_.push_back({range, as});
    }

    void contradict(located_text const& written) {
        in_.context().error(written.at, fmt::format("\"{}\" stands in both \"retry_on\" and "
                                                    "\"final_on\"",
                                                    written.text));
    }

    table_reader& in_;
    failure_classes out_;
    std::vector<ranged> ranges_;
};

} // namespace

failure_classes read_failure_classes(table_reader& in) {
    reader work(in);
    work.take("retry_on", treatment::retry);
    work.take("final_on", treatment::final);
    return work.finish();
}

} // namespace sluice::gateway::config
