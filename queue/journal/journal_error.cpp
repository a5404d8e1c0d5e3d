#include "queue/journal/journal_error.hpp"

#include <string>

namespace sluice::queue {

namespace {

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.journal"; }
    std::string message(int value) const override {
        switch (static_cast<journal_errc>(value)) {
        case journal_errc::damaged:
            return "The journal is damaged: bytes that were safe on disk have changed.";
        case journal_errc::in_use:
            return "The data directory is in use by another process.";
        case journal_errc::newer_format:
            return "The journal was written by a version that this one does not know.";
        case journal_errc::ends_early:
            return "A file of the journal is shorter than it must be.";
        case journal_errc::bad_checksum:
            return "A record read back from the journal is not what was written.";
        case journal_errc::not_kept:
            return "The history holds no such task.";
        case journal_errc::failed:
            return "The disk failed; the journal takes nothing any more.";
        }
        return "Unknown error of the journal.";
    }
};

} // namespace

boost::system::error_category const& journal_category() {
    static category const instance;
    return instance;
}

} // namespace sluice::queue
