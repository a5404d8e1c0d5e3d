#include "gateway/client/chunk_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::gateway::client::chunk_reader_test {
namespace {

struct outcome {
    enum chunk_reader::state state;
    std::string body;
    std::size_t used;
};

// Feeds `text` in pieces of `piece` bytes.
outcome read(std::string_view text, std::size_t piece, std::size_t limit = 1000,
             std::size_t overhead = 200) {
    chunk_reader reader;
    reader.reset(limit, overhead);
    std::string body;
    std::size_t used = 0;
    while (used < text.size() && reader.state() == chunk_reader::state::more)
        used += reader.feed(text.substr(used, piece), body);
    return {reader.state(), body, used};
}

BOOST_AUTO_TEST_SUITE(chunk_reader)

BOOST_AUTO_TEST_CASE(chunks_are_joined_however_they_are_cut) {
    std::string_view const text = "5\r\nhello\r\n00A\r\n, world!!!\r\n0\r\n\r\nnext";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        auto const [state, body, used] = read(text, piece);
        BOOST_TEST((state == client::chunk_reader::state::done));
        BOOST_TEST(body == "hello, world!!!");
        BOOST_TEST(used == text.size() - 4); // what follows is not part of it
    }
}

BOOST_AUTO_TEST_CASE(extensions_and_trailers_are_dropped) {
    std::string_view const text = "3;a=b;c=\"d\"\r\nabc\r\n0 ; x\r\nX-Trailer: 1\r\nY: 2\r\n\r\n";
    for (std::size_t piece : {1U, 7U, 100U}) {
        auto const [state, body, used] = read(text, piece);
        BOOST_TEST((state == client::chunk_reader::state::done));
        BOOST_TEST(body == "abc");
        BOOST_TEST(used == text.size());
    }
}

BOOST_AUTO_TEST_CASE(malformed_chunks_are_refused) {
    for (std::string_view const text :
         {"\r\n", "x\r\n", "-1\r\n", ";\r\n", " 3\r\nabc", "3\nabc", "3\r\nabcd", "3\r\nabc\n",
          "3\rabc", "3;a\nb\r\nabc", "0\r\n\n", "0\r\nX: 1\n\r\n", "0\r\n\rX",
          "1000000000000000\r\n", "ffffffffffffffffffff\r\n"})
        BOOST_TEST((read(text, 1).state == client::chunk_reader::state::malformed), text);
}

BOOST_AUTO_TEST_CASE(the_body_is_cut_at_its_limit) {
    for (std::size_t piece : {1U, 3U, 100U}) {
        auto const [state, body, used] = read("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", piece, 7);
        BOOST_TEST((state == client::chunk_reader::state::body_full));
        BOOST_TEST(body == "hellowo");
    }
    auto const exact = read("5\r\nhello\r\n0\r\n\r\n", 100, 5);
    BOOST_TEST((exact.state == client::chunk_reader::state::done));
}

BOOST_AUTO_TEST_CASE(overhead_is_bounded) {
    auto const refused = client::chunk_reader::state::malformed;
    BOOST_TEST((read("1;" + std::string(500, 'x') + "\r\na", 100).state == refused));
    BOOST_TEST((read("0\r\nX: " + std::string(500, 'x') + "\r\n\r\n", 100).state == refused));
    BOOST_TEST((read("0" + std::string(500, '0') + "\r\n", 100).state == refused));
    std::string one_byte_chunks;
    for (int i = 0; i < 100; ++i)
        one_byte_chunks += "1\r\na\r\n";
    BOOST_TEST((read(one_byte_chunks, 100).state == refused));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::chunk_reader_test
