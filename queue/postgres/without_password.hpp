// Connection strings as they may be shown. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sluice::queue::postgres {

// `text` is what libpq takes (PostgreSQL's manual, 34.1.1): a URL or words like `host=db user=u`.
// `mark` stands in the place of the password and of every value whose keyword tells a secret. Never
// shows more where libpq would refuse it: what cannot be read is left out, too.
std::string without_password(std::string_view text, std::string_view mark = "***");

// What libpq says of a connection by `text`, where it quotes a piece of what is left out there: a
// password with a blank in it is a wrong keyword to it, one with a slash is a wrong port.
std::string message_without_password(std::string_view message, std::string_view text);

} // namespace sluice::queue::postgres
