#include "queue/postgres/process_identity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>
#include <unistd.h>

namespace sluice::queue::postgres {

namespace {

// The name space of process ids that a machine begins with; another one is a container's.
constexpr std::string_view first_pid_space = "pid:[4026531836]";

std::string first_line(char const* path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string link_target(char const* path) {
    std::array<char, 128> target{};
    auto const length = ::readlink(path, target.data(), target.size());
    return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : "?";
}

std::string_view pid_space(process_identity const& one) {
    std::string_view const text = one.boot_id;
    return text.substr(std::min(text.find('/'), text.size() - 1) + 1);
}

std::string_view boot(process_identity const& one) {
    return std::string_view(one.boot_id).substr(0, one.boot_id.find('/'));
}

} // namespace

process_identity own_identity() {
    std::array<char, 256> host{};
    process_identity self;
    if (::gethostname(host.data(), host.size() - 1) == 0) self.host = host.data();
    self.host += '/' + first_line("/etc/machine-id").substr(0, 8);
    self.boot_id =
        first_line("/proc/sys/kernel/random/boot_id") + '/' + link_target("/proc/self/ns/pid");
    self.pid = ::getpid();
    self.pid_started = pid_start(self.pid).value_or(0);
    return self;
}

std::optional<std::int64_t> pid_start(int pid) {
    auto const line = first_line(("/proc/" + std::to_string(pid) + "/stat").c_str());
    // The state and further fields stand behind the name, which may have blanks and brackets in it.
    auto const name_end = line.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream fields(line.substr(name_end + 1));
    std::string field;
    fields >> field;
    if (field == "Z" || field == "X") return {};
    constexpr int from_state_to_start = 19; // proc(5): (3) state … (22) starttime
    for (int i = 0; i < from_state_to_start; ++i)
        fields >> field;
    std::int64_t started = 0;
    auto const [end, ec] = std::from_chars(field.data(), field.data() + field.size(), started);
    if (ec != std::errc()) return {};
    return started;
}

bool is_gone(process_identity const& former, process_identity const& self,
             std::optional<std::int64_t> (*started)(int pid)) {
    if (former.host != self.host) return false;
    if (pid_space(former) != pid_space(self)) return false;
    if (former == self) return true; // it was us, and the answer was lost
    bool const is_same_boot = boot(former) == boot(self) && !boot(self).empty();
    if (is_same_boot) return started(former.pid) != former.pid_started;
    // The machine has started anew. In a container names of hosts and machines may be copies.
    return !boot(former).empty() && !boot(self).empty() && pid_space(self) == first_pid_space;
}

} // namespace sluice::queue::postgres
