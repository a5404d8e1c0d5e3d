#include "gateway/telemetry/process.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace sluice::gateway::telemetry {

namespace {

std::string first_line(char const* path) {
    std::string line;
    std::getline(std::ifstream(path), line);
    return line;
}

double boot_time() {
    std::ifstream stat("/proc/stat");
    for (std::string word; stat >> word;) {
        double value = 0;
        if (word == "btime" && stat >> value) return value;
    }
    return 0;
}

std::uint64_t count_descriptors() {
    std::error_code ec;
    std::uint64_t count = 0;
    for (auto i = std::filesystem::directory_iterator("/proc/self/fd", ec);
         !ec && i != std::filesystem::directory_iterator(); i.increment(ec))
        ++count;
    return count > 0 ? count - 1 : 0; // the directory itself was open
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty()) return words;
        words.push_back(text.substr(0, text.find(' ')));
        text.remove_prefix(words.back().size());
    }
}

std::optional<std::uint64_t> to_number(std::string_view word) {
    std::uint64_t value = 0;
    auto const [end, ec] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (ec != std::errc() || end != word.data() + word.size()) return std::nullopt;
    return value;
}

} // namespace

std::optional<process_sample> parse_stat(std::string_view line, stat_units const& units) {
    // The name of the program, field 2, ends at the last parenthesis.
    auto const name_end = line.rfind(')');
    if (name_end == std::string_view::npos) return std::nullopt;
    auto const fields = split(line.substr(name_end + 1));
    bool is_whole = true;
    // proc(5) numbers the fields from 1; the first of `fields` is the third.
    auto const field = [&](std::size_t number) {
        auto const value =
            number - 3 < fields.size() ? to_number(fields[number - 3]) : std::nullopt;
        is_whole = is_whole && value;
        return value.value_or(0);
    };
    auto const ticks = static_cast<double>(units.ticks_per_second);
    process_sample sample;
    sample.cpu_seconds = static_cast<double>(field(14) + field(15)) / ticks;
    sample.threads = field(20);
    sample.start_time_seconds = units.boot_time_seconds + static_cast<double>(field(22)) / ticks;
    sample.virtual_bytes = field(23);
    sample.resident_bytes = field(24) * static_cast<std::uint64_t>(units.page_bytes);
    if (!is_whole) return std::nullopt;
    return sample;
}

process_sample read_process() {
    stat_units const units{::sysconf(_SC_CLK_TCK), ::sysconf(_SC_PAGESIZE), boot_time()};
    auto sample = parse_stat(first_line("/proc/self/stat"), units).value_or(process_sample{});
    sample.open_descriptors = count_descriptors();
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) sample.max_descriptors = limit.rlim_cur;
    return sample;
}

} // namespace sluice::gateway::telemetry
