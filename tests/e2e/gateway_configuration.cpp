#include "tests/e2e/gateway_configuration.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace sluice::tests::e2e {
namespace {

constexpr std::string_view configuration_template = R"(
listen = "127.0.0.1:{public}"
admin = "127.0.0.1:{admin}"
data = "{data}"
durability = "{durability}"
threads = 2
admin_token = "{admin_token}"
{top}

[limits]
drain_timeout = "5s"
{limits}

[[account]]
id = "163"
secrets = ["{security_id}"]
cust_tokens = ["abcd1234"]
allow_from = ["127.0.0.0/8"]
allow_http = true
country_code = "91"
time_zone = "Asia/Kolkata"
agents = ["919879964805", "919879964806"]
{account}

[[destination]]
name = "central"
url = "{destination}/kairos-apis/outbound/create"
allow_http = true
allow_networks = ["127.0.0.0/8"]
format = "outbound"
success = "/api-response-code == 200"
final = "/api-response-code in [202,203,204,205,207,208,210,211,212,301,302,303,304,400,401,402]"
done_already = "/api-response-code == 201"
{central}

[[destination]]
name = "crm"
url = "{destination}/crm"
allow_http = true
allow_networks = ["127.0.0.0/8"]
{crm}

[[route]]
path = "/in/crm"
account = "163"
destinations = ["crm"]
{route}

[webhooks]
createOutbound = { destination = "central" }
shortURL = { base_url = "https://s.example.com"{short_url} }
{webhooks}

{more}
)";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

} // namespace

std::string write_configuration(gateway_settings const& settings, gateway_ports const& ports,
                                std::string const& data_directory) {
    // The settings come first: their lines may use {destination}.
    std::vector<std::pair<std::string_view, std::string>> const values{
        {"{top}", settings.top},
        {"{limits}", settings.limits},
        {"{account}", settings.account},
        {"{central}", settings.central},
        {"{crm}", settings.crm},
        {"{route}", settings.route},
        {"{short_url}", settings.short_url},
        {"{webhooks}", settings.webhooks},
        {"{more}", settings.more},
        {"{durability}", settings.durability},
        {"{public}", std::to_string(ports.public_listener)},
        {"{admin}", std::to_string(ports.admin_listener)},
        {"{destination}", "http://127.0.0.1:" + std::to_string(ports.destination)},
        {"{destination_port}", std::to_string(ports.destination)},
        {"{data}", data_directory},
        {"{admin_token}", admin_token},
        {"{security_id}", security_id},
    };
    std::string text(configuration_template);
    for (auto const& [name, value] : values) {
        replace_all(text, name, value);
    }
    return text;
}

std::string destination_table(std::string const& name, std::string const& path,
                              std::string const& lines) {
    return "\n[[destination]]\nname = \"" + name + "\"\nurl = \"{destination}" + path +
           "\"\nallow_http = true\nallow_networks = [\"127.0.0.0/8\"]\n" + lines + "\n";
}

std::string route_table(std::string const& path, std::string const& destinations,
                        std::string const& lines) {
    return "\n[[route]]\npath = \"" + path + "\"\naccount = \"163\"\ndestinations = [" +
           destinations + "]\n" + lines + "\n";
}

} // namespace sluice::tests::e2e
