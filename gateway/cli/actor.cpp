#include "gateway/cli/actor.hpp"

#include "codecs/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace sluice::gateway::cli {

std::string actor_name() {
    char const* const user = std::getenv("USER");
    std::string name = user ? user : "";
    if (name.empty()) {
        auto const* const entry = ::getpwuid(::geteuid());
        if (entry) name = entry->pw_name;
    }
    // As the gateway takes it: whole letters.
    return std::string(codecs::utf8_beginning(codecs::to_valid_utf8(name), 64));
}

std::string actor_body() {
    auto const name = actor_name();
    if (name.empty()) return {};
    return boost::json::serialize(boost::json::object{{"by", name}});
}

} // namespace sluice::gateway::cli
