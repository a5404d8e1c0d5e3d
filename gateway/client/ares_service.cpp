#include "gateway/client/ares_service.hpp"

#include "gateway/client/lookup_channel.hpp"

#include <sys/stat.h>
#include <vector>

namespace sluice::gateway::client {

namespace {

// What tells one version of a file from the next.
struct file_version {
    dev_t device = 0;
    ino_t number = 0;
    off_t size = -1; // of a file that is not there
    timespec changed{};

    bool operator==(file_version const& other) const {
        return device == other.device && number == other.number && size == other.size &&
               changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
    }
};

file_version version_of(std::string const& path) {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0) return {};
    return {found.st_dev, found.st_ino, found.st_size, found.st_mtim};
}

class ares_service final : public name_service {
  public:
    ares_service(boost::asio::io_context& io, name_service_options const& options)
        : io_(io)
        , options_(options)
        , version_(version_of(options.resolv_conf))
        , channel_(lookup_channel::open(io, options)) {}

    ~ares_service() override {
        channel_->close();
        for (auto const& old : old_)
            if (auto const alive = old.lock()) alive->close();
    }

    void ask(std::string const& host, handler tell) override {
        look_at_settings();
        channel_->ask(host, std::move(tell));
    }

  private:
    // What is under way ends by the old settings.
    void look_at_settings() {
        auto const version = version_of(options_.resolv_conf);
        if (version == version_) return;
        auto fresh = lookup_channel::try_open(io_, options_);
        if (!fresh) return; // tried again with the next name
        std::erase_if(old_, [](auto const& old) { return old.expired(); });
        old_.push_back(channel_);
        channel_ = std::move(fresh);
        version_ = version;
    }

    boost::asio::io_context& io_;
    name_service_options const options_;
    file_version version_;
    std::shared_ptr<lookup_channel> channel_;
    std::vector<std::weak_ptr<lookup_channel>> old_;
};

} // namespace

std::unique_ptr<name_service> make_ares_service(boost::asio::io_context& io,
                                                name_service_options const& options) {
    return std::make_unique<ares_service>(io, options);
}

} // namespace sluice::gateway::client
