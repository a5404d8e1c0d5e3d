// Which keys stood in the file, each with a fingerprint of its value, so that a reload can say what
// is new, what is gone and what has another value, without keeping secrets a second time. The
// contents of files that the configuration names count as part of the value. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sluice::gateway::config {

// Tables by name: "" above the first one, "limits", "destination crm" for an element of
// [[destination]] (by name, id or path); in each, keys such as "rate" or "retry.jitter".
using written_keys = std::map<std::string, std::map<std::string, std::uint64_t>>;

// Of the contents of files that the configuration names, by their paths as written.
using file_fingerprints = std::map<std::string, std::uint64_t, std::less<>>;

// What differs, one text a table: "limits: body, uri", "destination crm: rate",
// "route /in/x is new", "account 163 is gone", "threads".
std::vector<std::string> changed_keys(written_keys const& before, written_keys const& after);

} // namespace sluice::gateway::config
