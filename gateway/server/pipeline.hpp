// One connection without its socket: bytes in, exchanges to the handler, bytes out. It says what
// has to happen next and is told what happened, so that tests read like transcripts.
// Owned by one session, used on its thread; knows no socket, no timer, no clock.
//
// Requests are taken in batches: everything that is complete in the buffer, up to pipeline_limit,
// goes to the handler; nothing more is read until all of them are answered and written, and none is
// taken while too many bytes of answers wait to be written. This bounds the memory of a connection,
// and keeps the buffer still while views point into it.
#pragma once
#include "gateway/server/request_reader.hpp"
#include "gateway/server/shared.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::server {

// What a pipeline needs from its connection.
class pipeline_owner {
  public:
    // An answer was given while nobody was in next(); it is time to call it.
    virtual void answer_is_ready() = 0;
    virtual bool is_peer_gone() = 0;
    // It will send nothing more; it may still read.
    virtual bool has_peer_ended() { return is_peer_gone(); }

  protected:
    ~pipeline_owner() = default;
};

struct peer_info {
    boost::asio::ip::address address;
    bool is_tls = false;
};

class pipeline {
  public:
    using time_point = request_reader::time_point;
    enum class step {
        read,  // read into read_space() until read_deadline()
        write, // write output()
        wait,  // the handler has work: call next() again after answer_is_ready()
        close  // no exchange is open any more
    };

    pipeline(server_shared& shared, pipeline_owner& owner, peer_info peer, time_point accepted);
    ~pipeline();
    pipeline(pipeline const&) = delete;
    pipeline& operator=(pipeline const&) = delete;

    // Calls the handler for whatever is complete, and says what to do. To be asked again after
    // each step.
    step next();

    // For step::read. Never empty.
    std::span<char> read_space() { return reader_.space(); }
    time_point read_deadline() const;
    void on_read(std::size_t size, time_point now);
    void on_read_timeout();
    // The peer will send nothing more; it may still read.
    void on_end_of_input();

    // For step::write: not empty, and valid until on_written.
    std::string_view output() const { return output_; }
    void on_written(time_point now);

    // The connection is broken: nothing is written any more, open exchanges are waited for.
    void abandon();
    // Graceful end: the last answer that can be given now says `Connection: close`.
    void drain() { is_draining_ = true; }

    // The handler has exchanges that are not answered.
    bool is_busy() const { return sent_ < count_; }
    // Between requests: nothing received, nothing to write.
    bool is_idle() const { return count_ == 0 && reader_.is_empty() && output_.empty(); }
    // The peer may still be sending or reading when step::close comes: its end is worth waiting
    // for, so that it can read the last answer.
    bool has_peer() const { return !is_broken_ && !has_input_ended_; }

  private:
    friend class exchange;

    exchange& open_exchange();
    bool may_take() const;
    bool is_too_much(exchange const& x, answer const& given) const;
    void count_unsent(exchange& x);
    void forget_unsent(exchange& x);
    bool take_request();
    bool begin_body(exchange& x);
    template <class Call>
    void guard(exchange& x, Call call);
    void answer_failure(exchange& x, refusal const& why);
    void refuse(exchange& x, refusal const& why);
    void collect_answers();
    void finish_batch();
    void take_answer(exchange& x, answer const& given);
    void begin_stream(exchange& x, answer const& given);
    bool add_to_stream(exchange& x, std::string_view bytes);
    void end_stream(exchange& x);
    void collect_stream(exchange& x);
    bool is_stream_next() const { return is_busy() && exchanges_[sent_]->is_streaming_; }
    bool peer_gone() const { return is_broken_ || owner_.is_peer_gone(); }
    bool peer_ended() const { return is_broken_ || owner_.has_peer_ended(); }
    void write_problem(exchange& x, refusal const& why);

    server_shared& shared_;
    pipeline_owner& owner_;
    peer_info peer_;
    request_reader reader_;

    // The batch: `count_` exchanges in the order of their requests, of which `sent_` are
    // written; the exchange behind them is the one being read. Kept for the next batch.
    std::vector<std::unique_ptr<exchange>> exchanges_;
    std::size_t count_ = 0;
    std::size_t sent_ = 0;
    std::size_t collected_ = 0; // those whose answers are in output_, or written
    std::size_t unsent_ = 0;    // bytes of the answers that are given and not written
    std::string joined_;        // several answers in one piece, or a piece of a stream
    std::string_view output_;

    time_point accepted_;
    time_point resumed_{}; // the last write: deadlines do not count what came before
    bool has_answered_ = false;
    bool is_reading_body_ = false;
    bool is_in_header_ = false;
    bool is_in_next_ = false;
    bool closes_after_output_ = false;
    bool is_closing_ = false;
    bool is_draining_ = false;
    bool is_broken_ = false;
    bool has_input_ended_ = false;
};

} // namespace sluice::gateway::server
