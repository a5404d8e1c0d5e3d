#include "gateway/cli/find_tasks.hpp"

#include "codecs/percent.hpp"
#include "gateway/cli/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sluice::gateway::cli {

namespace {

constexpr std::size_t page_size = 500;

// Says how far a search has come that opens tasks one by one, as long as somebody looks.
class search_progress {
  public:
    explicit search_progress(terminal const& screen)
        : is_drawn_(screen.is_errors) {}
    ~search_progress() {
        if (is_shown_) clear_progress();
    }
    search_progress(search_progress const&) = delete;
    search_progress& operator=(search_progress const&) = delete;

    void show(boost::json::value const& page) {
        looked_ += number_of(page, "looked");
        auto const back_to = text_of(page, "stopped_at");
        if (!is_drawn_ || back_to.empty()) return;
        draw_progress(fmt::format("looked into {} tasks, back to {}", looked_, back_to));
        is_shown_ = true;
    }

  private:
    bool is_drawn_;
    bool is_shown_ = false;
    std::uint64_t looked_ = 0;
};

} // namespace

found_tasks find_tasks(verb_call const& with, std::string_view list, std::string_view states,
                       std::size_t limit) {
    auto filter = with.filter_query();
    if (with.flags().state.empty() && !states.empty()) {
        filter += "&state=";
        codecs::append_percent_encoded(filter, states);
    }
    found_tasks found;
    search_progress progress(with.screen());
    do {
        auto const wanted = std::min(limit - found.tasks.size(), page_size);
        auto target = fmt::format("{}?limit={}{}", list, wanted, filter);
        if (found.next.is_string()) target += "&cursor=" + std::string(found.next.get_string());
        auto page = with.gateway().call("GET", target);
        for (auto& task : page.at("tasks").as_array())
            found.tasks.push_back(std::move(task));
        found.next = page.at("next");
        progress.show(page);
    } while (found.next.is_string() && found.tasks.size() < limit);
    return found;
}

} // namespace sluice::gateway::cli
