// The description that the gateway serves holds true: its own examples are of their schemas'
// shapes, its requests are answered with a status that it names, and the answers have the shape
// that it describes.
#include "tests/e2e/json_shape.hpp"
#include "tests/e2e/operator_fixture.hpp"

#include <boost/json.hpp>

#include <set>
#include <sstream>

namespace openapi_examples_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using boost::json::value;

// A stream that does not end: events_test.
std::set<std::string> const tested_elsewhere{"listen"};

// The widget that the description's example calls.
gateway_settings with_a_widget() {
    gateway_settings settings;
    settings.more = R"(
[[widget]]
name = "weather"
account = "163"
method = "GET"
url = "{destination}/weather?city=$flow.key.city"
allow_http = true
allow_networks = ["127.0.0.0/8"]
wait = "5s"
map = { "$flow.key.temp" = "/temp" }
)";
    return settings;
}

std::string in_capitals(std::string text) {
    for (char& c : text)
        c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::set<std::string> pieces_of(std::string const& list) {
    std::set<std::string> all;
    std::istringstream in(list);
    for (std::string each; in >> each;) {
        if (each.ends_with(',')) each.pop_back();
        all.insert(each);
    }
    return all;
}

bool is_on(value const& operation, std::string_view listener) {
    for (auto const& each : operation.at("x-listeners").as_array()) {
        if (each.as_string() == listener) return true;
    }
    return false;
}

struct described : operator_fixture {
    described()
        : operator_fixture(with_a_widget()) {}

    value const document = boost::json::parse(admin().get("/openapi.json").body);

    // Visits every operation as (path, method, operation).
    template <class Visit>
    void for_each_operation(Visit&& visit) {
        for (auto const& [path, item] : document.at("paths").as_object()) {
            for (auto const& [method, operation] : item.as_object()) {
                visit(std::string(path), std::string(method), operation);
            }
        }
    }

    value const& resolved(value const& given) {
        auto const* reference = given.as_object().if_contains("$ref");
        if (!reference) return given;
        return document.at_pointer(std::string(reference->as_string().subview(1)));
    }

    // The path with something real in the place of its parameter.
    std::string real_path(std::string path, std::string const& operation) {
        auto const begin = path.find('{');
        if (begin == path.npos) return path;
        if (path.starts_with("/v1/accounts/")) return account_path(path);
        auto const end = path.find('}');
        auto const name = path.substr(begin + 1, end - begin - 1);
        std::string put = name;
        if (name == "name" || name == "route") put = "crm";
        if (name == "method") put = "weather";
        if (name == "cli") put = "919879964805";
        if (name == "code") put = short_code();
        if (name == "contact") put = contact_with_variables();
        if (name == "id") put = real_id(path, operation);
        return path.replace(begin, end + 1 - begin, put);
    }
    std::string short_code() {
        auto const made = client().post("/v1/webhooks/shortURL", json_bearer(),
                                        R"({"longUrl":"https://example.com/"})");
        auto const url = json_at(made.body, "/shortUrl");
        return url.substr(url.rfind('/') + 1);
    }
    std::string contact_with_variables() {
        client().post("/v1/webhooks/updateUserPreferences", json_bearer(),
                      R"({"contactNumber":"9879964805","language":"hi"})");
        return "9879964805";
    }
    // Breaks are those of an agent of the configuration; only another one can be taken away.
    std::string account_path(std::string path) {
        auto const is_break = path.ends_with("/break") || path.ends_with("/planned");
        std::pair<std::string_view, std::string> const parts[]{
            {"{account}", "163"},
            {"{cli}", is_break ? "919879964805" : "919879964899"},
            {"{code}", path.ends_with("{code}") ? short_code() : ""},
            {"{contact}", path.ends_with("{contact}") ? contact_with_variables() : ""}};
        for (auto const& [from, to] : parts) {
            if (auto const at = path.find(from); at != path.npos) path.replace(at, from.size(), to);
        }
        return path;
    }
    std::string real_id(std::string const& path, std::string const& operation) {
        if (path.starts_with("/v1/dead/")) return accept_dead();
        if (operation == "replayTask") return accept_delivered();
        if (operation == "showJob" || operation == "stopJob") return running_job();
        return accept_later();
    }
    std::string running_job() {
        accept_later();
        accept_later();
        return json_at(post("/v1/tasks:cancel", R"({"all":true,"rate":1})").body, "/id");
    }

    // The credentials that the operation asks for on this listener.
    static http_headers credentials(bool is_admin, value const& operation) {
        auto const* security = operation.as_object().if_contains("security");
        bool const is_needed = security && !security->as_array().empty() &&
                               !security->as_array().front().as_object().empty();
        if (!is_needed) return {};
        return is_admin ? token() : bearer();
    }

    void check_answer(value const& operation, http_response const& answer) {
        auto const& responses = operation.at("responses").as_object();
        auto const* found = responses.if_contains(std::to_string(answer.status));
        BOOST_TEST_REQUIRE(found,
                           "the status " << answer.status << " is not described: " << answer.body);
        BOOST_TEST(answer.status < 400, answer.body);
        auto const* content = resolved(*found).as_object().if_contains("content");
        if (!content) return;
        auto type = answer.header("Content-Type");
        type = type.substr(0, type.find(';'));
        auto const* media = content->as_object().if_contains(type);
        BOOST_TEST_REQUIRE(media, "the type " << type << " is not described");
        auto const* schema = media->as_object().if_contains("schema");
        if (type != "application/json" || !schema) return;
        BOOST_TEST(shape_defect(boost::json::parse(answer.body), *schema, document) == "");
    }

    std::string target_of(std::string const& path, std::string const& id, bool is_admin) {
        auto const target = real_path(path, id);
        // The public listing is that of a group.
        if (id != "listTasks" || is_admin) return target;
        auto const group = client().post("/v1/tasks", json_bearer(),
                                         R"({"destination":["crm","central"],"delay":"1h"})");
        return target + "?group=" + json_at(group.body, "/request-id");
    }

    // HEAD is GET without its body; XML has the root that is described.
    void check_read(std::string const& target, http_headers headers, bool is_admin, bool has_xml) {
        http_client listener(is_admin ? ports().admin_listener : ports().public_listener);
        auto const head = listener.request("HEAD", target, headers);
        BOOST_TEST(head.status == 200);
        BOOST_TEST(head.body.empty());
        if (!has_xml) return;
        headers.emplace_back("Accept", "application/xml");
        auto const answer = listener.request("GET", target, headers);
        BOOST_TEST(answer.status == 200, answer.body);
        BOOST_TEST(answer.header("Content-Type") == "application/xml");
        BOOST_TEST(answer.body.starts_with("<response>"), answer.body);
    }

    void try_request(std::string const& path, std::string const& method, value const& operation,
                     bool is_admin) {
        auto const id = std::string(operation.at("operationId").as_string());
        auto const target = target_of(path, id, is_admin);
        auto const headers = credentials(is_admin, operation);
        http_client listener(is_admin ? ports().admin_listener : ports().public_listener);
        auto const verb = in_capitals(method);
        auto const* body = operation.as_object().if_contains("requestBody");
        if (!body) return check_answer(operation, listener.request(verb, target, headers));
        for (auto const& [type, media] : body->at("content").as_object()) {
            auto const* example = media.as_object().if_contains("example");
            BOOST_TEST_REQUIRE(example, type);
            auto sent = headers;
            sent.emplace_back("Content-Type", type == "*/*" ? "text/plain" : std::string(type));
            auto const text = example->is_string() ? std::string(example->get_string())
                                                   : boost::json::serialize(*example);
            BOOST_TEST_CONTEXT(type << " " << text) {
                check_answer(operation, listener.request(verb, target, sent, text));
            }
        }
    }
};

// Methods of a path that are described for a listener, HEAD aside: it goes with GET.
std::set<std::string> methods_of(value const& item, std::string_view listener) {
    std::set<std::string> methods;
    for (auto const& [method, operation] : item.as_object()) {
        if (is_on(operation, listener)) methods.insert(in_capitals(method));
    }
    methods.erase("HEAD");
    return methods;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(openapi_examples, described)

BOOST_AUTO_TEST_CASE(every_request_is_answered_as_described) {
    int tried = 0;
    for_each_operation(
        [&](std::string const& path, std::string const& method, value const& operation) {
            auto const id = std::string(operation.at("operationId").as_string());
            if (tested_elsewhere.contains(id)) return;
            for (auto const& listener : operation.at("x-listeners").as_array()) {
                BOOST_TEST_CONTEXT(method << " " << path << " on " << listener.as_string()) {
                    try_request(path, method, operation, listener.as_string() == "admin");
                }
                ++tried;
            }
        });
    BOOST_TEST(tried > 55);
}

BOOST_AUTO_TEST_CASE(every_read_answers_head_and_xml_where_it_is_described) {
    int looked_at = 0;
    for_each_operation(
        [&](std::string const& path, std::string const& method, value const& operation) {
            auto const id = std::string(operation.at("operationId").as_string());
            if (method != "get" || id == "followShortUrl" || id.starts_with("proxy")) return;
            for (auto const& listener : operation.at("x-listeners").as_array()) {
                bool const is_admin = listener.as_string() == "admin";
                // XML of calls that both listeners have is the public one's.
                bool const has_xml = operation.at("responses")
                                         .at("200")
                                         .at("content")
                                         .as_object()
                                         .contains("application/xml") &&
                                     (!is_admin || path.starts_with("/v1/accounts/"));
                BOOST_TEST_CONTEXT(path << " on " << listener.as_string()) {
                    check_read(target_of(path, id, is_admin), credentials(is_admin, operation),
                               is_admin, has_xml);
                }
                ++looked_at;
            }
        });
    BOOST_TEST(looked_at > 25);
}

// The routers themselves say which methods a path has: in Allow, where a call has another one.
BOOST_AUTO_TEST_CASE(a_path_has_the_methods_that_are_described_and_no_others) {
    int asked = 0;
    for (auto const& [path, item] : document.at("paths").as_object()) {
        for (std::string const listener : {"public", "admin"}) {
            auto const methods = methods_of(item, listener);
            std::string other;
            for (auto const* each : {"PATCH", "PUT", "POST"}) {
                if (!methods.contains(each)) other = each;
            }
            // /in takes every method there is.
            if (methods.empty() || other.empty()) continue;
            bool const is_admin = listener == "admin";
            http_client where(is_admin ? ports().admin_listener : ports().public_listener);
            auto const target = real_path(std::string(path), {});
            auto const answer = where.request(other, target, is_admin ? token() : bearer());
            auto allowed = pieces_of(answer.header("Allow"));
            bool const has_head = allowed.erase("HEAD") > 0;
            BOOST_TEST_CONTEXT(other << " " << path << " on " << listener) {
                BOOST_TEST(answer.status == 405);
                BOOST_TEST(allowed == methods, boost::test_tools::per_element());
                BOOST_TEST(has_head == methods.contains("GET"));
            }
            ++asked;
        }
    }
    BOOST_TEST(asked > 40);
}

BOOST_AUTO_TEST_CASE(every_example_of_an_answer_has_its_schemas_shape) {
    int looked_at = 0;
    for_each_operation(
        [&](std::string const& path, std::string const& method, value const& operation) {
            for (auto const& [status, response] : operation.at("responses").as_object()) {
                auto const* content = resolved(response).as_object().if_contains("content");
                auto const* media =
                    content ? content->as_object().if_contains("application/json") : nullptr;
                auto const* example = media ? media->as_object().if_contains("example") : nullptr;
                if (!example) continue;
                ++looked_at;
                BOOST_TEST(shape_defect(*example, media->at("schema"), document) == "",
                           method << " " << path << " " << status);
            }
        });
    BOOST_TEST(looked_at > 60);
}

BOOST_AUTO_TEST_CASE(every_example_of_a_request_has_its_schemas_shape) {
    int looked_at = 0;
    for_each_operation(
        [&](std::string const& path, std::string const& method, value const& operation) {
            auto const* body = operation.as_object().if_contains("requestBody");
            auto const* media =
                body ? body->at("content").as_object().if_contains("application/json") : nullptr;
            if (!media) return;
            ++looked_at;
            BOOST_TEST(shape_defect(media->at("example"), media->at("schema"), document) == "",
                       method << " " << path);
        });
    BOOST_TEST(looked_at > 15);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace openapi_examples_test
