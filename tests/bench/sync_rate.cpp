// The limit of the disk: 4 KiB written over zeros and synced, one after the other. Prints "count
// seconds".
//     sync_rate DIRECTORY SECONDS
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

int main(int argc, char** argv) {
    if (argc != 3) return 64;
    using clock = std::chrono::steady_clock;
    constexpr std::size_t block = 4096;
    constexpr long blocks = 4096;
    auto const path = std::string(argv[1]) + "/sync_rate";
    int const fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0) return 73;
    std::string const zeros(block, '\0');
    for (long i = 0; i < blocks; ++i) {
        if (::pwrite(fd, zeros.data(), block, i * static_cast<long>(block)) < 0) return 73;
    }
    ::fsync(fd);
    std::string const bytes(block, 'x');
    auto const begin = clock::now();
    auto const end = begin + std::chrono::seconds(std::atoi(argv[2]));
    long count = 0;
    for (; clock::now() < end; ++count) {
        if (::pwrite(fd, bytes.data(), block, count % blocks * static_cast<long>(block)) < 0)
            return 73;
        if (::fdatasync(fd) != 0) return 73;
    }
    std::printf("%ld %.3f\n", count, std::chrono::duration<double>(clock::now() - begin).count());
    ::unlink(path.c_str());
}
