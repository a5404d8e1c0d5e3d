// The handler of the server's tests: what it does is named by the path.
#pragma once
#include "gateway/server/handler.hpp"

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace sluice::tests {

// "/hold": kept in `held`. "/slow": the same, announced as slow. "/early": 404 in on_header.
// "/short": the body limited to 8 bytes. "/throw", "/throw-early", "/no-memory": exceptions.
// "/close": closes afterwards. "/inject": a header with a line end. "/empty": 204.
// "/big": 4 MiB. "/stream": a stream that begins with "begun;" and is kept in `streams`.
// Everything else: 200 with "METHOD path?query body".
class path_handler : public gateway::server::handler {
  public:
    using exchange = gateway::server::exchange;

    void on_header(exchange& x) override {
        headers_seen.emplace_back(x.req.path);
        if (x.req.path == "/early") x.reply(404, "text/plain", "early");
        if (x.req.path == "/short") x.limit_body(8);
        if (x.req.path == "/throw-early") throw std::runtime_error("early");
    }

    void handle(exchange& x) override {
        seen.emplace_back(x.req.path);
        if (x.req.path == "/slow") x.slow();
        if (x.req.path == "/hold" || x.req.path == "/slow") return held.push_back(&x);
        if (x.req.path == "/stream") return begin_stream(x);
        if (x.req.path == "/throw") throw std::runtime_error("thrown");
        if (x.req.path == "/no-memory") throw std::bad_alloc();
        if (x.req.path == "/close") x.close_after();
        if (x.req.path == "/empty") return x.reply(204, {}, {});
        if (x.req.path == "/big") return x.reply(200, {}, std::string(4 * 1024 * 1024, 'b'));
        if (x.req.path == "/inject") return inject(x);
        echo(x);
    }

    // Answers what was held, in the order given: "0" is the first that came.
    void release(std::size_t which) {
        echo(*held.at(which));
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
    }
    void release_all() {
        while (!held.empty())
            release(0);
    }

    std::vector<exchange*> held;
    std::vector<exchange*> streams;
    std::vector<std::string> seen;
    std::vector<std::string> headers_seen;

  private:
    static void echo(exchange& x) {
        auto& text = x.body_scratch();
        text.append(x.req.method).append(" ").append(x.req.path);
        if (!x.req.query.empty()) text.append("?").append(x.req.query);
        if (!x.req.body.empty()) text.append(" ").append(x.req.body);
        x.reply(200, "text/plain", text);
    }
    void begin_stream(exchange& x) {
        gateway::server::answer head;
        head.content_type = "text/plain";
        head.body = "begun;";
        x.begin_stream(head);
        streams.push_back(&x);
    }
    static void inject(exchange& x) {
        gateway::server::header_field const bad{"Location", "/a\r\nSet-Cookie: b"};
        gateway::server::answer given;
        given.status = 302;
        given.headers = {&bad, 1};
        x.reply(given);
    }
};

} // namespace sluice::tests
