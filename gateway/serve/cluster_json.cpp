#include "gateway/serve/cluster_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sluice::gateway::serve {

using boost::json::array;
using boost::json::object;

std::string cluster_json(std::string_view gateway, queue::postgres::joined const& own,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members) {
    array all;
    for (auto const& one : members.members)
        all.push_back(object{{"name", one.name},
                             {"log", one.log},
                             {"state", one.is_alive     ? "alive"
                                       : one.is_stopped ? "stopped"
                                                        : "silent"},
                             {"advertise", one.advertise},
                             {"version", one.version},
                             {"self", one.is_self}});
    array adopted;
    for (auto const& one : members.adopted)
        adopted.push_back(object{
            {"log", one.log}, {"by", array(one.by.begin(), one.by.end())}, {"done", one.is_done}});
    return boost::json::serialize(object{{"gateway", gateway},
                                         {"log", own.log},
                                         {"epoch", own.epoch},
                                         {"reachable", members.is_reachable},
                                         {"lease_remaining_ms", lease.lease_remaining.count()},
                                         {"members", std::move(all)},
                                         {"adopted", std::move(adopted)}});
}

} // namespace sluice::gateway::serve
