// Publishes persistent messages of 300 bytes to a durable queue with publisher confirms, at most
// WINDOW unconfirmed. Prints "count seconds".
//     put_client_amqp PORT WINDOW SECONDS
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void require(amqp_rpc_reply_t reply, char const* what) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    std::fprintf(stderr, "%s failed\n", what);
    std::exit(69);
}

amqp_connection_state_t open(int port) {
    auto* const connection = amqp_new_connection();
    auto* const socket = amqp_tcp_socket_new(connection);
    if (amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) std::exit(69);
    require(amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
            "login");
    amqp_channel_open(connection, 1);
    require(amqp_get_rpc_reply(connection), "channel");
    amqp_queue_declare(connection, 1, amqp_cstring_bytes("bench"), 0, 1, 0, 0, amqp_empty_table);
    require(amqp_get_rpc_reply(connection), "queue");
    amqp_confirm_select(connection, 1);
    require(amqp_get_rpc_reply(connection), "confirms");
    return connection;
}

// The highest delivery tag that is confirmed after one more frame.
std::uint64_t wait_for_confirm(amqp_connection_state_t connection) {
    amqp_frame_t frame;
    if (amqp_simple_wait_frame(connection, &frame) != AMQP_STATUS_OK) std::exit(69);
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
        std::exit(1);
    amqp_maybe_release_buffers(connection);
    return static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded)->delivery_tag;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 64;
    using clock = std::chrono::steady_clock;
    auto const connection = open(std::atoi(argv[1]));
    auto const window = std::strtoull(argv[2], nullptr, 10);
    std::string body(300, 'x');
    amqp_bytes_t bytes;
    bytes.len = body.size();
    bytes.bytes = body.data();
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = 2;
    auto const begin = clock::now();
    auto const end = begin + std::chrono::seconds(std::atoi(argv[3]));
    std::uint64_t sent = 0;
    std::uint64_t confirmed = 0;
    while (clock::now() < end) {
        for (; sent - confirmed < window; ++sent) {
            amqp_basic_publish(connection, 1, amqp_empty_bytes, amqp_cstring_bytes("bench"), 0, 0,
                               &properties, bytes);
        }
        auto const tag = wait_for_confirm(connection);
        if (tag > confirmed) confirmed = tag;
    }
    std::printf("%llu %.3f\n", static_cast<unsigned long long>(confirmed),
                std::chrono::duration<double>(clock::now() - begin).count());
    amqp_destroy_connection(connection);
}
