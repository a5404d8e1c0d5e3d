// Finds the finished tasks that match: in the history and among the dead letters, by opening one
// after the other, in steps. For what is done to them all later. Admin thread.
#pragma once

#include "gateway/admin/context.hpp"
#include "gateway/admin/queries.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace sluice::gateway::admin {

class task_finder {
  public:
    explicit task_finder(context& with)
        : with_(with) {}

    static constexpr std::size_t most_found = 1'000'000;

    // Ids, the newest first. Refusals: 422 where more than most_found match, or that many of the
    // queue would have to be opened: it is all of them or none; 503 where as many
    // searches as are allowed are under way, or the core has too much to do.
    using found_handler = std::function<void(call::checked<std::vector<queue::task_id>>)>;
    void find(bulk_request const& which, found_handler tell);

  private:
    struct finding;
    using finding_pointer = std::shared_ptr<finding>;
    static constexpr std::size_t most_findings = 2; // at once

    void walk(finding_pointer const& f);
    void look_back(finding_pointer const& f);
    void open(finding_pointer const& f);
    void take(finding_pointer const& f);
    void end(finding_pointer const& f, call::checked<std::vector<queue::task_id>> result);
    void give_up(finding_pointer const& f);

    context& with_;
    std::size_t findings_ = 0;
};

} // namespace sluice::gateway::admin
