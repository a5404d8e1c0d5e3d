// The head of a connection's last answer, and what it means. A destination that answers often
// begins all answers of one second alike (the Date is in them), and the same bytes mean the same:
// to know them again is one comparison, to find their end and take them apart took 3,000
// instructions. Owned by a response_reader.
#pragma once

#include "gateway/client/response_head.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::gateway::client {

class known_response_head {
  public:
    // `head` was found whole and good; `meaning` has views into it. Larger ones than `most` bytes
    // are not worth their memory.
    void remember(std::string_view head, bool is_head_request, response_head const& meaning);
    static constexpr std::size_t most = 2048;

    // Whether `bytes` begin with it, as the answer to a request of the same kind.
    bool begins(std::string_view bytes, bool is_head_request) const {
        return !bytes_.empty() && is_head_request == is_head_request_ && bytes.starts_with(bytes_);
    }
    std::size_t size() const { return bytes_.size(); }

    // What it means, with views into `at`, where its bytes stand again.
    response_head meaning(char const* at) const;

  private:
    std::string bytes_;
    response_head meaning_; // of views into bytes_
    bool is_head_request_ = false;
};

} // namespace sluice::gateway::client
