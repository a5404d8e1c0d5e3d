#include "tests/tidy/allowances.hpp"
#include "tests/tidy/rules.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests::tidy {
namespace {

// What files whose path begins with `from` must not include.
struct arrow {
    std::string_view from;
    std::vector<std::string_view> forbidden; // Beginnings of included names.
};

std::vector<arrow> const& arrows() {
    static std::vector<arrow> const all{
        {"codecs/", {"queue/", "gateway/", "tests/", "boost/asio", "boost/beast"}},
        {"queue/", {"codecs/", "gateway/", "tests/", "boost/beast"}},
        {"gateway/", {"tests/"}},
        {"gateway/config/", {"gateway/api/", "gateway/app"}},
        {"gateway/server/", {"gateway/api/", "gateway/app"}},
        {"gateway/client/", {"gateway/api/", "gateway/app"}},
        {"gateway/telemetry/", {"gateway/api/", "gateway/app"}},
        {"gateway/stress/", {"gateway/api/", "gateway/app"}},
    };
    return all;
}

// The name between "" or <> of an #include that is code, not part of a comment or a literal.
std::optional<std::string_view> included_name(source_file const& file, std::size_t line) {
    if (!file.code[line].starts_with("#include")) {
        return std::nullopt;
    }
    std::string_view const text = file.lines[line];
    auto const begin = text.find_first_of("\"<");
    auto const end = text.find_last_of("\">");
    if (begin == text.npos || end <= begin) {
        return std::nullopt;
    }
    return text.substr(begin + 1, end - begin - 1);
}

bool is_queue_core(std::string_view path) {
    return path.starts_with("queue/") && !is_allowed(path, queue_drivers);
}

bool is_forbidden(std::string_view path, std::string_view included) {
    for (auto const& each : arrows()) {
        for (auto const forbidden : each.forbidden) {
            if (path.starts_with(each.from) && included.starts_with(forbidden)) {
                return true;
            }
        }
    }
    return is_queue_core(path) && included.starts_with("boost/asio");
}

} // namespace

std::vector<finding> check_include_arrows(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        for (std::size_t i = 0; file.is_cpp() && i < file.code.size(); ++i) {
            auto const name = included_name(file, i);
            if (name && is_forbidden(file.path, *name)) {
                findings.push_back({file.path, i + 1, "must not include " + std::string(*name)});
            }
        }
    }
    return findings;
}

} // namespace sluice::tests::tidy
