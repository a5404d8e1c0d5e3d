// An answer: where the bytes are cut changes neither verdict, status nor body; limits hold. The
// first byte says where to cut, and whether it answers a HEAD request.
#include "gateway/client/response_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>
#include <string>

using namespace sluice::gateway::client;

namespace {

constexpr std::size_t body_limit = 1024;

client_options small_limits() {
    client_options options;
    options.header_limit = 1024;
    options.chunk_overhead_limit = 512;
    return options;
}

struct reading {
    response_reader::state state = response_reader::state::more;
    unsigned status = 0;
    std::string body;
    std::size_t unused = 0;
    bool is_truncated = false;
};

reading read(std::string_view input, std::size_t piece, bool is_head_request) {
    static client_options const options = small_limits();
    response_reader reader(options);
    reader.reset(is_head_request, body_limit);
    reading to;
    std::size_t given = 0;
    while (given < input.size() && to.state == response_reader::state::more) {
        auto const part = input.substr(given, piece);
        given += part.size();
        to.state = reader.feed(part);
    }
    if (to.state == response_reader::state::more) to.state = reader.end();
    if (to.state == response_reader::state::bad) {
        sluice::fuzz::require(reader.problem() != nullptr, "a bad answer has a reason");
    }
    if (to.state != response_reader::state::done) return to;
    auto const& response = reader.response();
    to.status = response.status;
    to.body = response.body;
    to.is_truncated = response.is_truncated;
    // Bytes behind the answer, whether they were given or not.
    to.unused = reader.unused() + (input.size() - given);
    return to;
}

} // namespace

SLUICE_FUZZ_TARGET(fuzz_response) {
    if (input.empty()) return;
    auto const first = static_cast<unsigned char>(input.front());
    auto const piece = static_cast<std::size_t>(first % 64 + 1);
    bool const is_head_request = first >= 128;
    input.remove_prefix(1);
    auto const whole = read(input, std::max<std::size_t>(input.size(), 1), is_head_request);
    auto const cut = read(input, piece, is_head_request);
    require(whole.state == cut.state, "cuts change no verdict");
    require(whole.status == cut.status && whole.body == cut.body, "cuts change no answer");
    require(whole.is_truncated == cut.is_truncated, "cuts change no truncation");
    if (!whole.is_truncated) require(whole.unused == cut.unused, "cuts change no end");
    if (whole.state != response_reader::state::done) return;
    require(whole.body.size() <= body_limit, "the body stays within its limit");
    require(whole.status >= 200 && whole.status <= 999, "a final answer has a final status");
    require(!is_head_request || whole.body.empty(), "the answer to HEAD has no body");
}
