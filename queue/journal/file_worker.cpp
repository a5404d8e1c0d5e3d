#include "queue/journal/file_worker.hpp"

#include "queue/journal/job_reading.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/segment_files.hpp"

#include <algorithm>
#include <array>

namespace sluice::queue {

using boost::system::result;

namespace {

constexpr std::size_t zeros_at_once = 256 << 10;
static_assert(sync_piece % zeros_at_once == 0);
// Only read, so that they take no memory; made anew for each portion they were 800 instructions of
// an accept.
std::array<char, zeros_at_once> zeros;

std::optional<segment_ref> segment_in(std::string_view name) {
    if (auto const number = segment_number(name))
        return segment_ref{segment_kind::journal, *number};
    if (auto const number = history_number(name))
        return segment_ref{segment_kind::history, *number};
    return std::nullopt;
}

std::uint64_t portion_end(std::uint64_t begin, std::uint64_t end, std::uint64_t most) {
    return end - begin > most ? begin + most : end;
}

} // namespace

std::string to_string(segment_ref const& ref) {
    return ref.kind == segment_kind::journal ? segment_name(ref.number) : history_name(ref.number);
}

file_worker::file_worker(storage& disk, open_mode mode)
    : disk_(disk)
    , mode_(mode) {}

result<std::shared_ptr<file>> file_worker::opened(segment_ref const& ref) {
    if (ref.is_none()) return make_error_code(journal_errc::ends_early);
    std::lock_guard const guard(mutex_);
    auto const found = files_.find(ref);
    if (found != files_.end()) return found->second;
    auto made = disk_.open(to_string(ref), mode_);
    if (made.has_value()) files_.emplace(ref, *made);
    return made;
}

void file_worker::remember(segment_ref const& ref, std::shared_ptr<file> made) {
    std::lock_guard const guard(mutex_);
    files_.insert_or_assign(ref, std::move(made));
}

void file_worker::forget(segment_ref const& ref) {
    std::lock_guard const guard(mutex_);
    files_.erase(ref);
}

// Does the parts of one job; stops at the first error and remembers it.
struct file_worker::work {
    file_worker& owner;
    storage& disk;
    disk_result done;

    bool check(std::string_view operation, boost::system::error_code ec) {
        if (!ec) return true;
        done.error = ec;
        done.operation = operation;
        return false;
    }
    template <class T>
    bool check(std::string_view operation, result<T> const& r) {
        return check(operation, r.has_error() ? r.error() : boost::system::error_code());
    }
    // Null after an error.
    std::shared_ptr<file> open(segment_ref const& ref) {
        auto found = owner.opened(ref);
        return check("open", found) ? std::move(*found) : nullptr;
    }
    bool sync_all_of(std::vector<segment_ref> const& segments) {
        return std::ranges::all_of(segments, [this](segment_ref const& ref) {
            auto const to = open(ref);
            return to && check("sync", sync_in_pieces(*to));
        });
    }

    void operator()(commit_job const& job) {
        auto const to = open(job.batch.to);
        if (!to) return;
        auto const written = write_all(*to, job.batch.offset, job.batch.bytes);
        if (!check("write", written)) {
            // Nothing of a batch that failed may be found by a replay.
            if (is_no_room(written.error())) (void)to->truncate(job.batch.offset);
            return;
        }
        if (!job.kept.to.is_none()) {
            auto const file = owner.opened(job.kept.to);
            auto const kept = file.has_value() ? write_all(**file, job.kept.offset, job.kept.bytes)
                                               : result<void>(file.error());
            if (kept.has_error()) done.kept_error = kept.error();
        }
        if (job.sync) check("sync", sync_all(*to));
    }

    // Zeros, a header, synced; then renamed into its place and the directory synced. Some zeros at
    // a time.
    void operator()(prepare_job const& job) {
        auto const name = to_string(job.segment);
        if (fill(job, name, temporary_name(name))) return;
        // Half a file is of no use and takes the room that is missing.
        (void)disk.remove(temporary_name(name));
    }

    bool fill(prepare_job const& job, std::string const& name, std::string const& temporary) {
        bool const is_first = job.begin == 0;
        if (is_first) (void)disk.remove(temporary); // of an earlier try
        auto const made = disk.open(temporary, is_first ? open_mode::create : open_mode::write);
        if (!check("open", made)) return false;
        auto& out = **made;
        auto const end = portion_end(job.begin, job.bytes, job.most);
        if (!write_zeros(out, job.begin, end)) return false;
        if (end < job.bytes) {
            done.goes_on_at = end;
            return true;
        }
        if (!check("write", write_all(out, 0, job.header)) || !check("sync", sync_all(out))) {
            return false;
        }
        if (!check("rename", disk.rename(temporary, name))) return false;
        if (!check("sync", disk.sync_directory())) return false;
        owner.remember(job.segment, *made);
        return true;
    }

