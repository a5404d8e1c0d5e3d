#include "gateway/tables/link_map.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace sluice::gateway::tables::link_map_test {

namespace {

std::shared_ptr<link const> make_link(std::uint64_t n, std::string const& url) {
    auto made = std::make_shared<link>();
    made->code = link_code::nth(n);
    made->key = make_link_key("163", "token", url);
    made->long_url = url;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(link_map_)

BOOST_AUTO_TEST_CASE(a_link_is_found_by_code_and_by_key) {
    link_map links;
    auto const one = make_link(1, "https://one.example/");
    links.put(one);
    BOOST_TEST(links.find(one->code) == one);
    BOOST_TEST(links.find(one->key) == one);
    BOOST_TEST(!links.find(link_code::nth(2)));
    BOOST_TEST(!links.find(make_link_key("163", "token", "https://two.example/")));
    BOOST_TEST(links.size() == 1U);
    links.remove(*one);
    BOOST_TEST(!links.find(one->code));
    BOOST_TEST(!links.find(one->key));
    BOOST_TEST(links.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_link_that_goes_leaves_its_key_to_the_one_that_came) {
    link_map links;
    auto const old = make_link(1, "u");
    auto const young = make_link(2, "u");
    links.put(old);
    links.put(young);
    links.remove(*old);
    BOOST_TEST(links.find(young->key) == young);
}

BOOST_AUTO_TEST_CASE(clicks_are_counted_by_day_and_survive_a_renewal) {
    link_map links;
    auto const one = make_link(1, "u");
    links.put(one);
    for (auto const day : {100, 100, 101, 99, 101})
        links.count_click(one->code, day);
    links.put(std::make_shared<link const>(*one));
    auto const clicks = links.clicks_of(one->code);
    BOOST_TEST(clicks.total == 5U);
    BOOST_TEST((clicks.days == std::vector<day_clicks>{{99, 1}, {100, 2}, {101, 2}}));
    links.count_click(link_code::nth(7), 100); // nobody's: not counted
    BOOST_TEST(links.clicks_of(link_code::nth(7)).total == 0U);
}

BOOST_AUTO_TEST_CASE(only_the_newest_days_are_kept) {
    link_map links;
    auto const one = make_link(1, "u");
    links.put(one);
    for (int day = 0; day < 500; ++day)
        links.count_click(one->code, day);
    auto const clicks = links.clicks_of(one->code);
    BOOST_TEST(clicks.total == 500U);
    BOOST_TEST(clicks.days.size() == max_link_days);
    BOOST_TEST(clicks.days.front().day == 100);
    BOOST_TEST(links.take_unsaved().at(0).oldest_day == 100);
}

BOOST_AUTO_TEST_CASE(what_changed_is_taken_once_unless_it_is_given_back) {
    link_map links;
    auto const one = make_link(1, "u");
    links.put(one);
    links.restore_total(one->code, 10);
    links.restore_day(one->code, {50, 10});
    BOOST_TEST(links.take_unsaved().empty());
    links.count_click(one->code, 51);
    auto const taken = links.take_unsaved();
    BOOST_REQUIRE(taken.size() == 1U);
    BOOST_TEST(taken[0].added.total == 1U);
    BOOST_TEST((taken[0].added.days == std::vector<day_clicks>{{51, 1}}));
    BOOST_TEST(links.take_unsaved().empty());
    links.give_back(taken);
    links.count_click(one->code, 52);
    auto const again = links.take_unsaved();
    BOOST_REQUIRE(again.size() == 1U);
    BOOST_TEST(again[0].added.total == 2U);
    BOOST_TEST((again[0].added.days == std::vector<day_clicks>{{51, 1}, {52, 1}}));
    BOOST_TEST(links.clicks_of(one->code).total == 12U);
}

BOOST_AUTO_TEST_CASE(what_others_counted_is_shown_with_what_is_unsaved_here) {
    link_map links;
    auto const one = make_link(1, "u");
    links.put(one);
    links.refresh_clicks(one->code, {10, {{50, 4}, {51, 6}}}, 0);
    links.count_click(one->code, 51);
    links.count_click(one->code, 49);
    links.refresh_clicks(one->code, {15, {{51, 9}, {52, 2}}}, 51);
    auto const clicks = links.clicks_of(one->code);
    BOOST_TEST(clicks.total == 17U);
    BOOST_TEST((clicks.days == std::vector<day_clicks>{{49, 1}, {50, 4}, {51, 10}, {52, 2}}));
    auto const taken = links.take_unsaved();
    BOOST_REQUIRE(taken.size() == 1U);
    BOOST_TEST(taken[0].added.total == 2U);
    BOOST_TEST((links.codes() == std::vector<link_code>{one->code}));
}

BOOST_AUTO_TEST_CASE(no_click_is_lost_between_threads) {
    link_map links;
    for (std::uint64_t n = 0; n < 8; ++n)
        links.put(make_link(n, std::to_string(n)));
    constexpr int clicks_each = 5'000;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < clicks_each; ++i)
                links.count_click(link_code::nth(i % 8), i % 3);
        });
    }
    for (int i = 0; i < 100; ++i)
        links.take_unsaved();
    for (auto& thread : threads)
        thread.join();
    std::uint64_t total = 0;
    for (std::uint64_t n = 0; n < 8; ++n)
        total += links.clicks_of(link_code::nth(n)).total;
    BOOST_TEST(total == 4U * clicks_each);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::link_map_test
