#include "tests/support/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace sluice::tests {

temporary_directory::temporary_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    }
    path_ = pattern;
}

temporary_directory::~temporary_directory() {
    std::error_code ignored; // Nothing can be done about it here, and the test is over.
    std::filesystem::remove_all(path_, ignored);
}

std::string read_whole(std::filesystem::path const& file) {
    std::ifstream input(file, std::ios::binary);
    std::ostringstream content;
    content << input.rdbuf();
    return std::move(content).str();
}

void write_whole(std::filesystem::path const& file, std::string_view content) {
    auto const beside = file.string() + ".new";
    std::ofstream output(beside, std::ios::binary | std::ios::trunc);
    output.write(content.data(), static_cast<std::streamsize>(content.size()));
    output.close();
    if (!output) {
        throw std::runtime_error("cannot write " + beside);
    }
    std::filesystem::rename(beside, file);
}

} // namespace sluice::tests
