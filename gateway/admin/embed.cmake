# Makes OUTPUT, a C++ file with a function that returns the bytes of INPUT:
#   cmake -DINPUT=index.html -DNAME=index_html -DOUTPUT=index_html.cpp -P embed.cmake
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n    " lines "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," numbers "${lines}")
file(WRITE ${OUTPUT} "// Made from ${NAME} by embed.cmake.
#include \"gateway/admin/embedded.hpp\"

namespace sluice::gateway::admin::embedded {

static constexpr unsigned char const bytes[] = {
    ${numbers}
};

std::string_view ${NAME}() {
    return {reinterpret_cast<char const*>(bytes), sizeof(bytes)};
}

} // namespace sluice::gateway::admin::embedded
")
