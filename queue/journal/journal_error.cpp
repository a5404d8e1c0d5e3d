#include "queue/journal/journal_error.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace sluice::queue {

namespace {

struct journal_sentence {
    journal_errc of;
    char const* text;
};
constexpr journal_sentence journal_sentences[] = {
    {journal_errc::damaged, "The journal is damaged: bytes that were safe on disk have changed."},
    {journal_errc::in_use, "The data directory is in use by another process."},
    {journal_errc::newer_format,
     "The journal was written by a version that this one does not know."},
    {journal_errc::ends_early, "A file of the journal is shorter than it must be."},
    {journal_errc::bad_checksum, "A record read back from the journal is not what was written."},
    {journal_errc::not_kept, "The history holds no such task."},
    {journal_errc::failed, "The disk failed; the journal takes nothing any more."},
};
static_assert(std::size(journal_sentences) == static_cast<std::size_t>(journal_errc::failed));

class journal_errors final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.journal"; }
    std::string message(int value) const override {
        auto const found = std::ranges::find(journal_sentences, static_cast<journal_errc>(value),
                                             &journal_sentence::of);
        return found == std::end(journal_sentences) ? "Unknown error of the journal." : found->text;
    }
};

} // namespace

boost::system::error_category const& journal_category() {
    static journal_errors const instance;
    return instance;
}

} // namespace sluice::queue
