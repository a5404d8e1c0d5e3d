// The chunked coding, inbound and outbound: where the bytes are cut changes nothing, and what the
// strict reader takes, the lenient one takes as the same body. The first byte says where to cut.
#include "gateway/http/chunk_decoder.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <string>

using namespace sluice::gateway;

namespace {

constexpr std::size_t body_limit = 4096;
constexpr std::size_t overhead_limit = 512;

struct reading {
    bool is_done = false;
    bool is_over = false; // done or refused
    std::size_t used = 0;
    std::string body;
};

// Feeds `input` in pieces of `piece` bytes.
template <class Feed>
void in_pieces(std::string_view input, std::size_t piece, reading& to, Feed&& feed) {
    while (!to.is_over && to.used < input.size()) {
        auto const part = input.substr(to.used, piece);
        auto const used = feed(part);
        to.used += used;
        if (!to.is_over) sluice::fuzz::require(used == part.size(), "all is used while more comes");
    }
}

reading read(std::string_view input, std::size_t piece, http::chunk_reading how) {
    using status = http::chunk_decoder::status;
    http::chunk_decoder decoder;
    auto const overhead = how == http::chunk_reading::strict ? overhead_limit : 4 * overhead_limit;
    decoder.reset({body_limit, overhead}, how);
    reading to;
    in_pieces(input, piece, to, [&](std::string_view part) {
        auto const used = decoder.feed(part, to.body);
        to.is_over = decoder.state() != status::more;
        to.is_done = decoder.state() == status::done;
        return used;
    });
    return to;
}

reading read_strictly(std::string_view input, std::size_t piece) {
    return read(input, piece, http::chunk_reading::strict);
}

reading read_leniently(std::string_view input, std::size_t piece) {
    return read(input, piece, http::chunk_reading::lenient);
}

} // namespace

SLUICE_FUZZ_TARGET(fuzz_chunks) {
    if (input.empty()) return;
    auto const piece = static_cast<std::size_t>(static_cast<unsigned char>(input.front()) % 16 + 1);
    input.remove_prefix(1);
    auto const whole = read_strictly(input, input.size());
    auto const cut = read_strictly(input, piece);
    require(whole.is_done == cut.is_done && whole.is_over == cut.is_over, "cuts change no verdict");
    require(whole.body.size() <= body_limit, "the body stays within its limit");
    if (whole.is_done) {
        require(whole.body == cut.body && whole.used == cut.used, "cuts change no body");
    }
    auto const lenient = read_leniently(input, input.size());
    auto const lenient_cut = read_leniently(input, piece);
    require(lenient.is_done == lenient_cut.is_done, "cuts change no verdict of the lenient reader");
    if (lenient.is_done) {
        require(lenient.body == lenient_cut.body && lenient.used == lenient_cut.used,
                "cuts change no body of the lenient reader");
    }
    if (whole.is_done) {
        require(lenient.is_done && lenient.body == whole.body && lenient.used == whole.used,
                "both readers see the same body");
    }
}
