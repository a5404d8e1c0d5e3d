// The variables that an answer sets, as the JSON array that the queue keeps as a task's `result`
// and `keys` of answers show: [{"name":"$flow.key.x","value":"1"},…]. Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::call {

class key_list {
  public:
    void add(std::string_view name, std::string_view value);
    std::string json() &&;

  private:
    std::string out_ = "[";
};

// Takes a `result` apart again; nothing for a text that is none.
std::vector<std::pair<std::string, std::string>> read_key_list(std::string_view json);

} // namespace sluice::gateway::call
