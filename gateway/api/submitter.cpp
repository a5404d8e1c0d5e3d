#include "gateway/api/submitter.hpp"

#include "gateway/telemetry/io_metrics.hpp"
#include "queue/error.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <initializer_list>

namespace sluice::gateway::api {

namespace {

using hash = std::array<std::uint8_t, 16>;

constexpr std::size_t key_limit = 255; // bytes

// SHA-256 over the pieces, each preceded by its length, cut to 128 bits.
hash hash_of(std::initializer_list<std::string_view> pieces) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> md(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!md || EVP_DigestInit_ex(md.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
    for (auto const piece : pieces) {
        std::uint64_t const size = piece.size();
        EVP_DigestUpdate(md.get(), &size, sizeof(size));
        EVP_DigestUpdate(md.get(), piece.data(), piece.size());
    }
    EVP_DigestFinal_ex(md.get(), digest.data(), nullptr);
    hash out;
    std::memcpy(out.data(), digest.data(), out.size());
    return out;
}

} // namespace

checked<std::unique_ptr<queue::idempotency>> read_idempotency_key(server::request const& req,
                                                                  std::string_view account) {
    auto const count = req.count("Idempotency-Key");
    if (count == 0) return std::unique_ptr<queue::idempotency>();
    auto const key = req.header("Idempotency-Key");
    if (count > 1 || key.empty() || key.size() > key_limit) {
        refusal r{.status = 400};
        r.detail = "Idempotency-Key must be given once and have 1 to 255 bytes.";
        return r;
    }
    auto made = std::make_unique<queue::idempotency>();
    made->key = hash_of({account, req.path, key});
    made->body = hash_of({req.method, req.target, req.header("Content-Type"), req.body});
    return made;
}

// Lives in the exchange until the answer; no destructor.
struct submitter::pending final : queue::submit_handler {
    pending(server::exchange& exchange, context& context_, std::size_t size, bool xml,
            std::uint32_t label_, std::uint32_t tasks_)
        : on(exchange)
        , with(context_)
        , body_size(size)
        , label(label_)
        , tasks(tasks_)
        , is_xml(xml) {}

    void on_submitted(queue::submit_result&& result) override {
        if (!result.ec) {
            auto const elapsed = std::chrono::steady_clock::now() - on.req.received;
            with.metrics.on_accepted(label, elapsed, tasks);
            reply_prepared(on, {body_size, is_xml});
        } else if (result.ec == queue::errc::duplicate_key) {
            repeat(result.first_answer);
        } else {
            refuse(on, error_format(on.req), refused_by_queue(result.ec));
        }
    }

    void repeat(std::string const& kept) {
        auto const first = from_kept_answer(kept);
        if (!first) {
            refuse(on, error_format(on.req),
                   {.status = 500, .detail = "The first answer cannot be read back."});
            return;
        }
        reply_prepared(on, prepare_accepted(on, *first, with.durability));
    }

    server::exchange& on;
    context& with;
    std::size_t body_size;
    std::uint32_t label;
    std::uint32_t tasks; // how many the call became
    bool is_xml;
};

void submitter::submit(server::exchange& on, task_list&& tasks, accepted_call const& call,
                       std::unique_ptr<queue::idempotency> key, std::uint32_t label) {
    if (key) {
        key->answer = to_kept_answer(call);
        auto& extras = tasks.front().extras;
        if (!extras) extras = std::make_unique<queue::task_extras>();
        extras->idempotency = std::move(key);
    }
    auto const ready = prepare_accepted(on, call, with_.durability);
    queue::submission all;
    auto const count = static_cast<std::uint32_t>(tasks.size());
    all.tasks = std::move(tasks);
    all.handler = &on.emplace_state<pending>(on, with_, ready.body_size, ready.is_xml, label,
                                             count);
    if (!with_.port.submit(std::move(all))) {
        refuse(on, error_format(on.req), refused_by_queue(queue::errc::overloaded));
    }
}

} // namespace sluice::gateway::api
