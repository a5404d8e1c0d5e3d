#include "queue/journal/posix_storage.hpp"

#include "queue/journal/journal_error.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace sluice::queue {

namespace {

using boost::system::result;

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

class descriptor {
  public:
    explicit descriptor(int fd)
        : fd_(fd) {}
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

class posix_file final : public file {
  public:
    explicit posix_file(int fd)
        : fd_(fd) {}

    result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            auto const got = ::pread(fd_.get(), into.data() + done, into.size() - done,
                                     static_cast<off_t>(offset + done));
            if (got == 0) break;
            if (got > 0) {
                done += static_cast<std::size_t>(got);
            } else if (errno != EINTR) {
                return last_error();
            }
        }
        return done;
    }

    result<std::size_t> write(std::uint64_t offset, std::string_view bytes) override {
        auto const taken =
            ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (taken < 0) return last_error();
        return static_cast<std::size_t>(taken);
    }

    result<void> sync() override {
        if (::fdatasync(fd_.get()) != 0) return last_error();
        return {};
    }

    result<void> write_out(std::uint64_t offset, std::uint64_t bytes) override {
        constexpr unsigned whole =
            SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
        bool const is_done = ::sync_file_range(fd_.get(), static_cast<off_t>(offset),
                                               static_cast<off_t>(bytes), whole) == 0;
        // Where the system does not know it, sync() does all.
        if (is_done || errno == ENOSYS || errno == EINVAL || errno == ESPIPE) return {};
        return last_error();
    }

    result<void> truncate(std::uint64_t size) override {
        if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return last_error();
        return {};
    }

    result<std::uint64_t> size() override {
        struct stat about {};
        if (::fstat(fd_.get(), &about) != 0) return last_error();
        return static_cast<std::uint64_t>(about.st_size);
    }

  private:
    descriptor fd_;
};

int flags_of(open_mode mode) {
    switch (mode) {
    case open_mode::read:
        return O_RDONLY;
    case open_mode::write:
        return O_RDWR;
    case open_mode::create:
        return O_RDWR | O_CREAT | O_EXCL;
    }
    return O_RDONLY;
}

class posix_storage final : public storage {
  public:
    explicit posix_storage(int directory)
        : directory_(directory) {}
    ~posix_storage() override {
        if (lock_ >= 0) ::close(lock_);
    }
    posix_storage(posix_storage const&) = delete;
    posix_storage& operator=(posix_storage const&) = delete;

    result<std::vector<file_entry>> list() override {
        int const fd = ::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) return last_error();
        DIR* const entries = ::fdopendir(fd);
        if (entries == nullptr) {
            auto const ec = last_error();
            ::close(fd);
            return ec;
        }
        std::vector<file_entry> files;
        while (auto const* entry = ::readdir(entries)) {
            struct stat about {};
            if (::fstatat(directory_.get(), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
                continue; // removed since it was listed
            }
            if (S_ISREG(about.st_mode)) {
                files.push_back({entry->d_name, static_cast<std::uint64_t>(about.st_size)});
            }
        }
        ::closedir(entries);
        std::ranges::sort(files, {}, &file_entry::name);
        return files;
    }

    result<std::shared_ptr<file>> open(std::string const& name, open_mode mode) override {
        int const fd =
            ::openat(directory_.get(), name.c_str(), flags_of(mode) | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) return last_error();
        return std::shared_ptr<file>(std::make_shared<posix_file>(fd));
    }

    result<void> rename(std::string const& from, std::string const& to) override {
        if (::renameat(directory_.get(), from.c_str(), directory_.get(), to.c_str()) != 0) {
            return last_error();
        }
        return {};
    }

    result<void> remove(std::string const& name) override {
        if (::unlinkat(directory_.get(), name.c_str(), 0) != 0) return last_error();
        return {};
    }

    result<void> sync_directory() override {
        while (::fsync(directory_.get()) != 0) {
            if (errno != EINTR) return last_error();
        }
        return {};
    }

    result<disk_space> space() override {
        struct statvfs about {};
        if (::fstatvfs(directory_.get(), &about) != 0) return last_error();
        return disk_space{static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize,
                          static_cast<std::uint64_t>(about.f_blocks) * about.f_frsize};
    }

    result<void> lock() override {
        int const fd = ::openat(directory_.get(), "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return last_error();
        if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
            auto const ec = last_error();
            ::close(fd);
            return ec.value() == EWOULDBLOCK ? make_error_code(journal_errc::in_use) : ec;
        }
        lock_ = fd;
        // For whoever is kept out: by whom. That the lock holds does not depend on it.
        auto const holder = std::to_string(::getpid()) + '\n';
        bool const is_told =
            ::ftruncate(fd, 0) == 0 &&
            ::pwrite(fd, holder.data(), holder.size(), 0) == static_cast<ssize_t>(holder.size());
        static_cast<void>(is_told);
        return {};
    }

  private:
    descriptor directory_;
    int lock_ = -1;
};

} // namespace

boost::system::result<std::unique_ptr<storage>> open_directory(std::string const& path,
                                                               bool writable) {
    if (writable && ::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return last_error();
    int const fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return last_error();
    return std::unique_ptr<storage>(std::make_unique<posix_storage>(fd));
}

} // namespace sluice::queue
