// Files that the build puts into the program (CMake: embed_files): the console and the
// interface's description. Constant data; any thread.
#pragma once

#include <string_view>

namespace sluice::gateway::admin {

struct page {
    std::string_view path;
    std::string_view type;
    std::string_view text;
};

// Null: there is none at this path.
page const* find_page(std::string_view path);

// What every page is sent with: nothing from elsewhere is loaded, run or framed.
inline constexpr std::string_view page_headers =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n";

} // namespace sluice::gateway::admin
