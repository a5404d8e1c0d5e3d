#include "gateway/admin/shown_contents.hpp"

#include "codecs/base64.hpp"
#include "codecs/utf8.hpp"
#include "gateway/admin/object_writer.hpp"
#include "gateway/delivery/shown_request.hpp"
#include "gateway/http/text.hpp"
#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/telemetry/redact.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::gateway::admin {

namespace {

using header_list = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t shortest_secret = 6; // bytes; a shorter one would hide other words

// The secrets of the configuration that may stand in a request of this task, wherever they do.
class known_secrets {
  public:
    known_secrets(config::account const* account, config::destination const* destination) {
        if (account) {
            add_all(account->secrets);
            add_all(account->cust_tokens);
        }
        if (!destination) return;
        add_all(destination->signing_secrets);
        auto const& auth = destination->connection.auth;
        if (auto const* own = std::get_if<config::header_credential>(&auth)) add(own->value);
        if (auto const* token = std::get_if<config::bearer_token>(&auth)) add(token->token);
    }
    std::string without(std::string text) const {
        for (auto const secret : values_) {
            for (auto at = text.find(secret); at != text.npos;
                 at = text.find(secret, at + telemetry::redacted.size()))
                text.replace(at, secret.size(), telemetry::redacted);
        }
        return text;
    }

  private:
    void add(config::secret const& one) {
        if (one.reveal().size() >= shortest_secret) values_.push_back(one.reveal());
    }
    void add_all(std::vector<config::secret> const& all) {
        for (auto const& each : all)
            add(each);
    }
    std::vector<std::string_view> values_;
};

// What is written of one request.
class request_object {
  public:
    request_object(std::string& out, known_secrets const& secrets, bool shows_bodies)
        : object_(out)
        , secrets_(secrets)
        , shows_bodies_(shows_bodies) {}

    void line(std::string_view method, std::string_view url) {
        object_.text("method", method);
        auto const hidden =
            shows_bodies_ ? telemetry::hide_url_secrets(url) : telemetry::redact_url(url);
        object_.text("url", secrets_.without(hidden));
    }

    // Fields of one name are joined (RFC 9110 section 5.3).
    void headers(header_list all) {
        if (!shows_bodies_) all.clear();
        auto& out = object_.member("headers");
        out += '{';
        while (!all.empty()) {
            auto const name = all.front().first;
            std::string value;
            std::erase_if(all, [&](auto const& field) {
                if (!http::equal_ignoring_case(field.first, name)) return false;
                value.append(value.empty() ? "" : ", ").append(shown(field));
                return true;
            });
            if (out.back() != '{') out += ',';
            codecs::append_json_string(out, codecs::to_valid_utf8(name));
            out += ':';
            codecs::append_json_string(out, codecs::to_valid_utf8(value));
        }
        out += '}';
    }

    void body(std::string_view bytes) {
        if (!shows_bodies_) {
            object_.member("body") += "null";
        } else if (codecs::find_invalid_utf8(bytes)) {
            std::string text;
            codecs::append_base64(text, bytes);
            object_.text("body_base64", text);
        } else {
            object_.text("body", secrets_.without(telemetry::hide_secrets(bytes)));
        }
    }
    object_writer& rest() { return object_; }

  private:
    std::string shown(std::pair<std::string, std::string> const& field) const {
        if (telemetry::tells_secret(field.first)) return std::string(telemetry::redacted);
        return secrets_.without(field.second);
    }

    object_writer object_;
    known_secrets const& secrets_;
    bool shows_bodies_;
};

void append_received(std::string& out, queue::task_contents const& task,
                     plan::message_view const& message, known_secrets const& secrets,
                     bool shows_bodies) {
    auto const came = message.received();
    out += ",\"received\":";
    if (came.method.empty()) {
        out += "null";
        return;
    }
    request_object object(out, secrets, shows_bodies);
    object.line(came.method, came.target);
    header_list fields;
    if (came.is_apart) {
        if (!came.content_type.empty()) fields.emplace_back("Content-Type", came.content_type);
        if (!came.user_agent.empty()) fields.emplace_back("User-Agent", came.user_agent);
    } else {
        message.for_each_field([&fields](std::string_view name, std::string_view value) {
            fields.emplace_back(name, value);
        });
    }
    object.headers(std::move(fields));
    if (!came.is_apart) {
        object.body(message.body());
        object.rest().number("size", message.body().size());
    } else if (came.body) {
        object.body(*came.body);
        object.rest().number("size", came.size);
        object.rest().flag("is_cut", came.size > came.body->size());
    } else {
        object.rest().member("body") += "null";
        auto const first = queue::member_of(task.details.group, 0);
        bool const is_kept_by_another = !task.details.group.is_nil() && first != task.details.id;
        if (is_kept_by_another) object.rest().text("kept_by", queue::task_id_text(first).view());
    }
}

// The attempt that was made last, or the first one if it were made now.
queue::attempt attempt_of(queue::task_contents const& task, queue::wall_time now) {
    queue::attempt made;
    made.id = task.details.id;
    made.lane = task.lane;
    made.account = task.account;
    made.payload = task.payload;
    made.accepted_at = task.details.accepted_at;
    made.not_before = task.details.not_before;
    made.rendered_at = task.rendered_at == queue::wall_time{}
                           ? std::max(now, task.details.not_before)
                           : task.rendered_at;
    return made;
}

void append_sent(std::string& out, queue::task_contents const& task, known_secrets const& secrets,
                 contents_view const& with) {
    bool const was_sent = task.details.attempts > 0 || !task.details.notes.empty() ||
                          task.details.state == queue::task_state::in_flight;
    out += was_sent ? ",\"sent\":" : ",\"sent\":null,\"would_send\":";
    auto const lane = static_cast<std::size_t>(task.lane);
    bool const is_known = lane < with.plans.size() && with.plans[lane];
    delivery::shown_request shown;
    if (is_known) {
        auto const at = task.details.notes.empty() ? with.now : task.details.notes.back().at;
        shown = delivery::show_request(*with.plans[lane], attempt_of(task, at), at);
    } else {
        shown.wrong = "The configuration has no such destination.";
    }
    request_object object(out, secrets, with.shows_bodies);
    if (!shown.wrong.empty()) return object.rest().text("problem", shown.wrong);
    if (was_sent) object.rest().flag("rendered_again", true);
    object.line(shown.method, shown.url);
    object.headers(std::move(shown.headers));
    object.body(shown.body);
    // Of a batch this is the task's own part.
    if (task.batch != 0) object.rest().text("batch", outbound::batch_name(task.batch));
}

} // namespace

void append_contents(std::string& out, queue::task_contents const& task,
                     contents_view const& with) {
    if (!task.payload) {
        out += ",\"received\":null,\"sent\":null";
        return;
    }
    plan::message_view const message(task.payload.view());
    known_secrets const secrets(with.current.account_of(task.account),
                                with.current.destination_of(task.lane));
    append_received(out, task, message, secrets, with.shows_bodies);
    append_sent(out, task, secrets, with);
}

} // namespace sluice::gateway::admin
