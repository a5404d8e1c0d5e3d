#include "gateway/admin/shown_contents.hpp"

#include "codecs/base64.hpp"
#include "codecs/utf8.hpp"
#include "gateway/admin/object_writer.hpp"
#include "gateway/admin/shown_body.hpp"
#include "gateway/delivery/shown_request.hpp"
#include "gateway/http/text.hpp"
#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/telemetry/redact.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::gateway::admin {

namespace {

using header_list = std::vector<std::pair<std::string, std::string>>;

using telemetry::known_secrets;

void add_all(known_secrets& to, std::vector<config::secret> const& all) {
    for (auto const& each : all)
        to.add(each.reveal());
}

void add_credential(known_secrets& to, config::authentication const& auth) {
    if (auto const* own = std::get_if<config::header_credential>(&auth))
        to.add(own->value.reveal());
    if (auto const* token = std::get_if<config::bearer_token>(&auth)) to.add(token->token.reveal());
    if (auto const* client = std::get_if<config::oauth2_client>(&auth))
        to.add(client->client_secret.reveal());
    auto const* basic = std::get_if<config::basic_credentials>(&auth);
    if (!basic) return;
    auto const both = basic->user_and_password.reveal();
    std::string coded;
    codecs::append_base64(coded, both);
    to.add(both);
    to.add(coded);
    to.add(both.substr(std::min(both.find(':') + 1, both.size())));
}

// The secrets of the configuration that may stand in a request of this task, wherever they do.
known_secrets secrets_of(config::account const* account, config::destination const* destination,
                         plan::message_view const& message) {
    known_secrets known;
    known.add(message.secret());
    if (account) {
        add_all(known, account->secrets);
        add_all(known, account->cust_tokens);
        if (account->report_to && account->report_to->signing_secret)
            known.add(account->report_to->signing_secret->reveal());
    }
    if (!destination) return known;
    add_all(known, destination->signing_secrets);
    add_credential(known, destination->connection.auth);
    return known;
}

// One request, with what show_body has to know.
struct request_to_show {
    std::string_view method;
    std::string_view url;
    header_list fields;
    std::optional<std::string_view> bytes;
    std::size_t size = 0; // of the body as it came
    bool is_cut() const { return bytes && size > bytes->size(); }

    body_to_show body() const {
        auto const coding = std::ranges::find_if(fields, [](auto const& field) {
            return http::equal_ignoring_case(field.first, "Content-Encoding");
        });
        return {bytes.value_or(std::string_view()),
                coding == fields.end() ? std::string_view() : std::string_view(coding->second),
                is_cut()};
    }
    // What is secret here may be said again under another name, in the other request too.
    void add_secrets(known_secrets& to) const {
        to.add_from(url.substr(std::min(url.find('?'), url.size())));
        for (auto const& [name, value] : fields)
            to.add_field(name, value);
        add_secrets_of(body(), to);
    }
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
        object_.text("url", without_secrets(hidden));
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
            codecs::append_json_string(out, value);
        }
        out += '}';
    }

    void body(body_to_show const& what) {
        auto const shown = shows_bodies_ ? show_body(what, secrets_) : shown_body();
        switch (shown.is) {
        case shown_body::form::text:
            object_.text("body", shown.content);
            break;
        case shown_body::form::base64:
            object_.text("body_base64", shown.content);
            break;
        default:
            no_body();
        }
        if (shown.is_decoded) object_.text("decoded_from", what.coding);
        if (!shown.why.empty()) object_.text("not_shown", shown.why);
    }
    void no_body() { object_.member("body") += "null"; }
    object_writer& rest() { return object_; }

  private:
    std::string without_secrets(std::string_view text) const {
        return codecs::to_valid_utf8(telemetry::hide_secrets(text, secrets_));
    }
    std::string shown(std::pair<std::string, std::string> const& field) const {
        if (telemetry::tells_secret(field.first)) return std::string(telemetry::redacted);
        return without_secrets(field.second);
    }

    object_writer object_;
    known_secrets const& secrets_;
    bool shows_bodies_;
};

request_to_show received_of(plan::message_view const& message, plan::kept_request const& came) {
    request_to_show found{came.method, came.target, {}, {}, came.size};
    if (!came.is_apart) {
        message.for_each_field([&found](std::string_view name, std::string_view value) {
            found.fields.emplace_back(name, value);
        });
        found.bytes = message.body();
        found.size = message.body().size();
        return found;
    }
    if (!came.content_type.empty()) found.fields.emplace_back("Content-Type", came.content_type);
    if (!came.user_agent.empty()) found.fields.emplace_back("User-Agent", came.user_agent);
    if (came.body) found.bytes = *came.body;
    return found;
}

void append_received(std::string& out, queue::task_contents const& task,
                     request_to_show const& came, known_secrets const& secrets, bool shows_bodies) {
    out += ",\"received\":";
    if (came.method.empty()) {
        out += "null";
        return;
    }
    request_object object(out, secrets, shows_bodies);
    object.line(came.method, came.url);
    object.headers(came.fields);
    if (came.bytes) {
        object.body(came.body());
        object.rest().number("size", came.size);
        if (came.is_cut()) object.rest().flag("is_cut", true);
        return;
    }
    object.no_body();
    auto const first = queue::member_of(task.details.group, 0);
    bool const is_kept_by_another = !task.details.group.is_nil() && first != task.details.id;
    if (is_kept_by_another) object.rest().text("kept_by", queue::task_id_text(first).view());
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

bool was_sent(queue::task_contents const& task) {
    return task.details.attempts > 0 || !task.details.notes.empty() ||
           task.details.state == queue::task_state::in_flight;
}

delivery::shown_request sent_of(queue::task_contents const& task, contents_view const& with) {
    auto const lane = static_cast<std::size_t>(task.lane);
    if (lane >= with.plans.size() || !with.plans[lane]) {
        delivery::shown_request none;
        none.wrong = "The configuration has no such destination.";
        return none;
    }
    auto const at = task.details.notes.empty() ? with.now : task.details.notes.back().at;
    return delivery::show_request(*with.plans[lane], attempt_of(task, at), at);
}

void append_sent(std::string& out, queue::task_contents const& task,
                 delivery::shown_request const& shown, known_secrets const& secrets,
                 bool shows_bodies) {
    bool const is_past = was_sent(task);
    out += is_past ? ",\"sent\":" : ",\"sent\":null,\"would_send\":";
    request_object object(out, secrets, shows_bodies);
    if (!shown.wrong.empty()) return object.rest().text("problem", shown.wrong);
    if (is_past) object.rest().flag("rendered_again", true);
    object.line(shown.method, shown.url);
    object.headers(shown.headers);
    request_to_show const request{shown.method, shown.url, shown.headers, shown.body,
                                  shown.body.size()};
    object.body(request.body());
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
    auto const kept = message.received();
    auto const came = received_of(message, kept);
    auto const sent = sent_of(task, with);
    auto secrets = secrets_of(with.current.account_of(task.account),
                              with.current.destination_of(task.lane), message);
    came.add_secrets(secrets);
    request_to_show{sent.method, sent.url, sent.headers, sent.body, sent.body.size()}.add_secrets(
        secrets);
    append_received(out, task, came, secrets, with.shows_bodies);
    append_sent(out, task, sent, secrets, with.shows_bodies);
}

} // namespace sluice::gateway::admin
