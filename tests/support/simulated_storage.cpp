#include "tests/support/simulated_storage.hpp"

#include "queue/journal/journal_error.hpp"

#include <algorithm>
#include <cerrno>

namespace sluice::tests {

using queue::file_entry;
using queue::open_mode;

namespace {

constexpr std::uint64_t sector = 512;

boost::system::error_code system_error(int code) {
    return {code, boost::system::system_category()};
}

} // namespace

struct simulated_storage::node {
    std::string content; // as a reader sees it
    std::string durable; // as it is after a power cut, at least
    std::set<std::uint64_t> dirty;

    void write(std::uint64_t offset, std::string_view bytes) {
        if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
        bytes.copy(content.data() + offset, bytes.size());
        if (bytes.empty()) return;
        for (auto s = offset / sector; s <= (offset + bytes.size() - 1) / sector; ++s)
            dirty.insert(s);
    }
    void sync() {
        if (content.size() != durable.size()) {
            durable = content;
        } else {
            for (auto const s : dirty)
                durable.replace(s * sector, sector, content, s * sector, sector);
        }
        dirty.clear();
    }
    // What a power cut leaves: each dirty sector old or new.
    std::string after_cut(std::function<bool(std::uint64_t)> const& keep) const {
        std::string left = durable;
        for (auto const s : dirty) {
            if (s * sector >= content.size() || !keep(s)) continue;
            auto const part = content.substr(s * sector, sector);
            if (left.size() < s * sector + part.size()) left.resize(s * sector + part.size());
            left.replace(s * sector, part.size(), part);
        }
        return left;
    }
};

class simulated_storage::handle final : public queue::file {
  public:
    handle(simulated_storage& disk, std::shared_ptr<node> where)
        : disk_(disk)
        , node_(std::move(where)) {}

    result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
        if (offset >= node_->content.size()) return 0;
        return node_->content.copy(into.data(), into.size(), offset);
    }

    result<std::size_t> write(std::uint64_t offset, std::string_view bytes) override {
        if (++disk_.writes_ == disk_.fail_write_at_) return disk_.write_error_;
        if (disk_.has_short_writes_ && disk_.random_() % 8 == 0) return system_error(EINTR);
        if (disk_.has_short_writes_ && bytes.size() > 1) {
            bytes = bytes.substr(0, 1 + disk_.random_() % bytes.size());
        }
        auto const size = node_->content.size();
        auto const end = offset + bytes.size();
        if (end > size && !disk_.has_room_for(end - size)) return system_error(ENOSPC);
        node_->write(offset, bytes);
        return bytes.size();
    }

    result<void> sync() override {
        if (disk_.interrupted_syncs_ > 0) {
            --disk_.interrupted_syncs_;
            return system_error(EINTR);
        }
        if (auto const counted = disk_.count_sync(); counted.has_error()) {
            // The kernel drops what it could not write and forgets that it was dirty.
            node_->dirty.clear();
            return counted.error();
        }
        node_->sync();
        return {};
    }

    result<void> truncate(std::uint64_t size) override {
        node_->content.resize(size);
        return {};
    }

    result<std::uint64_t> size() override { return node_->content.size(); }

  private:
    simulated_storage& disk_;
    std::shared_ptr<node> node_;
};

simulated_storage::simulated_storage(std::uint64_t seed)
    : random_(seed)
    , past_(1) {}

simulated_storage::~simulated_storage() = default;

bool simulated_storage::has_room_for(std::uint64_t bytes) const {
    std::uint64_t used = 0;
    for (auto const& [name, file] : names_)
        used += file->content.size();
    return used + bytes <= capacity_;
}

simulated_storage::result<void> simulated_storage::count_sync() {
    if (++syncs_ == fail_sync_at_) return system_error(EIO);
    return {};
}

simulated_storage::result<std::vector<file_entry>> simulated_storage::list() {
    std::vector<file_entry> files;
    for (auto const& [name, file] : names_)
        files.push_back({name, file->content.size()});
    return files;
}

