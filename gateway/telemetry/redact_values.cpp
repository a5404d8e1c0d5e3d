// What is hidden in a text of unknown kind, and how it is found: by names, by what credentials look
// like, and by what is known; in each layer of escapes, as a secret may be spelled with any.
#include "codecs/named_values.hpp"
#include "codecs/text.hpp"
#include "codecs/unescaped_text.hpp"
#include "gateway/telemetry/known_secrets.hpp"
#include "gateway/telemetry/redact.hpp"
#include "gateway/telemetry/value_kinds.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::telemetry {

namespace {

constexpr std::size_t most_layers = 4; // of escapes: JSON in JSON in a form
constexpr std::size_t shortest_found = 8;
constexpr std::size_t shortest_credential = 16; // "Basic …" with less is English

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != text.npos;
}

// A variable's name stands in "key" as well as an API's key.
bool is_any_key(codecs::named_value const& found) {
    return codecs::equal_ignoring_case(found.name, "key") &&
           (found.value.size() < shortest_credential || !has_digit(found.value));
}

holds kind_of(codecs::named_value const& found) {
    auto const by_name = is_any_key(found) ? holds::anything : what_holds(found.name);
    if (found.label.empty() || by_name == holds::secret) return by_name;
    auto const by_label = what_holds(found.label);
    return by_label == holds::anything ? by_name : by_label;
}

bool is_blank_list(std::string_view list) {
    return list.find_first_not_of("[] \t\r\n") == list.npos;
}

std::string masked_list(std::string_view list) {
    std::string out;
    for (std::size_t at = 0; at < list.size();) {
        auto const c = list[at];
        auto const length = codecs::is_alphanumeric(c) || c == '+'
                                ? std::min(list.find_first_of("\",]", at), list.size()) - at
                                : 0;
        if (length > 0) {
            out += mask_contact(list.substr(at, length));
        } else {
            out += list[at];
        }
        at += std::max<std::size_t>(1, length);
    }
    return out;
}

// How much of `text` is a credential with the word that announces it; 0 for none.
std::size_t announced_length(std::string_view text) {
    auto const end = [text](std::size_t from) {
        return std::min(text.find_first_of(" \t\r\n,;\"'<&\\", from), text.size());
    };
    if (text.starts_with("whsec_") || text.starts_with("whsk_")) return end(0);
    for (std::string_view const scheme : {"bearer ", "basic "}) {
        if (!codecs::equal_ignoring_case(text.substr(0, scheme.size()), scheme)) continue;
        auto const last = end(scheme.size());
        auto const value = text.substr(scheme.size(), last - scheme.size());
        bool const is_one = value.size() >= shortest_credential &&
                            (has_digit(value) || value.find('=') != value.npos);
        return is_one ? last : 0;
    }
    return 0;
}

// Finds what is to be hidden and writes the text without it. `masks`: numbers, too.
class hider {
  public:
    hider(std::string_view text, bool masks, known_secrets const& known, std::string_view mark)
        : raw_(text)
        , masks_(masks)
        , known_(known)
        , mark_(mark)
        , layer_(text) {}

    std::string result() {
        for (std::size_t i = 0; i < most_layers; ++i) {
            look_by_names();
            look_for_credentials();
            look_for_known();
            if (!layer_.peel()) break;
            is_first_ = false;
        }
        return written();
    }

  private:
    // A piece of the raw text, and what is written in its place.
    struct piece {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::string instead;
        bool is_secret = true;
    };

    // `part` is of the layer's text.
    void hide(std::string_view part) { hide(part, mark_, true); }
    void hide(std::string_view part, std::string_view instead, bool is_secret) {
        auto const at = static_cast<std::size_t>(part.data() - layer_.text().data());
        found_.push_back({layer_.place_of(at), layer_.place_of(at + part.size()),
                          std::string(instead), is_secret});
    }

    void look_by_names() {
        std::string_view earlier; // a value that its name may follow
        std::uint32_t earlier_group = 0;
        codecs::named_value_walk walk(layer_.text());
        for (codecs::named_value found; walk.next(found);) {
            auto const what = kind_of(found);
            if (what == holds::secret) {
                hide_secret(found, walk.take_whole());
            } else if (what == holds::contact && masks_) {
                if (mask(found)) walk.pass_over();
            } else if (found.name == "value" && found.label.empty()) {
                earlier = found.value;
                earlier_group = found.group;
            }
            bool const is_name = found.name == "name" || found.name == "key";
            if (is_name && found.group == earlier_group && !earlier.empty()) {
                if (what_holds(found.value) == holds::secret) hide(earlier);
            }
        }
    }

    void hide_secret(codecs::named_value const& found, std::string_view whole) {
        bool const is_list = found.is_list();
        if (whole.empty() || (is_list && is_blank_list(whole))) return;
        // What was no text becomes one, so that the rest can be read as JSON still. A name comes
        // before any value.
        auto const at = static_cast<std::size_t>(whole.data() - layer_.text().data());
        bool const is_text = layer_.text()[at - 1] == '"' || layer_.text()[at - 1] == '\'';
        bool const gets_quotes = found.is_quoted && !is_text && is_first_;
        std::string instead(gets_quotes ? "\"" : "");
        instead.append(mark_).append(gets_quotes ? "\"" : "");
        if (is_list) instead = "[" + instead + (whole.ends_with(']') ? "]" : "");
        hide(whole, instead, true);
    }

