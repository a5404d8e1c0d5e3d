// Why a call is not taken, and the answer that says so. Values; the answer is given on the
// connection's thread.
#pragma once

#include "codecs/error.hpp"
#include "codecs/media_type.hpp"
#include "codecs/problem.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/telemetry/io_metrics.hpp"

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::call {

struct refusal {
    int status = 500;
    std::string detail = {};
    std::vector<codecs::problem_error> errors = {};       // of a 422: every one
    std::optional<std::chrono::seconds> retry_after = {}; // of 429 and 503
    std::string_view allow = {};                          // of 405: the methods that are there
    bool wants_credentials = false;                       // of 401: WWW-Authenticate is added
    std::string_view accept_encoding = {};                // of 415: the codings that are taken
    std::vector<std::string> missing = {};                // of a cluster's 503: who did not answer
    std::optional<std::uint64_t> matched = {};            // of 409: more than were expected
    // What it is counted as; without one its status says it.
    std::optional<telemetry::refusal_reason> reason = {};
};

template <class T>
using checked = boost::system::result<T, refusal>;

[[noreturn]] void throw_exception_from_error(refusal const& error,
                                             boost::source_location const& location);

refusal unauthorised(std::string detail);
refusal forbidden(std::string detail);
// 409 to a bulk call: more tasks match than whoever saw the list expected.
refusal more_match(std::uint64_t matched, std::uint64_t expected);
// A body that cannot be decoded: 400, or 415 for its media type.
refusal undecodable(codecs::decode_error const& error);
// 422. Of more than most_errors errors the first are told and how many more there are: an answer
// is not to grow with what somebody sends.
refusal invalid(std::vector<codecs::problem_error> errors);
inline constexpr std::size_t most_errors = 100;
refusal invalid(std::string pointer, std::string detail);
// What an error of the queue or of the tables means for a call: the one table from errors to
// statuses. Anything else is 500.
refusal refused_by(boost::system::error_code ec);

// Answers with a problem document (RFC 9457) in the format that suits the call.
void refuse(server::exchange& on, codecs::media_kind format, refusal const& why);
// How a call wants its answer: by Accept, else by its own Content-Type. Refusal: 406.
checked<codecs::media_kind> reply_format_of(server::request const& req,
                                            codecs::csv_offer csv = codecs::csv_offer::no);
// The format in which a call wants its errors: by Accept, else by its own Content-Type.
codecs::media_kind error_format(server::request const& req);

} // namespace sluice::gateway::call
