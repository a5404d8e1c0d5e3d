// Compressed bodies for tests, by zlib and libzstd themselves.
#pragma once

#include <string>
#include <string_view>
#include <zlib.h>
#include <zstd.h>

namespace sluice::codecs::test {

// `window_bits` as zlib has them: 15 for its own envelope, 31 for gzip, -15 for none.
inline std::string zipped(std::string_view text, int window_bits) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    std::string coded(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(coded.data());
    stream.avail_out = static_cast<uInt>(coded.size());
    deflate(&stream, Z_FINISH);
    coded.resize(stream.total_out);
    deflateEnd(&stream);
    return coded;
}

inline std::string gzipped(std::string_view text) {
    return zipped(text, 15 + 16);
}

inline std::string packed(std::string_view text) {
    std::string coded(ZSTD_compressBound(text.size()), '\0');
    coded.resize(ZSTD_compress(coded.data(), coded.size(), text.data(), text.size(), 3));
    return coded;
}

} // namespace sluice::codecs::test
