#include "queue/core/share_book.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <numeric>

namespace share_book_test {

using namespace sluice::queue;
using pieces = std::vector<std::uint32_t>;

share_holding holding(std::uint32_t log, lane_share held, lane_share wants = {}) {
    return {{log, 7}, held, wants, 0};
}

BOOST_AUTO_TEST_SUITE(share_book)

BOOST_AUTO_TEST_CASE(a_book_reads_back_as_it_was_written) {
    sluice::queue::share_book book{holding(1, {5000, 10, 32}, {10'000, 20, 64}),
                                   holding(16'777'215, {1, 1, 1})};
    book.back().owner.epoch = 1ll << 60;
    book.back().tokens = 1ull << 63;
    BOOST_TEST(write_book(book).substr(0, 36) == "1 1,7,5000,10,32,10000,20,64,0;16777");
    BOOST_TEST((read_book(write_book(book)) == book));
    BOOST_TEST((read_book(write_book({})) == sluice::queue::share_book()));
}

BOOST_AUTO_TEST_CASE(what_is_no_book_is_refused) {
    for (auto const* const text :
         {"", "1", "2 ", "1 1", "1 1,7", "1 1,7,1,1,1,1,1,1,1", "1 1,7,1,1,1,1,1,1,1,", "1 ;",
          "1 -1,7,1,1,1,1,1,1,1;", "1 1,7,1,1,4294967296,1,1,1,1;", "1 1,7,1,1,1,1,1,1,1; "}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!read_book(text));
        }
    }
    std::string many = "1 ";
    for (int i = 0; i < 4097; ++i)
        many += "1,1,0,0,0,0,0,0,0;";
    BOOST_TEST(!read_book(many));
}

struct division {
    std::uint32_t total;
    pieces demands;
    pieces parts;
};
std::ostream& operator<<(std::ostream& to, division const& d) {
    return to << d.total << " among " << d.demands.size();
}

BOOST_DATA_TEST_CASE(nobody_gets_more_than_it_demands_and_the_rest_is_divided_equally,
                     boost::unit_test::data::make<division>({
                         {10, {}, {}},
                         {10, {3}, {3}},
                         {10, {30}, {10}},
                         {10, {30, 30}, {5, 5}},
                         {10, {1, 30, 30}, {1, 4, 5}},
                         {10, {30, 2, 30}, {4, 2, 4}},
                         {10, {0, 30, 0}, {0, 10, 0}},
                         {3, {9, 9, 9, 9}, {0, 1, 1, 1}},
                         {100, {10, 20, 30}, {10, 20, 30}},
                     })) {
    BOOST_TEST(divide(sample.total, sample.demands) == sample.parts,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(those_that_sit_stay_and_the_first_of_the_line_come_next) {
    lane_whole const whole{100, 2, 10}; // two seats: a burst of two
    lane_share const some{1000, 1, 1};
    sluice::queue::share_book const book{holding(1, {}), holding(2, some), holding(3, {}),
                                         holding(4, some)};
    std::vector<lane_share> demands(4, {10'000, 2, 10});
    auto fair = fair_shares(book, whole, demands);
    BOOST_TEST((fair[1] == lane_share{5000, 1, 5}));
    BOOST_TEST((fair[3] == lane_share{5000, 1, 5}));
    BOOST_TEST((fair[0] == lane_share{}));
    BOOST_TEST((fair[2] == lane_share{}));
    demands[1] = {}; // it leaves its seat
    fair = fair_shares(book, whole, demands);
    BOOST_TEST((fair[0] == lane_share{5000, 1, 5}));
    BOOST_TEST((fair[1] == lane_share{}));
    BOOST_TEST((fair[2] == lane_share{}));
}

BOOST_AUTO_TEST_CASE(without_a_rate_slots_alone_are_divided) {
    sluice::queue::share_book const book{holding(1, {}), holding(2, {})};
    std::vector<lane_share> const demands(2, {0, 0, 64});
    auto const fair = fair_shares(book, {0, 0, 9}, demands);
    BOOST_TEST((fair[0] == lane_share{0, 0, 4}));
    BOOST_TEST((fair[1] == lane_share{0, 0, 5}));
}

BOOST_AUTO_TEST_CASE(what_is_held_beyond_a_whole_that_became_smaller_is_not_free) {
    sluice::queue::share_book const book{holding(1, {6000, 5, 8}), holding(2, {4000, 3, 8})};
    BOOST_TEST((free_of(book, {100, 10, 12}) == lane_share{0, 2, 0}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace share_book_test
