#include "gateway/endpoints/batch_homes.hpp"

#include <boost/test/unit_test.hpp>

namespace batch_homes_test {

using namespace sluice::gateway;
using sluice::queue::held_slot;

BOOST_AUTO_TEST_SUITE(batches_of_several_homes)

BOOST_AUTO_TEST_CASE(entries_go_to_the_homes_of_their_keys_and_results_come_back_in_order) {
    endpoints::batch_homes batch;
    std::string const one = "a";
    std::string const other = "b";
    batch.add(R"({"n":0})", &one);
    batch.add(R"({"n":1})", nullptr);
    batch.add_refused(R"(,"status":422,"errors":[]})");
    batch.add(R"({"n":3})", &other);
    BOOST_TEST(batch.has_keys());
    auto const slot_of_one = sluice::queue::order_slot_of(one);
    auto const parts = batch.split(
        [&](std::uint16_t slot) {
            bool const is_here = slot == slot_of_one;
            return call::order_home{is_here ? 1u : 2u, is_here, held_slot{slot, 9}};
        },
        1);
    BOOST_REQUIRE(parts);
    BOOST_REQUIRE(parts->size() == 2U);
    BOOST_TEST(parts->at(1).is_here);
    BOOST_TEST(batch.body_of(parts->at(1)) == R"({"tasks":[{"n":0},{"n":1}]})");
    BOOST_TEST(batch.body_of(parts->at(2)) == R"({"tasks":[{"n":3}]})");
    BOOST_TEST(parts->at(2).slots.front().generation == 9U);
    call::home_answer answer;
    answer.status = 503;
    answer.body = R"({"title":"Service Unavailable"})";
    BOOST_TEST(!batch.take(parts->at(1), answer));
    answer.status = 202;
    answer.body = R"({"results":[{"index":0,"id":"x"},{"index":1,"id":"y"}]})";
    BOOST_TEST(batch.take(parts->at(1), answer));
    batch.refuse(parts->at(2), R"(,"status":503,"errors":[]})");
    BOOST_TEST(batch.taken() == 2U);
    BOOST_TEST(batch.text() ==
               R"({"results":[{"index":0,"id":"x"},{"index":1,"id":"y"},)"
               R"({"index":2,"status":422,"errors":[]},{"index":3,"status":503,"errors":[]}]})");
}

// Whoever asks, and wherever the slots are.
BOOST_AUTO_TEST_CASE(by_slot_a_batch_is_taken_apart_in_the_order_of_its_entries) {
    endpoints::batch_homes batch;
    std::string const one = "a";
    std::string const other = "b";
    batch.add_refused(R"(,"status":422,"errors":[]})");
    batch.add(R"({"n":1})", &other);
    batch.add(R"({"n":2})", nullptr);
    batch.add(R"({"n":3})", &one);
    batch.add(R"({"n":4})", &other);
    auto const parts = batch.by_slot();
    BOOST_REQUIRE(parts.size() == 3U);
    BOOST_TEST((parts[0].slot == sluice::queue::order_slot_of(other)));
    BOOST_TEST(batch.body_of(parts[0].of) == R"({"tasks":[{"n":1},{"n":4}]})");
    BOOST_TEST(!parts[1].slot);
    BOOST_TEST(batch.body_of(parts[1].of) == R"({"tasks":[{"n":2}]})");
    BOOST_TEST((parts[2].slot == sluice::queue::order_slot_of(one)));
}

BOOST_AUTO_TEST_CASE(a_key_without_a_home_refuses_the_batch) {
    endpoints::batch_homes batch;
    std::string const one = "a";
    batch.add("{}", &one);
    BOOST_TEST(!batch.split([](std::uint16_t) { return std::optional<call::order_home>(); }, 1));
}

BOOST_AUTO_TEST_CASE(slots_are_read_as_they_were_written) {
    std::vector<held_slot> const slots{{12, 5}, {1023, 77}};
    BOOST_TEST(call::slots_text(slots) == "12:5,1023:77");
    auto const read = call::parse_slots("12:5,1023:77");
    BOOST_REQUIRE(read);
    BOOST_TEST((*read == slots));
    BOOST_TEST(call::parse_slots("-")->empty());
    for (auto const* const text : {"", "12", "12:", "1024:1", "12:5,", "12:5 ,1:1", "x:1", "-1:1"})
        BOOST_TEST((!call::parse_slots(text) || std::string_view(text).empty()), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace batch_homes_test
