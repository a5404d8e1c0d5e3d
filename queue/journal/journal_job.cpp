#include "queue/journal/journal_job.hpp"

#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/segment_reader.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

using boost::system::result;

constexpr std::size_t zeros_at_once = 256 << 10;
constexpr std::uint64_t line_guess = 4096;       // most lines are shorter
constexpr std::uint64_t longest_line = 64 << 20; // no line is longer

// Does the parts of one job; stops at the first error and remembers it.
struct runner {
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

    void operator()(commit_job const& job) {
        auto const written = write_all(*job.batch.to, job.batch.offset, job.batch.bytes);
        if (!check("write", written)) {
            // Nothing of a batch that failed may be found by a replay.
            if (is_no_room(written.error())) {
                (void)job.batch.to->truncate(job.batch.offset);
            }
            return;
        }
        if (job.kept.to) {
            auto const kept = write_all(*job.kept.to, job.kept.offset, job.kept.bytes);
            if (kept.has_error()) done.kept_error = kept.error();
        }
        if (job.sync) check("sync", sync_all(*job.batch.to));
    }

    void operator()(prepare_job const& job) {
        if (fill(job)) return;
        // Half a file is of no use and takes the room that is missing.
        (void)disk.remove(job.temporary_name);
    }

    bool fill(prepare_job const& job) {
        (void)disk.remove(job.temporary_name); // of an earlier try
        auto const made = disk.open(job.temporary_name, open_mode::create);
        if (!check("open", made)) return false;
        auto& out = **made;
        std::string const zeros(std::min<std::size_t>(zeros_at_once, job.bytes), '\0');
        for (std::uint64_t at = 0; at < job.bytes; at += zeros.size()) {
            auto const part = std::min<std::uint64_t>(zeros.size(), job.bytes - at);
            if (!check("write", write_all(out, at, std::string_view(zeros).substr(0, part)))) {
                return false;
            }
        }
        if (!check("write", write_all(out, 0, job.header)) || !check("sync", sync_all(out))) {
            return false;
        }
        if (!check("rename", disk.rename(job.temporary_name, job.name))) return false;
        if (!check("sync", disk.sync_directory())) return false;
        done.made = *made;
        return true;
    }

    void operator()(sync_job const& job) {
        for (auto const& each : job.files) {
            if (!check("sync", sync_all(*each))) return;
        }
    }

    void operator()(remove_job const& job) {
        for (auto const& each : job.first) {
            if (!check("sync", sync_all(*each))) return;
        }
        for (auto const& name : job.names) {
            // One at a time and oldest first: a power cut must not take a later one before.
            if (!check("remove", disk.remove(name))) return;
            if (!check("sync", disk.sync_directory())) return;
        }
    }

    void operator()(seal_job const& job) {
        auto& out = *job.trailer.to;
        if (!check("sync", sync_all(out))) return;
        if (!check("write", write_all(out, job.trailer.offset, job.trailer.bytes))) return;
        check("sync", sync_all(out));
    }

    void operator()(read_job const& job) {
        done.bodies.reserve(job.items.size());
        for (auto const& item : job.items)
            done.bodies.push_back(read_body(item));
    }

    // The line ends right before the body and begins behind the newline before that.
    static result<shared_bytes> read_body(read_item const& item) {
        if (!item.from) return make_error_code(journal_errc::ends_early);
        for (auto reach = line_guess; reach <= longest_line; reach *= 8) {
            auto const begin = item.where.offset > reach ? item.where.offset - reach : 0;
            auto const size = item.where.offset - begin + item.where.length + 1;
            auto const bytes = read_exactly(*item.from, begin, size);
            if (bytes.has_error()) return bytes.error();
            auto const line_end = item.where.offset - begin;
            if (line_end < 2) break;
            auto const before = bytes->rfind('\n', line_end - 2);
            if (before == std::string::npos && begin > 0) continue;
            auto const at = before == std::string::npos ? 0 : before + 1;
            auto const text = std::string_view(*bytes).substr(at);
            auto const salt = salted(item.salt);
            auto const line = parse_line(text, salt);
            if (!line || at + line->line_bytes != line_end) break;
            auto const body = body_of(*line, text, salt);
            if (!body || body->size() != item.where.length) break;
            return shared_bytes(*body);
        }
        return make_error_code(journal_errc::bad_checksum);
    }

    void operator()(look_up_job const& job) {
        for (auto reach = line_guess;; reach *= 8) {
            std::string bytes(reach, '\0');
            auto const got = job.from->read(job.offset, bytes);
            if (!check("read", got)) return;
            bytes.resize(*got);
            auto const salt = salted(job.salt);
            auto const line = parse_line(bytes, salt);
            if (line && body_of(*line, bytes, salt)) {
                bytes.resize(line->total_bytes());
                done.record = std::move(bytes);
                return;
            }
            if (*got < reach || reach > longest_line) break;
        }
        check("read", make_error_code(journal_errc::bad_checksum));
    }

    void operator()(scan_job const& job) {
        auto const content = read_exactly(*job.from, 0, job.bytes);
        if (!check("read", content)) return;
        segment_reader reader(*content, job.salt, job.offset,
                              [](journal_line const&) { return belief::yes; });
        for (auto item = reader.next(); item.what != segment_item::kind::end;
             item = reader.next()) {
            if (item.what == segment_item::kind::line && is_full_record(item.line)) {
                done.ids.push_back(item.line.id);
            }
        }
    }

    void operator()(measure_job const&) {
        auto const space = disk.space();
        if (check("statvfs", space)) done.space = *space;
    }
};

} // namespace

disk_result run(disk_job const& job, storage& disk) {
    runner work{disk, {}};
    std::visit([&](auto const& each) { work(each); }, job.work);
    return std::move(work.done);
}

} // namespace sluice::queue
