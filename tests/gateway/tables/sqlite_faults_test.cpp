// The disk of the tables fails, once, at every place where it can: nobody is told that something
// was kept when it was not, and what somebody was told is there afterwards.
#include "tests/gateway/tables/faulty_file_system.hpp"
#include "tests/gateway/tables/sqlite_maker.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <sqlite3.h>
#include <vector>

namespace sluice::gateway::tables::test::sqlite_faults_test {

namespace {

constexpr int write_count = 6;
// More operations than opening and six commits need.
constexpr std::uint64_t last_fault = 400;

struct failing_disk : sqlite_fixture {
    failing_disk() {
        disk.heal();
        sqlite.options.file.file_system = disk.name();
        sqlite.options.on_fatal = [this](std::string const&) { ++fatal_failures; };
    }
    ~failing_disk() { disk.heal(); }

    // Writes one after another; the names that were told to be kept.
    std::vector<std::string> write_some() {
        std::vector<std::string> told;
        for (int i = 0; i < write_count; ++i) {
            auto const name = "k" + std::to_string(i);
            auto const kept = update({{name, std::string(3000, 'v')}});
            if (kept) {
                told.push_back(name);
            } else {
                failures.push_back(kept.error());
            }
        }
        return told;
    }

    // What memory and the file say, after the fault and after a new start.
    void check(std::vector<std::string> const& told) {
        for (int start = 0; start < 2; ++start) {
            auto const kept = tables->user_variables("163", "c");
            for (auto const& name : told) {
                bool const is_there =
                    kept && std::ranges::find(*kept, name, &user_variable::name) != kept->end();
                BOOST_TEST(is_there, name << " is lost after start " << start);
            }
            if (start == 0) BOOST_REQUIRE(!open());
        }
    }

    faulty_file_system& disk = faulty_file_system::instance();
    std::atomic<int> fatal_failures = 0;
    std::vector<boost::system::error_code> failures;
};

// One round for each operation that can fail; returns how many had a fault.
template <class Check>
std::uint64_t fail_each(fault kind, int code, Check check) {
    for (std::uint64_t nth = 1; nth < last_fault; ++nth) {
        failing_disk round;
        round.disk.fail(kind, nth, code);
        std::vector<std::string> told;
        bool const is_open = !round.open();
        if (is_open) told = round.write_some();
        bool const has_failed = round.disk.has_failed();
        round.disk.heal();
        if (!is_open) BOOST_REQUIRE(!round.open()); // a start that failed can be repeated
        BOOST_TEST_CONTEXT("operation " << nth) {
            if (is_open && has_failed) check(round, told);
            round.check(told);
        }
        if (!has_failed) return nth - 1;
    }
    BOOST_ERROR("there is no end of operations");
    return 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sqlite_faults)

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_one_transaction_and_goes_on) {
    auto const faults =
        fail_each(fault::write, SQLITE_FULL, [](failing_disk& round, auto const& told) {
            // Nothing of it was kept, and the next one is. A write of the checkpoint is no
            // failure of anybody's.
            BOOST_TEST(told.size() + round.failures.size() == std::size_t(write_count));
            BOOST_TEST(round.failures.size() <= 1U);
            for (auto const& failure : round.failures)
                BOOST_TEST(failure == errc::disk_full);
            BOOST_TEST(round.fatal_failures == 0);
        });
    BOOST_TEST(faults > 10U);
}

BOOST_AUTO_TEST_CASE(a_write_error_ends_the_writing) {
    auto const faults =
        fail_each(fault::write, SQLITE_IOERR_WRITE, [](failing_disk& round, auto const&) {
            if (round.failures.empty()) return;
            BOOST_TEST(round.failures.front() == errc::outcome_unknown);
            for (std::size_t i = 1; i < round.failures.size(); ++i) {
                BOOST_TEST(round.failures[i] == errc::stopping);
            }
            BOOST_TEST(round.fatal_failures == 1);
        });
    BOOST_TEST(faults > 10U);
}

BOOST_AUTO_TEST_CASE(a_failed_sync_is_never_told_as_success) {
    std::size_t refused = 0;
    auto const faults =
        fail_each(fault::sync, SQLITE_IOERR_FSYNC, [&](failing_disk& round, auto const& told) {
            // A commit is synced before it is told: the one whose sync failed is not in `told`.
            BOOST_TEST(told.size() + round.failures.size() == std::size_t(write_count));
            if (round.failures.empty()) return;
            ++refused;
            BOOST_TEST(round.failures.front() == errc::outcome_unknown);
            BOOST_TEST(round.fatal_failures == 1);
        });
    BOOST_TEST(faults >= std::uint64_t(write_count));
    BOOST_TEST(refused >= std::size_t(write_count));
}

BOOST_AUTO_TEST_CASE(a_key_is_kept_exactly_where_its_change_is) {
    std::uint64_t faults = 0;
    for (std::uint64_t nth = 1; nth < last_fault; ++nth) {
        failing_disk round;
        BOOST_REQUIRE(!round.open());
        round.disk.fail(fault::write, nth, SQLITE_FULL);
        for (int i = 0; i < write_count; ++i) {
            auto const name = "k" + std::to_string(i);
            round.update_once(name, {{name, std::string(3000, 'v')}});
        }
        if (!round.disk.has_failed()) break;
        ++faults;
        round.disk.heal();
        BOOST_REQUIRE(!round.open());
        BOOST_TEST_CONTEXT("operation " << nth) {
            for (int i = 0; i < write_count; ++i) {
                auto const name = "k" + std::to_string(i);
                bool const is_changed = round.variables().find(name + '=') != std::string::npos;
                auto const told = round.update_once(name, {{name, "again"}});
                BOOST_TEST(told.starts_with("again ") == is_changed);
            }
        }
    }
    BOOST_TEST(faults > 10U);
    BOOST_TEST(faults < last_fault - 1);
}

BOOST_AUTO_TEST_CASE(clicks_that_could_not_be_saved_are_saved_the_next_time) {
    failing_disk round;
    BOOST_REQUIRE(!round.open());
    auto const made = round.store("u").value();
    round.tables->count_click(made->code, 1);
    round.disk.fail(fault::write, 1, SQLITE_FULL);
    BOOST_TEST(!round.tables->close()); // says that something is missing
    round.disk.heal();
    BOOST_REQUIRE(!round.open());
    BOOST_TEST(round.tables->clicks_of(made->code).total == 0U);
}

BOOST_AUTO_TEST_CASE(more_writes_than_may_wait_are_refused_at_once) {
    failing_disk round;
    round.sqlite.options.max_waiting = 1;
    BOOST_REQUIRE(!round.open());
    int told = 0;
    int refused = 0;
    constexpr int count = 1'000;
    for (int i = 0; i < count; ++i) {
        round.tables->erase_user("163", "c", round.inbox, [&](auto outcome) {
            ++told;
            if (!outcome) {
                BOOST_TEST(outcome.error() == errc::overloaded);
                ++refused;
            }
        });
    }
    while (told < count)
        round.inbox.run();
    BOOST_TEST(refused > 0);
    BOOST_TEST(refused < count);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::sqlite_faults_test
