// A directory that lives as long as its owner, and small helpers for the files in it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sluice::tests {

// Made under $TMPDIR with mode 0700; removed with everything in it by the destructor.
class temporary_directory {
  public:
    // Throws std::system_error where no directory can be made.
    temporary_directory();
    ~temporary_directory();

    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;

    std::filesystem::path const& path() const noexcept { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

// The whole file; empty where it does not exist (yet).
std::string read_whole(std::filesystem::path const& file);

// Replaces the file's content in one step: a program that reads it meanwhile sees the old content
// or the new one, never a part. Throws std::runtime_error where it cannot.
void write_whole(std::filesystem::path const& file, std::string_view content);

} // namespace sluice::tests
