// The custom webhook updateUserPreferences: what a call says about whom, and how a person's
// variables are shown (pure functions; any thread), and how its calls are answered.
#pragma once

#include "codecs/media_type.hpp"
#include "codecs/variables.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/config/configuration.hpp"
#include "gateway/tables/user.hpp"
#include "gateway/webhooks/webhook.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::webhooks {

// What bare names mean in this method: variables of the user.
codecs::name_rules const& user_preferences_names();

// Who is meant: a telephone number as country code and digits, so that every way to write it is
// one person; anything else as it was written. Nothing for text that is neither: empty, above
// 128 bytes, or with control characters; and for a decimal number (9879964805.0).
std::optional<std::string> contact_key(std::string_view text, std::string_view country_code);
inline constexpr std::string_view contact_rule =
    "must be a telephone number (not a decimal one), or 1 to 128 bytes without control characters.";

struct preferences_rules {
    std::size_t keys = 200;
    std::size_t key_bytes = 128;
    std::size_t value_bytes = 4096;
    bool delete_empty = false; // an empty value takes the variable away

    static preferences_rules of(config::configuration const& settings);
};

struct preferences_call {
    std::string contact;
    std::vector<tables::user_change> changes; // none: the call only reads
};

// Checks everything and names every problem at once (422). `country_code` is the account's.
// Variables that are not the user's are no matter of this method.
call::checked<preferences_call> check_user_preferences(codecs::variables const& call,
                                                       std::string_view country_code,
                                                       preferences_rules const& rules);

struct person {
    std::string_view account;
    std::string_view contact;
};

enum class key_times : bool { hidden, shown };

// {"accountID","contactNumber","keys":[{"name","value"}]}; as XML the variables are
// <keys><key name="…">…</key></keys>. `kept` may be null. With times each has "updated" too.
void append_preferences(std::string& out, codecs::media_kind format, person const& whose,
                        tables::user_variables const* kept, key_times times = key_times::hidden);

// {"accountID","contactNumber","erased":2}
void append_erasure(std::string& out, codecs::media_kind format, person const& whose,
                    std::size_t erased);

// With what is kept then, on the disk. On the I/O thread that received the call.
webhook_answer answer_user_preferences(webhook_call const& call);

} // namespace sluice::gateway::webhooks
