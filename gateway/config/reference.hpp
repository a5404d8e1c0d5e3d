// Every key of the configuration file with its type, bounds, default, purpose, and whether a reload
// takes it: joined from what the readers ask for and key_descriptions(). docs/configuration.md is
// made from it (tests/gateway/config/reference_test.cpp); a page of another form, such as a manual
// page, walks over the same rows.
#pragma once

#include <string>
#include <vector>

namespace sluice::gateway::config {

struct reference_row {
    std::string table; // "" above the first one; "destination.retry" is `retry = { … }` in it
    std::string key;
    std::string type;     // "duration", "text", …; several joined by " or "
    std::string bounds;   // "1 to 100", or words; may be empty
    std::string fallback; // what holds where it is absent; "must" where it may not be
    std::string what;     // a sentence or two
    bool needs_restart = false;
    bool is_secret = false; // its value is never shown
};

// Table by table. A key that is asked for and not described has no `what`; one that is described
// and nobody asks for has no `type`: a test finds both.
std::vector<reference_row> configuration_reference();

// What each key is for, and what holds where it is absent: the half of the reference that the
// readers do not know. Defaults are taken from the values themselves.
struct key_description {
    std::string table; // as in key_note
    std::string key;
    std::string fallback; // as it would be written; "must" where there is none
    std::string what;
    bool is_secret = false; // its value is never shown
};

// Every key, in the order of the reference.
std::vector<key_description> key_descriptions();

} // namespace sluice::gateway::config
