// What a handler found out from the head of a request, and keeps with the connection until that
// sends another head: callers send the same one again and again. The handler derives its own from
// it. Owned by a request_reader; one thread.
#pragma once

namespace sluice::gateway::server {

class head_memo {
  public:
    head_memo() = default;
    head_memo(head_memo const&) = delete;
    head_memo& operator=(head_memo const&) = delete;
    virtual ~head_memo() = default;
};

} // namespace sluice::gateway::server