    bool write_zeros(file& out, std::uint64_t begin, std::uint64_t end) {
        for (auto at = begin; at < end;) {
            auto const part = std::min<std::uint64_t>(zeros.size(), end - at);
            if (!check("write", write_all(out, at, std::string_view(zeros.data(), part)))) {
                return false;
            }
            at += part;
            // As sync_in_pieces(), and no more of them in memory than a piece.
            bool const is_piece = at % sync_piece == 0;
            if (is_piece && !check("sync", out.write_out(at - sync_piece, sync_piece)))
                return false;
        }
        return true;
    }

    void operator()(sync_job const& job) { sync_all_of(job.segments); }

    void operator()(remove_job const& job) {
        if (!sync_all_of(job.first)) return;
        owner.forget(job.gone);
        if (!check("remove", disk.remove(to_string(job.gone)))) return;
        check("sync", disk.sync_directory());
    }

    void operator()(seal_job const& job) {
        auto const to = open(job.trailer.to);
        if (!to || !check("sync", sync_in_pieces(*to))) return;
        if (!check("write", write_all(*to, job.trailer.offset, job.trailer.bytes))) return;
        check("sync", sync_all(*to));
    }

    static read_range range_of(std::shared_ptr<file> from) {
        return [from = std::move(from)](std::uint64_t offset,
                                        std::size_t size) -> result<std::string> {
            std::string bytes(size, '\0');
            auto const got = from->read(offset, bytes);
            if (got.has_error()) return got.error();
            bytes.resize(*got);
            return bytes;
        };
    }

    void operator()(read_job const& job) {
        done.bodies.reserve(job.items.size());
        for (auto const& item : job.items) {
            auto const from = owner.opened(item.from);
            done.bodies.push_back(from.has_value() ? read_body(item, range_of(*from))
                                                   : result<shared_bytes>(from.error()));
        }
    }

    void operator()(look_up_job const& job) {
        auto const from = open(job.from);
        if (!from) return;
        auto record = read_record(job, range_of(from));
        if (check("read", record)) done.record = std::move(*record);
    }

    void operator()(scan_job const& job) {
        auto const from = open(job.from);
        if (!from) return;
        auto end = portion_end(job.offset, job.bytes, job.most);
        auto content = read_exactly(*from, job.offset, end - job.offset);
        if (!check("read", content)) return;
        auto found = full_records(job.salt, *content);
        if (found.end == 0 && end < job.bytes) {
            // A record that is longer, or bad bytes: what lies behind is told by all of the rest.
            end = job.bytes;
            content = read_exactly(*from, job.offset, end - job.offset);
            if (!check("read", content)) return;
            found = full_records(job.salt, *content);
        }
        done.ids = std::move(found.ids);
        if (end < job.bytes) done.goes_on_at = job.offset + found.end;
    }

    void operator()(measure_job const&) {
        auto const space = disk.space();
        if (check("statvfs", space)) done.space = *space;
    }

    void operator()(lock_job const&) { check("lock", disk.lock()); }

    void operator()(list_job const&) {
        auto const files = disk.list();
        if (!check("list", files)) return;
        for (auto const& each : *files) {
            if (auto const ref = segment_in(each.name)) done.entries.push_back({*ref, each.size});
        }
        std::ranges::sort(done.entries, {}, &segment_entry::segment);
    }

    void operator()(load_job const& job) {
        auto const from = open(job.from);
        if (!from) return;
        // A running gateway may have made the file longer or shorter since it was listed.
        auto const size = from->size();
        if (!check("size", size)) return;
        auto const begin = std::min(job.begin, *size);
        auto const end = portion_end(begin, *size, job.most);
        auto room = job.room ? std::move(*job.room) : std::string();
        auto content = read_exactly(*from, begin, end - begin, std::move(room));
        if (!check("read", content)) return;
        done.content = std::move(*content);
        if (end < *size) done.goes_on_at = end;
    }

    void operator()(cut_job const& job) {
        auto const to = open(job.segment);
        if (!to || !check("truncate", to->truncate(job.end))) return;
        if (job.sync) check("sync", sync_all(*to));
    }

    void operator()(rewrite_job const& job) {
        auto const to = open(job.what.to);
        if (to) check("write", write_all(*to, job.what.offset, job.what.bytes));
    }

    void operator()(tidy_job const&) {
        auto const files = disk.list();
        if (!check("list", files)) return;
        for (auto const& each : *files) {
            if (is_temporary(each.name) && !check("remove", disk.remove(each.name))) return;
        }
    }
};

disk_result file_worker::run(disk_job const& job) {
    work each{*this, disk_, {}};
    std::visit([&](auto const& what) { each(what); }, job.work);
    return std::move(each.done);
}

} // namespace sluice::queue
