#include "gateway/cli/actor.hpp"

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
    return name.substr(0, 64);
}

std::string actor_body() {
    auto const name = actor_name();
    if (name.empty()) return {};
    return boost::json::serialize(boost::json::object{{"by", name}});
}

} // namespace sluice::gateway::cli
