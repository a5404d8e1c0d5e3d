#include "gateway/http/chunk_decoder.hpp"

#include <boost/test/unit_test.hpp>

namespace chunk_decoder_test {

namespace {

using decoder_type = sluice::gateway::http::chunk_decoder;
using sluice::gateway::http::chunk_limits;
using sluice::gateway::http::chunk_reading;
using status = decoder_type::status;

struct decoded {
    status end;
    std::string body;
    std::size_t used;
    bool operator==(decoded const&) const = default;
};

std::ostream& operator<<(std::ostream& out, decoded const& d) {
    return out << static_cast<int>(d.end) << " \"" << d.body << "\" used " << d.used;
}

decoded decode(std::string_view in, chunk_limits limits = {100, 50}, std::size_t piece = 0,
               chunk_reading how = chunk_reading::strict) {
    decoder_type decoder;
    decoder.reset(limits, how);
    decoded result{status::more, {}, 0};
    while (result.used < in.size() && decoder.state() == status::more) {
        auto const rest = in.substr(result.used);
        result.used += decoder.feed(piece ? rest.substr(0, piece) : rest, result.body);
    }
    result.end = decoder.state();
    return result;
}

decoded decode_leniently(std::string_view in, std::size_t piece = 0, std::uint64_t body = 1000) {
    return decode(in, {body, 200}, piece, chunk_reading::lenient);
}

constexpr std::string_view good =
    "5\r\nhello\r\nA;x;y=z;q=\"a\\\"b\"\r\n0123456789\r\n0;last\r\nA: b\r\nC:\r\n\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(chunk_decoder)

BOOST_AUTO_TEST_CASE(joins_chunks_and_drops_extensions_and_trailers) {
    BOOST_TEST(decode(good) == (decoded{status::done, "hello0123456789", good.size()}));
}

BOOST_AUTO_TEST_CASE(leaves_what_is_behind_the_body) {
    auto const in = std::string(good) + "GET / HTTP/1.1\r\n";
    BOOST_TEST(decode(in) == (decoded{status::done, "hello0123456789", good.size()}));
}

BOOST_AUTO_TEST_CASE(decodes_the_same_when_cut_into_pieces_of_any_size) {
    for (std::size_t piece = 1; piece <= good.size(); ++piece) {
        BOOST_TEST_CONTEXT("pieces of " << piece) {
            BOOST_TEST(decode(good, {100, 50}, piece) ==
                       (decoded{status::done, "hello0123456789", good.size()}));
        }
    }
}

BOOST_AUTO_TEST_CASE(waits_for_more_at_every_cut) {
    for (std::size_t size = 0; size < good.size(); ++size) {
        BOOST_TEST_CONTEXT("first " << size) {
            BOOST_TEST((decode(good.substr(0, size)).end == status::more));
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_at_the_first_byte_that_is_wrong) {
    struct wrong {
        std::string_view in;
        std::size_t used;
    };
    for (auto const& [in, used] :
         {wrong{"x", 1},          wrong{" 5", 1},           wrong{"5 \r", 3},
          wrong{"5\n", 2},        wrong{"5\rx", 3},         wrong{"5;\r", 3},
          wrong{"5;a=\r", 5},     wrong{"5;a =", 5},        wrong{"5;a=\"\n", 6},
          wrong{"5;a=\"b\"c", 8}, wrong{"1\r\nab", 5},      wrong{"1\r\na\n", 5},
          wrong{"1\r\na\r\r", 6}, wrong{"0\r\n\n", 4},      wrong{"0\r\n\rx", 5},
          wrong{"0\r\n:", 4},     wrong{"0\r\na\r", 5},     wrong{"0\r\na b", 5},
          wrong{"0\r\na:\n", 6},  wrong{"0\r\na:\r\n b", 8}}) {
        BOOST_TEST_CONTEXT(in) {
            auto const result = decode(in);
            BOOST_TEST((result.end == status::malformed));
            BOOST_TEST(result.used == used);
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_body_above_the_limit_at_its_announcement) {
    BOOST_TEST((decode("64\r\n", {100, 50}).end == status::more));
    BOOST_TEST((decode("65\r\n", {100, 50}).end == status::body_too_large));
    BOOST_TEST((decode("FFFFFFFFFFFFFFFF\r\n", {100, 50}).end == status::body_too_large));
    BOOST_TEST((decode("2\r\nab\r\n1\r\n", {2, 50}).end == status::body_too_large));
    BOOST_TEST((decode("2\r\nab\r\n0\r\n\r\n", {2, 50}).end == status::done));
}

BOOST_AUTO_TEST_CASE(refuses_more_digits_than_a_size_has) {
    BOOST_TEST((decode("0000000000000001\r\n").end == status::more));
    BOOST_TEST((decode("00000000000000001\r\n").end == status::malformed));
}

BOOST_AUTO_TEST_CASE(counts_extensions_and_trailers_together) {
    std::string const ten = "1;aaaaaaaa\r\nx\r\n"; // nine bytes behind ";", CR included
    BOOST_TEST((decode(ten + ten + "0\r\n\r\n", {100, 18}).end == status::done));
    BOOST_TEST((decode(ten + ten + "0\r\n\r\n", {100, 17}).end == status::overhead_too_large));
    BOOST_TEST(
        (decode(ten + ten + "0\r\na:\r\n\r\n", {100, 20}).end == status::overhead_too_large));
    BOOST_TEST((decode(ten + ten + "0\r\na:\r\n\r\n", {100, 21}).end == status::done));
}

BOOST_AUTO_TEST_CASE(begins_anew_after_a_reset) {
    decoder_type decoder;
    std::string body;
    decoder.reset({10, 10});
    decoder.feed("x", body);
    decoder.reset({10, 10});
    decoder.feed("1\r\na\r\n0\r\n\r\n", body);
    BOOST_TEST((decoder.state() == status::done));
    BOOST_TEST(body == "a");
}

// What follows is how answers are read.
BOOST_AUTO_TEST_CASE(lenient_joins_chunks_however_they_are_cut) {
    std::string_view const text = "5\r\nhello\r\n00A\r\n, world!!!\r\n0\r\n\r\nnext";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        BOOST_TEST(decode_leniently(text, piece) ==
                   (decoded{status::done, "hello, world!!!", text.size() - 4}));
    }
}

BOOST_AUTO_TEST_CASE(lenient_drops_extensions_and_trailers_unread) {
    std::string_view const text =
        "3;a=b;\x01=\"d\r\nabc\r\n0 ; x y\r\nX-Trailer: 1\r\nno field\r\n\r\n";
    for (std::size_t piece : {1U, 7U, 100U})
        BOOST_TEST(decode_leniently(text, piece) == (decoded{status::done, "abc", text.size()}));
}

BOOST_AUTO_TEST_CASE(lenient_refuses_malformed_sizes_and_line_ends) {
    for (std::string_view const text :
         {"\r\n", "x\r\n", "-1\r\n", ";\r\n", " 3\r\nabc", "3\nabc", "3\r\nabcd", "3\r\nabc\n",
          "3\rabc", "3;a\nb\r\nabc", "0\r\n\n", "0\r\nX: 1\n\r\n", "0\r\n\rX",
          "10000000000000000\r\n", "ffffffffffffffffffff\r\n"})
        BOOST_TEST((decode_leniently(text, 1).end == status::malformed), text);
}

BOOST_AUTO_TEST_CASE(lenient_cuts_the_body_at_its_limit) {
    for (std::size_t piece : {1U, 3U, 100U}) {
        auto const cut = decode_leniently("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", piece, 7);
        BOOST_TEST((cut.end == status::body_too_large));
        BOOST_TEST(cut.body == "hellowo");
    }
    BOOST_TEST((decode_leniently("5\r\nhello\r\n0\r\n\r\n", 100, 5).end == status::done));
}

BOOST_AUTO_TEST_CASE(lenient_bounds_all_that_is_not_data) {
    auto const refused = status::overhead_too_large;
    auto const junk = std::string(500, 'x');
    BOOST_TEST((decode_leniently("1;" + junk + "\r\na").end == refused));
    BOOST_TEST((decode_leniently("0\r\nX: " + junk + "\r\n\r\n").end == refused));
    std::string one_byte_chunks;
    for (int i = 0; i < 100; ++i)
        one_byte_chunks += "1\r\na\r\n";
    BOOST_TEST((decode_leniently(one_byte_chunks).end == refused));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chunk_decoder_test
