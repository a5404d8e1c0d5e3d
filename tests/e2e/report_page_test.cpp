// The page of `sluice stress --html` in a real browser: its script runs without a complaint, every
// plot is drawn with a size, and light and dark look different. Needs Chromium.
#include "tests/e2e/running_sink.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace report_page_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

// Measures every plot after the page's own script has run, and leaves the result in the document.
constexpr char probe[] = R"js(<script>
var found = [];
document.querySelectorAll("figure").forEach(function (figure) {
  var paths = Array.from(figure.querySelectorAll("path.line"));
  var widest = Math.max.apply(null, paths.map(function (p) { return p.getBBox().width; }));
  var seen = paths.some(function (p) { return getComputedStyle(p).stroke !== "none"; });
  found.push(figure.id + ":" + (widest > 300 && seen ? "drawn" : "NOT DRAWN " + widest));
});
document.body.dataset.found = found.join(" ") + " wide " +
  (document.documentElement.scrollWidth <= window.innerWidth ? "fits" : "OVERFLOWS");
</script>)js";

struct fixture {
    temporary_directory files;

    std::string path(std::string const& name) const { return (files / name).string(); }

    finished_process browse(std::vector<std::string> const& more) const {
        process_options options;
        options.arguments = {"/usr/bin/chromium",
                             "--headless",
                             "--no-sandbox",
                             "--disable-gpu",
                             "--disable-quic",
                             "--no-first-run",
                             "--disable-background-networking",
                             "--disable-component-update",
                             "--disable-sync",
                             "--disable-dev-shm-usage",
                             "--enable-logging=stderr",
                             "--hide-scrollbars",
                             "--window-size=1280,1500",
                             "--user-data-dir=" + path("profile")};
        options.arguments.insert(options.arguments.end(), more.begin(), more.end());
        options.environment = {{"HOME", files.path().string()}};
        return run_process(options, std::chrono::seconds(120));
    }

    std::string screenshot(std::string const& name, std::string const& scheme) const {
        auto const done = browse({"--blink-settings=preferredColorScheme=" + scheme,
                                  "--screenshot=" + path(name), "file://" + path("page.html")});
        BOOST_TEST(done.errors.find("CONSOLE") == std::string::npos, done.errors);
        return read_whole(path(name));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(report_page, fixture)

BOOST_AUTO_TEST_CASE(every_plot_is_drawn_without_a_complaint_in_light_and_dark) {
    BOOST_REQUIRE_MESSAGE(std::filesystem::exists("/usr/bin/chromium"), "chromium is missing");
    auto const run = run_sluice({"stress", "--rate", "200", "--duration", "4s", "--kill-every",
                                 "1500ms", "--html", path("page.html")});
    BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.output << run.errors);
    auto page = read_whole(path("page.html"));
    auto const end = page.rfind("</body>");
    BOOST_REQUIRE(end != std::string::npos);
    write_whole(path("probed.html"), page.insert(end, probe));

    auto const done = browse({"--dump-dom", "file://" + path("probed.html")});
    BOOST_TEST(done.exit_code == 0);
    BOOST_TEST(done.errors.find("CONSOLE") == std::string::npos, done.errors);
    BOOST_TEST(done.output.find("data-ready=\"1\"") != std::string::npos);
    auto const found = done.output.substr(done.output.find("data-found="), 400);
    for (auto const* plot :
         {"plot-rate", "plot-latency", "plot-percentiles", "plot-queue", "plot-errors"})
        BOOST_TEST(found.find(std::string(plot) + ":drawn") != std::string::npos, found);
    BOOST_TEST(found.find("wide fits") != std::string::npos, found);

    auto const dark = screenshot("dark.png", "0");
    auto const light = screenshot("light.png", "1");
    BOOST_TEST(dark.size() > 20'000u);
    BOOST_TEST(light.size() > 20'000u);
    BOOST_TEST((dark != light));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace report_page_test