simulated_storage::result<std::shared_ptr<queue::file>>
simulated_storage::open(std::string const& name, open_mode mode) {
    auto const found = names_.find(name);
    bool const exists = found != names_.end();
    if (mode == open_mode::create && exists) return system_error(EEXIST);
    if (mode != open_mode::create && !exists) return system_error(ENOENT);
    if (!exists && creation_error_) return creation_error_;
    auto file = exists ? found->second : std::make_shared<node>();
    if (!exists) {
        names_.emplace(name, file);
        past_.push_back(names_);
    }
    return std::shared_ptr<queue::file>(std::make_shared<handle>(*this, std::move(file)));
}

simulated_storage::result<void> simulated_storage::rename(std::string const& from,
                                                          std::string const& to) {
    auto const found = names_.find(from);
    if (found == names_.end()) return system_error(ENOENT);
    auto file = found->second;
    names_.erase(found);
    names_.insert_or_assign(to, std::move(file));
    past_.push_back(names_);
    return {};
}

simulated_storage::result<void> simulated_storage::remove(std::string const& name) {
    if (names_.erase(name) == 0) return system_error(ENOENT);
    past_.push_back(names_);
    return {};
}

simulated_storage::result<void> simulated_storage::sync_directory() {
    if (auto const counted = count_sync(); counted.has_error()) return counted.error();
    past_.assign(1, names_);
    return {};
}

simulated_storage::result<queue::disk_space> simulated_storage::space() {
    std::uint64_t used = 0;
    for (auto const& [name, file] : names_)
        used += file->content.size();
    return queue::disk_space{capacity_ > used ? capacity_ - used : 0, capacity_};
}

simulated_storage::result<void> simulated_storage::lock() {
    if (is_locked_) return make_error_code(queue::journal_errc::in_use);
    is_locked_ = true;
    return {};
}

void simulated_storage::cut_power(
    directory&& names, std::function<bool(std::string const&, std::uint64_t)> const& keep) {
    directory left;
    for (auto const& [name, file] : names) {
        auto survivor = std::make_shared<node>();
        survivor->content = file->after_cut([&](std::uint64_t s) { return keep(name, s); });
        survivor->durable = survivor->content;
        left.emplace(name, std::move(survivor));
    }
    names_ = std::move(left);
    past_.assign(1, names_);
    is_locked_ = false;
    fail_sync_at_ = fail_write_at_ = 0;
}

void simulated_storage::crash() {
    auto names = past_[random_() % past_.size()];
    cut_power(std::move(names),
              [this](std::string const&, std::uint64_t) { return random_() % 2 == 0; });
}

void simulated_storage::kill() {
    auto names = names_;
    for (auto const& [name, file] : names_)
        file->durable = file->content;
    cut_power(std::move(names), [](std::string const&, std::uint64_t) { return true; });
}

void simulated_storage::crash_keeping(
    std::function<bool(std::string const&, std::uint64_t)> const& keep) {
    auto names = names_;
    cut_power(std::move(names), keep);
}

void simulated_storage::fail_write(std::uint64_t nth, boost::system::error_code ec) {
    fail_write_at_ = writes_ + nth;
    write_error_ = ec;
}

std::vector<std::string> simulated_storage::names() const {
    std::vector<std::string> all;
    for (auto const& [name, file] : names_)
        all.push_back(name);
    return all;
}

std::string simulated_storage::content(std::string const& name) const {
    return names_.at(name)->content;
}

void simulated_storage::set_content(std::string const& name, std::string bytes) {
    auto& file = names_[name];
    if (!file) file = std::make_shared<node>();
    file->durable = file->content = std::move(bytes);
    file->dirty.clear();
    past_.assign(1, names_);
}

std::vector<std::uint64_t> simulated_storage::unsynced_sectors(std::string const& name) const {
    auto const& dirty = names_.at(name)->dirty;
    return {dirty.begin(), dirty.end()};
}

std::unique_ptr<simulated_storage> simulated_storage::copy(std::uint64_t seed) const {
    auto twin = std::make_unique<simulated_storage>(seed);
    for (auto const& [name, file] : names_)
        twin->set_content(name, file->content);
    return twin;
}

} // namespace sluice::tests
