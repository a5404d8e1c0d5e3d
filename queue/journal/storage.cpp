#include "queue/journal/storage.hpp"

#include "queue/core/huge_pages.hpp"
#include "queue/journal/journal_error.hpp"

namespace sluice::queue {

namespace bse = boost::system::errc;

boost::system::result<void> write_all(file& to, std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const taken = to.write(offset, bytes);
        if (taken.has_error()) {
            if (taken.error() == bse::interrupted) continue;
            return taken.error();
        }
        // A disk that takes nothing and reports no error would hold us here for ever.
        if (*taken == 0) return make_error_code(bse::no_space_on_device);
        offset += *taken;
        bytes.remove_prefix(*taken);
    }
    return {};
}

boost::system::result<std::string> read_exactly(file& from, std::uint64_t offset, std::size_t size,
                                                std::string into) {
    // The size may come from a line that lies: the file must be that long before we allocate.
    auto const length = from.size();
    if (length.has_error()) return length.error();
    if (offset > *length || size > *length - offset)
        return make_error_code(journal_errc::ends_early);
    if (into.capacity() < size) {
        into = {}; // nothing in it is worth a copy
        into.reserve(size);
        prefer_huge_pages(into.data(), size);
    }
    into.resize(size);
    auto const got = from.read(offset, into);
    if (got.has_error()) return got.error();
    if (*got != size) return make_error_code(journal_errc::ends_early);
    return into;
}

boost::system::result<void> sync_all(file& to) {
    for (;;) {
        auto const done = to.sync();
        if (!done.has_error() || done.error() != bse::interrupted) return done;
    }
}

boost::system::result<void> sync_in_pieces(file& to) {
    auto const size = to.size();
    if (size.has_error()) return size.error();
    for (std::uint64_t at = 0; at < *size; at += sync_piece) {
        auto const taken = to.write_out(at, sync_piece);
        if (taken.has_error()) return taken;
    }
    return sync_all(to);
}

bool is_no_room(boost::system::error_code ec) {
    return ec == bse::no_space_on_device ||
           ec == boost::system::error_code(EDQUOT, boost::system::system_category());
}

} // namespace sluice::queue
