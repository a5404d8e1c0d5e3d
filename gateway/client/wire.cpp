#include "gateway/client/wire.hpp"

#include <boost/asio/buffer.hpp>

#include <array>

namespace sluice::gateway::client {

namespace asio = boost::asio;

void wire::prepare() {
    boost::system::error_code ignored; // a socket that is broken already fails its first write
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    http::tell_of_rest(socket_);
}

void wire::start_tls(tls_context const& context, config::http_url const& peer) {
    tls_.emplace(context, socket_.native_handle(), peer);
}

io_result wire::read(std::span<char> to) {
    if (tls_) {
        auto const result = tls_->read(to);
        is_read_empty_ = result.what == io_result::status::wants_read;
        return result;
    }
    auto const read = http::take_arrived(socket_, to);
    is_read_empty_ = read.is_all;
    if (read.ec == asio::error::eof) return {io_result::status::ended};
    return judge(read.ec, read.size, io_result::status::wants_read);
}

io_result wire::write(std::string_view first, std::string_view second) {
    if (tls_) return tls_->write(first.empty() ? second : first);
    boost::system::error_code ec;
    std::size_t size = 0;
    if (second.empty()) {
        size = socket_.write_some(asio::buffer(first), ec);
    } else {
        std::array<asio::const_buffer, 2> const both{asio::buffer(first), asio::buffer(second)};
        size = socket_.write_some(both, ec);
    }
    return judge(ec, size, io_result::status::wants_write);
}

io_result wire::judge(boost::system::error_code ec, std::size_t size,
                      io_result::status if_would_block) {
    if (!ec) return {io_result::status::done, size};
    if (ec == asio::error::would_block || ec == asio::error::interrupted) return {if_would_block};
    error_ = ec;
    return {io_result::status::failed};
}

std::string wire::error_text() const {
    if (tls_ && !tls_->error_text().empty()) return tls_->error_text();
    return error_ ? error_.message() : "the connection is broken";
}

void wire::close() {
    if (tls_) tls_->shut_down();
    tls_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace sluice::gateway::client
