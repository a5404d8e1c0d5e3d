#include "gateway/serve/io_inbox.hpp"

#include <boost/asio/post.hpp>

namespace sluice::gateway::serve {

void io_inbox::deliver(tables::answers&& ready) {
    boost::asio::post(io_, [ready = std::move(ready)] {
        for (auto const& tell : ready)
            tell();
    });
}

} // namespace sluice::gateway::serve
