// The head of a connection's last good request, and what it means. Callers send the same head again
// and again, and the same bytes mean the same: to know it again is one comparison, to read it with
// scanner, parser, framing and target took 4,300 instructions. So it is where only values differ
// that nobody judges, such as an id of the call, and Content-Length: line for line, in a tenth of
// that. A head that differs in anything else is read as any other. Owned by a request_reader.
#pragma once
#include "gateway/server/framing.hpp"
#include "gateway/server/request.hpp"

#include <cstddef>
#include <cstdint>
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
    // `meaning.headers` shows; nobody else changes it between. What does not come from the head is
    // left as it is.
    void tell(char const* at, request& meaning, framing& body, std::vector<header_field>& fields);

    // Where `bytes` begin with a whole head that differs from it in values alone that decide
    // nothing, or in Content-Length: tells what that head means, as above, and gives its size.
    // Else 0, with `meaning` and `body` as they were.
    std::size_t tell_similar(std::string_view bytes, request& meaning, framing& body,
                             std::vector<header_field>& fields);

  private:
    enum class may_differ : std::uint8_t { no, freely, in_length };
    struct line {
        std::uint16_t begin = 0;
        std::uint16_t size = 0;      // with its CRLF
        std::uint16_t name_size = 0; // with the colon
        may_differ value = may_differ::no;
    };

    void note_lines();
    static may_differ judge(std::string_view name, framing const& body);
    std::size_t tell_similar_line(std::size_t which, std::string_view bytes, framing& body,
                                  header_field& field) const;

    std::string bytes_;
    request meaning_; // of views into bytes_
    framing body_;
    std::vector<header_field> fields_;
    std::vector<line> lines_;   // of the fields
    std::size_t host_line_ = 0; // of Host; past the end where there is none
    char const* told_at_ = nullptr;
    std::vector<header_field> const* told_to_ = nullptr;
};

} // namespace sluice::gateway::server
