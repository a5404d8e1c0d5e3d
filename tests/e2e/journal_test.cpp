// The journal on disk: readable by the operator's commands, and never believed when damaged.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace journal_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct journal_fixture : gateway_under_test {
    // Acknowledged one after the other, so that each batch but the last is known to be synced.
    std::vector<std::string> accept_scheduled_tasks(int count) {
        std::vector<std::string> ids;
        for (int i = 0; i < count; ++i) {
            auto const answer = client().post("/v1/tasks", json_bearer(),
                                              R"({"destination":"crm","delay":"1h","body":"mark-)" +
                                                  std::to_string(i) + "-end\"}");
            BOOST_REQUIRE_EQUAL(answer.status, 202);
            ids.push_back(json_at(answer.body, "/id"));
        }
        return ids;
    }

    // The file that holds these bytes, and where in it.
    std::pair<std::filesystem::path, std::size_t> find_on_disk(std::string const& bytes) {
        for (auto const& entry : std::filesystem::recursive_directory_iterator(data_directory())) {
            if (entry.is_regular_file()) {
                auto const at = read_whole(entry.path()).find(bytes);
                if (at != std::string::npos) {
                    return {entry.path(), at};
                }
            }
        }
        BOOST_FAIL("not on disk: " << bytes);
        return {};
    }

    void flip_bit(std::string const& bytes) {
        auto const [file, at] = find_on_disk(bytes);
        auto content = read_whole(file);
        content[at] = static_cast<char>(content[at] ^ 1);
        write_whole(file, content);
    }

    finished_process journal(std::string const& verb, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"journal", verb, data_directory().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_sluice(arguments);
    }

    finished_process serve_again() {
        return run_sluice({"serve", "--config", configuration_file().string()});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(journal, journal_fixture)

BOOST_AUTO_TEST_CASE(a_record_is_a_text_line_and_the_raw_body) {
    auto const ids = accept_scheduled_tasks(1);
    auto const [file, at] = find_on_disk("mark-0-end");
    auto const content = read_whole(file);
    auto const line = content.rfind("#J1 ", at);
    BOOST_REQUIRE(line != std::string::npos);
    auto const text = content.substr(line, at - line);
    BOOST_TEST(text.find(ids[0]) != std::string::npos);
    BOOST_TEST(text.find("dest=crm") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_commands_read_what_is_there) {
    auto const ids = accept_scheduled_tasks(3);
    BOOST_TEST(stop() == 0);
    auto const listed = journal("cat");
    BOOST_TEST(listed.exit_code == 0, listed.errors);
    for (auto const& id : ids) {
        BOOST_TEST(listed.output.find(id) != std::string::npos);
    }
    BOOST_TEST(listed.output.find("mark-") == std::string::npos);
    BOOST_TEST(journal("cat", {"--bodies"}).output.find("mark-2-end") != std::string::npos);
    BOOST_TEST(journal("check").exit_code == 0);
    auto const counted = journal("stats");
    BOOST_TEST(counted.exit_code == 0);
    BOOST_TEST(counted.output.find('3') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(damage_in_a_synced_batch_stops_the_start_with_65) {
    accept_scheduled_tasks(10);
    kill();
    flip_bit("mark-1-end");
    auto const checked = journal("check");
    BOOST_TEST(checked.exit_code == 65, checked.output << checked.errors);
    auto const started = serve_again();
    BOOST_TEST(started.exit_code == 65, started.output << started.errors);
}

BOOST_AUTO_TEST_CASE(cat_prints_what_is_readable_and_ends_with_65) {
    auto const ids = accept_scheduled_tasks(10);
    kill();
    flip_bit("mark-1-end");
    auto const listed = journal("cat");
    BOOST_TEST(listed.exit_code == 65);
    BOOST_TEST(listed.output.find(ids[9]) != std::string::npos);
    BOOST_TEST(listed.errors.find("damage: journal-") != std::string::npos, listed.errors);
    BOOST_TEST(journal("export").exit_code == 65);
}

BOOST_AUTO_TEST_CASE(a_directory_without_a_journal_is_no_journal_without_faults) {
    temporary_directory directory;
    for (auto const* verb : {"check", "cat", "stats", "export"}) {
        auto const said = run_sluice({"journal", verb, directory.path().string()});
        BOOST_TEST(said.exit_code == 69, verb);
        BOOST_TEST(said.errors.find("no journal in this directory") != std::string::npos,
                   said.errors);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_cannot_be_reached) {
    for (auto const* verb : {"cat", "check", "stats", "export"}) {
        auto const said = run_sluice({"journal", verb, (data_directory() / "none").string()});
        BOOST_TEST(said.exit_code == 69, verb);
        BOOST_TEST(said.errors.find("none") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_torn_tail_is_dropped_and_the_rest_is_kept) {
    auto const ids = accept_scheduled_tasks(10);
    kill();
    // Half of a record after the last one, as a write that the power cut: never acknowledged.
    auto const [file, at] = find_on_disk("mark-9-end");
    auto content = read_whole(file);
    // The last time: in front of its body the message says what the task came with.
    auto const end = content.find('\n', content.rfind("mark-9-end")) + 1;
    std::string const torn = "#J1 put 0190";
    content.replace(end, std::min(torn.size(), content.size() - end), torn);
    write_whole(file, content);
    auto const listed = journal("cat");
    BOOST_TEST(listed.exit_code == 0);
    BOOST_TEST(listed.errors.find("torn end, no damage") != std::string::npos, listed.errors);
    start();
    for (auto const& id : ids) {
        BOOST_TEST(json_at(task(id).body, "/state") == "scheduled");
    }
}

BOOST_AUTO_TEST_CASE(what_holds_bodies_and_secrets_is_the_owners_alone) {
    accept_scheduled_tasks(1);
    using std::filesystem::perms;
    auto const others = perms::group_all | perms::others_all;
    auto const open_to_others = [&](std::filesystem::path const& path) {
        return (std::filesystem::status(path).permissions() & others) != perms::none;
    };
    BOOST_TEST(!open_to_others(data_directory()));
    for (auto const& entry : std::filesystem::recursive_directory_iterator(data_directory())) {
        BOOST_TEST(!open_to_others(entry.path()), entry.path());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace journal_test