    // False: the list of a contact's variables is looked into.
    bool mask(codecs::named_value const& found) {
        if (found.value.empty()) return false;
        if (!found.is_list()) {
            hide(found.value, mask_contact(found.value), false);
            return true;
        }
        if (found.value.find('{') != found.value.npos || is_blank_list(found.value)) return false;
        hide(found.value, masked_list(found.value), false);
        return true;
    }

    void look_for_credentials() {
        auto const text = layer_.text();
        for (auto at = text.find_first_of("bBw:"); at < text.size();
             at = text.find_first_of("bBw:", at)) {
            auto const rest = text.substr(at);
            bool const begins = at == 0 || !codecs::is_alphanumeric(text[at - 1]);
            auto length = begins ? announced_length(rest) : 0;
            if (rest.starts_with("://")) {
                auto const host = rest.substr(3);
                auto const authority = host.substr(0, host.find_first_of("/?# \t\r\n\"'<>\\"));
                auto const user = authority.rfind('@');
                if (user != authority.npos && user > 0) hide(authority.substr(0, user));
                length = 3 + authority.size();
            } else if (length > 0) {
                hide(rest.substr(0, length));
            }
            at += std::max<std::size_t>(1, length);
        }
    }

    void look_for_known() {
        auto const text = layer_.text();
        for (std::string_view const secret : known_.values()) {
            for (auto at = text.find(secret); at != text.npos;
                 at = text.find(secret, at + secret.size()))
                hide(text.substr(at, secret.size()));
            // The text may be cut in the middle of one.
            for (auto length = std::min(secret.size() - 1, text.size());
                 length >= known_secrets::shortest; --length) {
                if (!text.ends_with(secret.substr(0, length))) continue;
                hide(text.substr(text.size() - length));
                break;
            }
        }
    }

    // Pieces that meet become one; the outermost was found first or is hidden whole.
    std::string written() {
        std::ranges::stable_sort(found_, {}, &piece::begin);
        std::string out;
        std::size_t copied = 0;
        for (std::size_t i = 0; i < found_.size();) {
            auto whole = found_[i++];
            for (; i < found_.size() && found_[i].begin < whole.end; ++i) {
                auto const& next = found_[i];
                bool const is_within = next.end <= whole.end && whole.is_secret;
                bool const is_same = next.begin == whole.begin && next.end == whole.end;
                if (!is_within && !(is_same && !next.is_secret)) {
                    whole.is_secret |= next.is_secret;
                    whole.end = std::max(whole.end, next.end);
                    whole.instead = mark_;
                }
            }
            out += raw_.substr(copied, whole.begin - copied);
            out += whole.instead;
            copied = whole.end;
        }
        out += raw_.substr(copied);
        return out;
    }

    std::string_view raw_;
    bool masks_;
    known_secrets const& known_;
    std::string_view mark_; // in the place of a secret
    codecs::unescaped_text layer_;
    bool is_first_ = true; // layer
    std::vector<piece> found_;
};

bool may_be_a_word(std::string_view value) {
    return std::ranges::all_of(value, [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
}

} // namespace

void known_secrets::add(std::string_view value) {
    if (value.size() < shortest || std::ranges::find(values_, value) != values_.end()) return;
    values_.emplace_back(value);
}

void known_secrets::add_found(std::string_view value) {
    for (std::string_view const scheme : {"bearer ", "basic "}) {
        if (codecs::equal_ignoring_case(value.substr(0, scheme.size()), scheme))
            value.remove_prefix(scheme.size());
    }
    if (value.size() < shortest_found || may_be_a_word(value) || values_.size() >= most) return;
    add(value);
}

void known_secrets::add_field(std::string_view name, std::string_view value) {
    if (what_holds(name) == holds::secret) add_found(value);
}

void known_secrets::add_from(std::string_view text) {
    codecs::unescaped_text layer(text);
    for (std::size_t i = 0; i < most_layers; ++i) {
        codecs::named_value_walk walk(layer.text());
        for (codecs::named_value found; walk.next(found);) {
            if (found.is_list() || kind_of(found) != holds::secret) continue;
            codecs::unescaped_text value(found.value);
            value.peel();
            add_found(value.text());
        }
        if (!layer.peel()) break;
    }
}

std::string redact_answer(std::string_view text) {
    return hider(text, true, {}, redacted).result();
}

std::string hide_secrets(std::string_view text, known_secrets const& known, std::string_view mark) {
    return hider(text, false, known, mark).result();
}

std::string hide_secrets(std::string_view text, std::string_view mark) {
    return hide_secrets(text, known_secrets(), mark);
}

bool tells_secret(std::string_view name) {
    return what_holds(name) == holds::secret;
}

} // namespace sluice::gateway::telemetry
