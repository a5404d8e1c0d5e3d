// A task's payload as the gateway writes it: the method, the target below the destination's URL,
// the header fields that travel with it, and the body. Opaque to the queue; kept as text, so that
// an operator can read it in the journal:
//
//   POST /orders?full=1\n
//   content-type: application/json\n
//   :start-time 118\n            <- gateway's own, begin with a colon: see below
//   \n
//   body
//
// `:start-time N` says that 25 bytes of the body, from its N-th on, are to be overwritten with the
// time of the first attempt when the request is made. `:url` and `:secret` say where a report goes
// that does not go to its lane's URL, and what signs it; `:once 1` that no attempt follows the
// first. `:received METHOD TARGET` is the request that the task came with, `:received-type` and
// `:received-agent` two of its fields, `:received-body` its body, where that is not the message's,
// on one line (`\\`, `\n` and `\r` stand for a backslash and the line ends), and `:received-size`
// how long it was where it was cut; `:received-apart 1` says that it is kept elsewhere or nowhere.
// A program that does not know one of them passes it over. Values; any thread.
#pragma once

#include "gateway/call/received_request.hpp"
#include "queue/core/shared_bytes.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::plan {

struct message_field {
    std::string_view name;
    std::string_view value;
};

// What is to be delivered. `target` is empty, or begins with "/" or "?": it is appended to the
// destination's URL. Neither method, target, names nor values may hold a line end.
struct message {
    std::string_view method = "POST";
    std::string_view target;
    std::span<message_field const> fields;
    std::string_view body;
    std::optional<std::size_t> start_time; // offset in the body
    std::string_view time_zone;            // in which the start time is written; with start_time
    std::string_view url;                  // of reports; empty: the lane's
    std::string_view secret;               // of reports; empty: the lane's
    bool is_once = false;                  // the first failure is final
    call::received_request const* received = nullptr; // null: it came with none
};

// One allocation.
queue::shared_bytes encode(message const& m);

// The same in two steps, for messages that differ in nothing but their bodies: all that stands
// before the body, and the whole.
void encode_head(message const& m, std::string& head);
queue::shared_bytes encode(std::string_view head, std::string_view body);

// As `received_request`, read back. Views point into the payload.
struct kept_request {
    std::string_view method; // empty: none is kept
    std::string_view target;
    std::string_view content_type;
    std::string_view user_agent;
    bool is_apart = false;                // its body is not the message's
    std::optional<std::string> body = {}; // then; nothing: it is not kept here
    std::size_t size = 0; // of this body as it came; more than is kept where it was cut
};

// Reads a payload back; every view points into `payload`.
class message_view {
  public:
    // An empty or foreign payload gives a message with an empty method.
    explicit message_view(std::string_view payload);

    std::string_view method() const { return method_; }
    std::string_view target() const { return target_; }
    std::string_view body() const { return body_; }
    std::optional<std::size_t> start_time() const { return start_time_; }
    std::string_view time_zone() const { return time_zone_; }
    std::string_view url() const { return url_; }
    std::string_view secret() const { return secret_; }
    bool is_once() const { return is_once_; }
    // Looked up when it is asked for.
    kept_request received() const;

    // Calls `visit(name, value)` for each header field.
    template <class Visit>
    void for_each_field(Visit&& visit) const {
        for (auto rest = fields_; !rest.empty();) {
            auto const line = next_line(rest);
            auto const colon = line.find(": ");
            if (colon != line.npos && line.front() != ':') {
                visit(line.substr(0, colon), line.substr(colon + 2));
            }
        }
    }

  private:
    static std::string_view next_line(std::string_view& rest);
    void read_own_field(std::string_view line);

    std::string_view method_;
    std::string_view target_;
    std::string_view fields_; // whole lines, the gateway's own among them
    std::string_view body_;
    std::optional<std::size_t> start_time_;
    std::string_view time_zone_;
    std::string_view url_;
    std::string_view secret_;
    bool is_once_ = false;
};

} // namespace sluice::gateway::plan
