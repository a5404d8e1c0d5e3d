#include "queue/postgres/process_identity.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

namespace process_identity_test {

using namespace sluice::queue::postgres;

std::optional<std::int64_t> pid_42_began_at_1000(int pid) {
    if (pid == 42) return 1000;
    return {};
}

bool gone(process_identity const& former, process_identity const& self) {
    return is_gone(former, self, pid_42_began_at_1000);
}

// Not in a container.
constexpr char const* boot_a = "a/pid:[4026531836]";
constexpr char const* boot_b = "b/pid:[4026531836]";

process_identity const self{"host/1", boot_a, 50, 5000};

BOOST_AUTO_TEST_SUITE(process_identity_proof)

BOOST_AUTO_TEST_CASE(a_process_that_runs_is_not_gone) {
    BOOST_TEST(!gone({"host/1", boot_a, 42, 1000}, self));
}

BOOST_AUTO_TEST_CASE(a_number_that_nobody_has_is_gone) {
    BOOST_TEST(gone({"host/1", boot_a, 43, 1000}, self));
}

BOOST_AUTO_TEST_CASE(a_number_that_was_given_again_is_gone) {
    BOOST_TEST(gone({"host/1", boot_a, 42, 999}, self));
}

BOOST_AUTO_TEST_CASE(it_was_ourselves) {
    BOOST_TEST(gone(self, self));
}

BOOST_AUTO_TEST_CASE(a_machine_that_started_anew_runs_nothing_from_before) {
    BOOST_TEST(gone({"host/1", boot_b, 42, 1000}, self));
}

BOOST_AUTO_TEST_CASE(of_other_machines_nothing_is_known) {
    BOOST_TEST(!gone({"host/2", boot_a, 43, 1000}, self));
    BOOST_TEST(!gone({"host/2", boot_b, 43, 1000}, self));
}

BOOST_AUTO_TEST_CASE(of_other_containers_nothing_is_known) {
    BOOST_TEST(!gone({"host/1", "a/pid:[7]", 43, 1000}, self));
    // Two containers of one name on two machines.
    process_identity const inside{"host/1", "b/pid:[7]", 50, 5000};
    BOOST_TEST(!gone({"host/1", "a/pid:[7]", 43, 1000}, inside));
}

BOOST_AUTO_TEST_CASE(what_says_nothing_proves_nothing) {
    BOOST_TEST(!gone({"host/1", "", 43, 1000}, self));
    BOOST_TEST(!gone({"", "", 0, 0}, self));
}

BOOST_AUTO_TEST_CASE(this_process_knows_itself) {
    auto const own = own_identity();
    BOOST_TEST(own.pid == ::getpid());
    BOOST_TEST(own.pid_started > 0);
    BOOST_TEST(pid_start(own.pid).value() == own.pid_started);
    BOOST_TEST(own.boot_id.find("/pid:[") != std::string::npos);
    BOOST_TEST(!is_gone({own.host, own.boot_id, ::getppid(), pid_start(::getppid()).value()}, own));
    BOOST_TEST(!pid_start(0x7ffffff0).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace process_identity_test
