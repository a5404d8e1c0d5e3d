#include "codecs/content_coding.hpp"

#include "codecs/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace sluice::codecs {

namespace {

constexpr std::size_t most_codings = 2;
constexpr std::size_t block_bytes = 16 * 1024;
// RFC 9659: no decoder needs a window of more than 8 MiB.
constexpr int largest_window_log = 23;

enum class coding { identity, gzip, deflate, zstd, unknown };

coding coding_of(std::string_view name) noexcept {
    struct known {
        std::string_view name;
        coding is;
    };
    // RFC 9110 section 8.4.1.3: x-gzip is gzip.
    static constexpr std::array<known, 5> all{{{"identity", coding::identity},
                                               {"gzip", coding::gzip},
                                               {"x-gzip", coding::gzip},
                                               {"deflate", coding::deflate},
                                               {"zstd", coding::zstd}}};
    auto const* const found = std::ranges::find_if(
        all, [&](known const& each) { return equal_ignoring_case(name, each.name); });
    return found == all.end() ? coding::unknown : found->is;
}

// The next element of a list field; empty ones are skipped. False behind the last.
bool next_element(std::string_view& list, std::string_view& element) noexcept {
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        element = trim(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
        if (!element.empty()) return true;
    }
    return false;
}

// Takes what a decoder yields, up to a bound.
class bounded_output {
  public:
    explicit bounded_output(std::size_t most)
        : most_(most) {}

    unsigned char* data() noexcept { return block_.data(); }
    std::size_t size() const noexcept { return block_.size(); }
    // False: it is too much.
    bool take(std::size_t count) {
        if (count > most_ - text_.size()) return false;
        text_.append(reinterpret_cast<char const*>(block_.data()), count);
        return true;
    }
    std::string text() && { return std::move(text_); }

  private:
    std::size_t most_;
    std::string text_;
    std::array<unsigned char, block_bytes> block_;
};

decode_error wrong(errc code, std::string_view name, std::string_view what) {
    return {code, fmt::format("the content coding {} {}", name, what)};
}

decode_error past_bounds(std::string_view name) {
    return wrong(errc::too_large, name, "yields more than is allowed");
}

struct inflate_end {
    void operator()(z_stream* stream) const noexcept { inflateEnd(stream); }
};

// zlib's own numbers: 15 bits of window; 16 more for gzip, negative for no envelope.
int window_bits(std::string_view coded, coding as) {
    if (as == coding::gzip) return 15 + 16;
    // Some senders leave the envelope of zlib out (RFC 9110 section 8.4.1.2).
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(coded[i]); };
    bool const has_envelope =
        coded.size() >= 2 && (byte(0) & 0x0F) == 8 && (byte(0) * 256 + byte(1)) % 31 == 0;
    return has_envelope ? 15 : -15;
}

result<std::string> inflated(std::string_view coded, coding as, std::string_view name,
                             std::size_t most) {
    z_stream stream{};
    if (inflateInit2(&stream, window_bits(coded, as)) != Z_OK) {
        return wrong(errc::syntax, name, "cannot be decoded now");
    }
    std::unique_ptr<z_stream, inflate_end> const ends(&stream);
    bounded_output out(most);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));
    stream.avail_in = static_cast<uInt>(coded.size());
    while (true) {
        stream.next_out = out.data();
        stream.avail_out = static_cast<uInt>(out.size());
        auto const status = inflate(&stream, Z_NO_FLUSH);
        if (!out.take(out.size() - stream.avail_out)) return past_bounds(name);
        if (status == Z_STREAM_END) {
            // gzip may have several members, one after another (RFC 1952 section 2.2).
            if (stream.avail_in == 0) return std::move(out).text();
            if (as != coding::gzip || inflateReset(&stream) != Z_OK) break;
        } else if (status == Z_BUF_ERROR ||
                   (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0)) {
            return wrong(errc::incomplete, name, "ends too early");
        } else if (status != Z_OK) {
            break;
        }
    }
    return wrong(errc::syntax, name, "is damaged");
}

struct zstd_end {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

result<std::string> unpacked(std::string_view coded, std::string_view name, std::size_t most) {
    std::unique_ptr<ZSTD_DCtx, zstd_end> const context(ZSTD_createDCtx());
    if (!context) return wrong(errc::syntax, name, "cannot be decoded now");
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, largest_window_log);
    bounded_output out(most);
    ZSTD_inBuffer in{coded.data(), coded.size(), 0};
    std::size_t left = 1; // 0: a frame has ended
    while (true) {
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        left = ZSTD_decompressStream(context.get(), &to, &in);
        if (ZSTD_isError(left) != 0U) return wrong(errc::syntax, name, "is damaged");
        if (!out.take(to.pos)) return past_bounds(name);
        bool const is_drained = in.pos == in.size && to.pos < to.size;
        if (is_drained) break;
    }
    if (left != 0) return wrong(errc::incomplete, name, "ends too early");
    return std::move(out).text();
}

} // namespace

bool is_coded(std::string_view content_encoding) noexcept {
    std::string_view name;
    while (next_element(content_encoding, name)) {
        if (coding_of(name) != coding::identity) return true;
    }
    return false;
}

bool is_coding_list(std::string_view content_encoding) noexcept {
    return std::ranges::all_of(content_encoding, [](char c) {
        return is_alphanumeric(c) || std::string_view("-_., ").find(c) != std::string_view::npos;
    });
}

result<std::string> decode_content(std::string_view coded, std::string_view content_encoding,
                                   inflate_limits const& limits) {
    std::vector<std::string_view> names;
    std::string_view name;
    while (next_element(content_encoding, name)) {
        if (coding_of(name) == coding::identity) continue;
        if (coding_of(name) == coding::unknown || names.size() == most_codings) {
            return wrong(errc::unsupported_media_type, quoted_excerpt(name), "is not known");
        }
        names.push_back(name);
    }
    auto const most = std::min(limits.size, limits.ratio * coded.size());
    std::string text(coded);
    // The last that was applied stands last.
    for (auto at = names.rbegin(); at != names.rend(); ++at) {
        auto const as = coding_of(*at);
        auto decoded =
            as == coding::zstd ? unpacked(text, *at, most) : inflated(text, as, *at, most);
        if (!decoded) return decoded.error();
        text = *std::move(decoded);
    }
    return text;
}

namespace {

// The weight of a coding in an Accept-Encoding field, where it says one: 0 refuses it.
std::optional<bool> is_wanted(std::string_view accept_encoding, std::string_view wanted) noexcept {
    std::string_view element;
    while (next_element(accept_encoding, element)) {
        auto const semicolon = std::min(element.find(';'), element.size());
        auto const name = trim(element.substr(0, semicolon));
        bool const is_same = name == wanted || (coding_of(name) == coding_of(wanted) &&
                                                coding_of(name) != coding::unknown);
        if (!is_same) continue;
        auto const weight = element.find("q=", semicolon);
        if (weight == element.npos) return true;
        return element.find_first_of("123456789", weight) != element.npos;
    }
    return std::nullopt;
}

} // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view content_encoding) noexcept {
    auto const others = is_wanted(accept_encoding, "*").value_or(false);
    std::string_view name;
    while (next_element(content_encoding, name)) {
        if (coding_of(name) == coding::identity) continue;
        if (!is_wanted(accept_encoding, name).value_or(others)) return false;
    }
    return true;
}

} // namespace sluice::codecs
