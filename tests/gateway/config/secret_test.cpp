#include "gateway/config/secret.hpp"

#include <boost/test/unit_test.hpp>

#include <concepts>
#include <ostream>
#include <utility>

namespace sluice::gateway::config::test::secret_test {
namespace {

template <class T>
concept printable = requires(std::ostream& out, T const& value) { out << value; };

static_assert(!printable<config::secret>, "a secret must not be printable by accident");
static_assert(!std::convertible_to<config::secret, std::string_view>);

} // namespace

BOOST_AUTO_TEST_SUITE(secret)

BOOST_AUTO_TEST_CASE(a_secret_gives_its_bytes_only_when_asked) {
    config::secret const value("hush");
    BOOST_TEST(value.reveal() == "hush");
    BOOST_TEST(!value.empty());
    BOOST_TEST(config::secret().empty());
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_moved_from_is_wiped) {
    config::secret from("short"); // fits into the string itself, which a move only copies
    auto const* bytes = from.reveal().data();
    config::secret const to(std::move(from));
    BOOST_TEST(to.reveal() == "short");
    BOOST_TEST(std::string_view(bytes, 5) == std::string_view("\0\0\0\0\0", 5));
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_assigned_to_is_wiped_first) {
    config::secret value("a secret that is longer than a short string");
    value = config::secret("b");
    BOOST_TEST(value.reveal() == "b");
    config::secret const other("c");
    value = other;
    BOOST_TEST(value.reveal() == "c");
    BOOST_TEST(other.reveal() == "c");
    auto& same = value;
    value = same;
    BOOST_TEST(value.reveal() == "c");
}

BOOST_AUTO_TEST_CASE(secrets_compare_by_their_bytes) {
    BOOST_TEST((config::secret("a") == config::secret("a")));
    BOOST_TEST((config::secret("a") != config::secret("b")));
    BOOST_TEST((config::secret("a") != config::secret("ab")));
    BOOST_TEST((config::secret() == config::secret()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::secret_test
