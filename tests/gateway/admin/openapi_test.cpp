// The description of the interface that the gateway serves: it is JSON, its references lead
// somewhere, and everything that the routers know is in it.
#include "gateway/admin/pages.hpp"
#include "gateway/admin/routes.hpp"
#include "gateway/config/webhook_names.hpp"
#include "gateway/endpoints/routes.hpp"
#include "gateway/webhooks/webhook_calls.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace openapi_test {

using namespace sluice::gateway;

namespace admin = sluice::gateway::admin;
namespace json = boost::json;

namespace {

json::value const& description() {
    static json::value const parsed = json::parse(admin::find_page("/openapi.json")->text);
    return parsed;
}

// Calls `visit(path, method, operation)` for each operation.
template <class Visit>
void for_each_operation(Visit&& visit) {
    for (auto const& [path, item] : description().at("paths").as_object()) {
        for (auto const& [method, operation] : item.as_object()) {
            visit(std::string(path), std::string(method), operation);
        }
    }
}

std::string in_lower_case(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

bool is_described(std::string const& method, std::string const& path) {
    auto const& paths = description().at("paths").as_object();
    auto const* item = paths.if_contains(path);
    return item && item->as_object().contains(in_lower_case(method));
}

// As the table of the public listener has them: a pattern's "{route*}" is the description's
// "{route}", and a path may end without the slash that is documented.
bool is_described(endpoints::route const& each) {
    std::string path(each.pattern);
    if (auto const star = path.find('*'); star != path.npos) path.erase(star, 1);
    std::string const method(each.method == call::any_method ? "GET" : each.method);
    return is_described(method, path) || is_described(method, path + '/');
}

json::value const& resolved(json::value const& given) {
    auto const* reference = given.as_object().if_contains("$ref");
    if (!reference) return given;
    return description().at_pointer(std::string(reference->as_string().subview(1)));
}

void check_references(json::value const& value) {
    if (auto const* list = value.if_array()) {
        for (auto const& each : *list)
            check_references(each);
    } else if (auto const* object = value.if_object()) {
        for (auto const& [name, held] : *object) {
            if (name != "$ref") {
                check_references(held);
                continue;
            }
            std::string const target(held.as_string());
            boost::system::error_code ec;
            BOOST_TEST(target.starts_with("#/"));
            BOOST_TEST(description().find_pointer(target.substr(1), ec) != nullptr, target);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(openapi)

BOOST_AUTO_TEST_CASE(it_is_a_3_1_document_whose_references_lead_somewhere) {
    BOOST_TEST(std::string_view(description().at("openapi").as_string()).starts_with("3.1"));
    check_references(description());
}

BOOST_AUTO_TEST_CASE(every_admin_call_is_in_it) {
    for (auto const& each : admin::routes()) {
        BOOST_TEST(is_described(std::string(each.method), std::string(each.pattern)),
                   each.method << " " << each.pattern);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_in_it_that_the_admin_listener_does_not_know) {
    for_each_operation([](std::string const& path, std::string const& method, auto const& what) {
        bool is_admin = false;
        for (auto const& each : what.at("x-listeners").as_array()) {
            is_admin |= each.as_string() == "admin";
        }
        if (!is_admin) return;
        bool is_known = admin::find_page(path) || path == "/livez" || path == "/readyz" ||
                        path == "/healthz" || path == "/metrics";
        for (auto const& each : admin::routes()) {
            is_known |= each.pattern == path && in_lower_case(std::string(each.method)) == method;
        }
        BOOST_TEST(is_known, method << " " << path);
    });
}

BOOST_AUTO_TEST_CASE(every_path_of_the_public_listener_is_in_it) {
    for (auto const& each : endpoints::routes())
        BOOST_TEST(is_described(each), each.method << " " << each.pattern);
}

BOOST_AUTO_TEST_CASE(every_webhook_has_a_path_of_its_own) {
    for (auto const& name : config::webhook_names)
        BOOST_TEST(is_described("POST", "/v1/webhooks/" + std::string(name)), name);
    constexpr std::string_view prefix = "/v1/webhooks/";
    for_each_operation([&](std::string const& path, std::string const&, auto const&) {
        if (!path.starts_with(prefix) || path.ends_with('}')) return;
        BOOST_TEST(sluice::gateway::webhooks::find_webhook(path.substr(prefix.size())), path);
    });
}

BOOST_AUTO_TEST_CASE(every_public_call_is_in_it) {
    struct row {
        char const* method;
        char const* path;
    };
    for (auto const& [method, path] : {row{"POST", "/v1/webhooks/{method}"},
                                       row{"POST", "/centraloutboundwebhook-v1/{stage}/"},
                                       row{"POST", "/UrlShortner/phonon/shortUrl"},
                                       row{"GET", "/{code}"},
                                       row{"POST", "/kairos-apis/outbound/create"},
                                       row{"POST", "/kairos-apis/outbounddialer/create"},
                                       row{"POST", "/in/{route}"},
                                       row{"GET", "/in/{route}"},
                                       row{"POST", "/v1/tasks"},
                                       row{"POST", "/v1/tasks:batch"},
                                       row{"GET", "/v1/tasks/{id}"},
                                       row{"GET", "/v1/tasks/{id}/explain"},
                                       row{"DELETE", "/v1/tasks/{id}"},
                                       row{"GET", "/v1/agents"},
                                       row{"GET", "/v1/agents/{cli}"},
                                       row{"GET", "/v1/agents/{cli}/breaks"},
                                       row{"GET", "/v1/users/{contact}/keys"},
                                       row{"GET", "/v1/users/{contact}"},
                                       row{"DELETE", "/v1/users/{contact}"},
                                       row{"HEAD", "/{code}"},
                                       row{"HEAD", "/in/{route}"},
                                       row{"OPTIONS", "/in/{route}"},
                                       row{"PUT", "/in/{route}"},
                                       row{"PATCH", "/in/{route}"},
                                       row{"DELETE", "/in/{route}"},
                                       row{"GET", "/v1/tasks"},
                                       row{"GET", "/v1/links/{code}"}}) {
        BOOST_TEST(is_described(method, path), method << " " << path);
    }
}

BOOST_AUTO_TEST_CASE(every_operation_has_its_own_id_and_its_path_parameters) {
    std::set<std::string> ids;
    for_each_operation([&](std::string const& path, std::string const& method, auto const& what) {
        BOOST_TEST_CONTEXT(method << " " << path) {
            BOOST_TEST(ids.insert(std::string(what.at("operationId").as_string())).second);
            BOOST_TEST(!what.at("responses").as_object().empty());
            auto const begin = path.find('{');
            if (begin == path.npos) return;
            auto const name = path.substr(begin + 1, path.find('}') - begin - 1);
            bool is_there = false;
            for (auto const& given : what.at("parameters").as_array()) {
                auto const& each = resolved(given);
                is_there |= each.at("name").as_string() == name && each.at("in") == "path";
            }
            BOOST_TEST(is_there);
        }
    });
}

BOOST_AUTO_TEST_CASE(pages_are_what_their_type_says) {
    BOOST_TEST(admin::find_page("/")->text.starts_with("<!doctype html>"));
    BOOST_TEST(admin::find_page("/console.js")->type.starts_with("text/javascript"));
    BOOST_TEST(!admin::find_page("/console"));
    // Nothing in the page may come from elsewhere, and none of its code stands in its markup.
    auto const page = admin::find_page("/")->text;
    BOOST_TEST(page.find("http:") == page.find("http://www.w3.org/2000/svg"));
    BOOST_TEST(page.find("onclick=") == page.npos);
    BOOST_TEST(page.find("style=") == page.npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace openapi_test
