// The head of a connection's last good request, and what it means. Callers send the same head again
// and again, and the same bytes mean the same: to know it again is one comparison, to read it with
// scanner, parser, framing and target took 4,300 instructions. A head that differs in one byte is
// read as any other. Owned by a request_reader.
#pragma once
#include "gateway/server/framing.hpp"
#include "gateway/server/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::server {

class known_head {
  public:
    // `head` was read, and is good: `meaning`, its headers and `body` are what it came to. Larger
    // ones than `most` bytes are not worth their memory.
    void remember(std::string_view head, request const& meaning, framing const& body);
    static constexpr std::size_t most = 2048;

    // Whether `bytes` begin with it.
    bool begins(std::string_view bytes) const {
        return !bytes_.empty() && bytes.starts_with(bytes_);
    }
    std::size_t size() const { return bytes_.size(); }
    std::size_t target_size() const { return meaning_.target.size(); }
    std::size_t field_count() const { return fields_.size(); }

    // What it means, with views into `at`, where its bytes stand again. `fields` is what
    // `meaning.headers` shows. What does not come from the head is left as it is.
    void tell(char const* at, request& meaning, framing& body,
              std::vector<header_field>& fields) const;

  private:
    std::string bytes_;
    request meaning_; // of views into bytes_
    framing body_;
    std::vector<header_field> fields_;
};

} // namespace sluice::gateway::server
