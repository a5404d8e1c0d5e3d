// Takes out of a text what must not be seen in logs: secrets and phone numbers. What is doubtful is
// taken out. Pure functions; any thread.
#pragma once

#include "gateway/telemetry/known_secrets.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::telemetry {

inline constexpr std::string_view redacted = "***";

// "+79261234512" and "7 926 123-45-12" become "+7******12" and "7******12": the first digit and
// the last two, six stars whatever the length. Fewer than seven digits, an e-mail address or an
// id become "******".
std::string mask_contact(std::string_view contact);

// A request target or URL with the values of its query that are secret ("***") or a contact
// (masked) taken out, and the user info of the authority. Names in escapes that cannot be read
// count as secret: they could spell anything.
std::string redact_url(std::string_view url);

// Free text, such as an error's detail: digit runs as long as a phone number, "Bearer …",
// "Basic …" and "whsec_…" are taken out, and the queries of the URLs in it.
std::string redact_text(std::string_view text);

// The body of an answer, or the beginning of one: values whose names tell a secret ("***") or a
// contact (masked) are taken out, in JSON, XML, forms and multipart bodies alike, however they are
// escaped, and what looks like a credential by itself. The text need not be well-formed; what was
// JSON can be read as JSON still. What names tell, value_kinds.hpp says.
std::string redact_answer(std::string_view text);

// For whoever may see bodies and numbers: the same without the secrets only, and without what is
// `known`, under whatever name it stands. `mark` stands in the place of each.
std::string hide_secrets(std::string_view text, known_secrets const& known,
                         std::string_view mark = redacted);
std::string hide_secrets(std::string_view text, std::string_view mark = redacted);
std::string hide_url_secrets(std::string_view url, std::string_view mark = redacted);
// Whether the value of such a name, a header's for one, is a secret.
bool tells_secret(std::string_view name);

} // namespace sluice::gateway::telemetry
