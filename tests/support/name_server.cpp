#include "tests/support/name_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::tests {

using clock = std::chrono::steady_clock;

namespace {

// RFC 1035 section 4.1.
constexpr std::size_t header_size = 12;
constexpr int type_a = 1;
constexpr int type_aaaa = 28;
constexpr char no_such_name = 3;
constexpr char server_failure = 2;

void append_number(std::string& to, std::uint32_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        to += static_cast<char>(value >> shift & 0xff);
}

struct dns_question {
    std::string name; // lower case
    int type = 0;
    std::size_t end = 0; // behind it
};

dns_question read_question(std::string const& packet) {
    dns_question found;
    std::size_t at = header_size;
    while (at < packet.size() && packet[at] != 0) {
        auto const size = static_cast<unsigned char>(packet[at]);
        if (!found.name.empty()) found.name += '.';
        found.name += packet.substr(at + 1, size);
        at += size + 1U;
    }
    if (at + 5 > packet.size()) return {};
    found.type = static_cast<unsigned char>(packet[at + 1]) * 256 +
                 static_cast<unsigned char>(packet[at + 2]);
    found.end = at + 5;
    std::ranges::transform(found.name, found.name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return found;
}

void append_record(std::string& to, int type, std::uint32_t ttl, std::string const& bytes) {
    append_number(to, 0xc000 | header_size, 2); // the question's name
    append_number(to, static_cast<std::uint32_t>(type), 2);
    append_number(to, 1, 2); // IN
    append_number(to, ttl, 4);
    append_number(to, static_cast<std::uint32_t>(bytes.size()), 2);
    to += bytes;
}

} // namespace

struct name_server::held {
    clock::time_point at;
    sockaddr_in to{};
    std::string packet;
};

name_server::name_server(std::string const& at, std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, at.c_str(), &address.sin_addr);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    bool const is_bound = ::bind(socket_, generic, size) == 0 &&
                          ::getsockname(socket_, generic, &size) == 0 &&
                          ::pipe2(stop_, O_CLOEXEC) == 0;
    if (!is_bound) throw std::runtime_error("no port for a name server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

name_server::~name_server() {
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
    ::close(socket_);
}

void name_server::set(std::string const& name, named how) {
    std::lock_guard const lock(mutex_);
    names_[name] = std::move(how);
}

std::size_t name_server::asked(std::string const& name) const {
    std::lock_guard const lock(mutex_);
    auto const found = asked_.find(name);
    return found == asked_.end() ? 0 : found->second;
}

void name_server::run() {
    std::vector<held> late;
    while (true) {
        int wait_ms = -1;
        for (auto const& each : late) {
            auto const left = std::chrono::ceil<std::chrono::milliseconds>(each.at - clock::now());
            auto const left_ms = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
            wait_ms = wait_ms < 0 ? left_ms : std::min(wait_ms, left_ms);
        }
        pollfd watched[2] = {{socket_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
        ::poll(watched, 2, wait_ms);
        if (watched[1].revents != 0) return;
        if (watched[0].revents != 0) {
            held next;
            std::string packet(1500, '\0');
            socklen_t size = sizeof next.to;
            auto const got = ::recvfrom(socket_, packet.data(), packet.size(), 0,
                                        reinterpret_cast<sockaddr*>(&next.to), &size);
            packet.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
            std::chrono::milliseconds delay{0};
            next.packet = answer_to(packet, delay);
            next.at = clock::now() + delay;
            if (!next.packet.empty()) late.push_back(std::move(next));
        }
        std::erase_if(late, [this](held const& each) {
            if (each.at > clock::now()) return false;
            ::sendto(socket_, each.packet.data(), each.packet.size(), 0,
                     reinterpret_cast<sockaddr const*>(&each.to), sizeof each.to);
            return true;
        });
    }
}

// Empty where there is to be none.
std::string name_server::answer_to(std::string const& question, std::chrono::milliseconds& delay) {
    auto const asks = read_question(question);
    if (asks.end == 0) return {};
    std::lock_guard const lock(mutex_);
    auto const time = asked_[asks.name];
    if (asks.type == type_a) ++asked_[asks.name];
    auto const known = names_.find(asks.name);
    char code = known == names_.end() ? no_such_name : '\0';
    std::string records;
    std::uint32_t count = 0;
    if (known != names_.end()) {
        auto const& how = known->second;
        if (how.is_silent) return {};
        if (how.is_broken) code = server_failure;
        delay = how.delay;
        auto const last = how.answers.empty() ? 0 : how.answers.size() - 1;
        auto const addresses =
            how.answers.empty() ? std::vector<std::string>() : how.answers[std::min(time, last)];
        for (auto const& text : addresses) {
            unsigned char bytes[16];
            bool const is_v6 = text.find(':') != text.npos;
            if (asks.type != (is_v6 ? type_aaaa : type_a)) continue;
            ::inet_pton(is_v6 ? AF_INET6 : AF_INET, text.c_str(), bytes);
            append_record(records, asks.type, how.ttl,
                          {reinterpret_cast<char const*>(bytes), is_v6 ? 16U : 4U});
            ++count;
        }
    }
    std::string answer = question.substr(0, 2);
    answer += static_cast<char>(0x81); // an answer, recursion desired
    answer += static_cast<char>(0x80 | code);
    append_number(answer, 1, 2);
    append_number(answer, count, 2);
    append_number(answer, 0, 4);
    answer += question.substr(header_size, asks.end - header_size);
    return answer + records;
}

} // namespace sluice::tests
