#include "queue/journal/file_worker.hpp"
#include "tests/queue/journal/worker_conformance.hpp"
#include "tests/support/simulated_storage.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::file_worker_test {

// Files on a disk in memory; between two lives the process dies.
class files_place final : public kept_place {
  public:
    std::unique_ptr<job_worker> begin_life() override {
        if (has_begun_) disk_.kill();
        has_begun_ = true;
        return std::make_unique<file_worker>(disk_);
    }

  private:
    tests::simulated_storage disk_{3};
    bool has_begun_ = false;
};

BOOST_AUTO_TEST_SUITE(file_worker_test)

BOOST_AUTO_TEST_CASE(files_do_what_every_worker_must) {
    for (auto const& each : worker_conformance()) {
        BOOST_TEST_CONTEXT(each.name) {
            files_place place;
            each.run(place);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::file_worker_test
