#include "codecs/template_places.hpp"

#include "codecs/json.hpp"
#include "codecs/xml_scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::codecs {

namespace {

using failure = std::optional<decode_error>;

decode_error forbidden(std::string_view text, placed_name const& name, std::string_view where) {
    return error_at(errc::forbidden_place, text, name.offset,
                    fmt::format("the variable {} stands {}, where no value can be escaped",
                                quoted_excerpt(name.name), where));
}

// The text with each name that stands alone replaced by a value of its own length, so that the
// places of errors stay right.
std::string with_values(std::string_view text, std::vector<placed_name> const& names, char first,
                        char middle, char last) {
    std::string filled(text);
    for (auto const& name : names) {
        if (name.place != template_place::json_value) continue;
        auto const begin = filled.begin() + static_cast<std::ptrdiff_t>(name.offset);
        auto const end = begin + static_cast<std::ptrdiff_t>(name.name.size());
        std::fill(begin, end, middle);
        *begin = first;
        *(end - 1) = last;
    }
    return filled;
}

failure place_in_json(std::string_view text, std::vector<placed_name>& names) {
    auto next = names.begin();
    bool is_in_string = false;
    for (std::size_t i = 0; i < text.size() && next != names.end(); ++i) {
        if (i == next->offset) {
            next->place = is_in_string ? template_place::json_string : template_place::json_value;
            // What follows a value that stands alone cannot be text, so the name has one end only.
            if (!is_in_string) {
                next->ends.resize(1);
                next->unset_size = next->name.size();
            }
            i += next->name.size() - 1;
            ++next;
        } else if (text[i] == '"') {
            is_in_string = !is_in_string;
        } else if (text[i] == '\\' && is_in_string) {
            ++i;
        }
    }
    // A backslash in front of a `$` hides the name from the walk above; the text is no JSON then.
    auto const as_strings = with_values(text, names, '"', 'x', '"');
    if (auto const checked = check_json(as_strings); !checked) return checked.error();
    // A name of an object has to be a string, which a value need not be: try numbers as well.
    auto const as_numbers = with_values(text, names, '1', '1', '1');
    if (check_json(as_numbers)) return std::nullopt;
    auto const alone = std::find_if(names.begin(), names.end(), [](placed_name const& name) {
        return name.place == template_place::json_value;
    });
    return forbidden(text, *alone, "where a name in quotes is expected");
}

// Walks over the markup of a document that may not be well-formed; `check_xml` decides about that.
class xml_walker {
  public:
    explicit xml_walker(std::string_view text)
        : text_(text) {}

    enum class region { text, tag, attribute, comment, cdata, instruction };

    region region_at(std::size_t offset) {
        while (at_ < offset && at_ < text_.size())
            step();
        return region_;
    }

  private:
    bool leave(std::string_view end, region into) {
        if (!text_.substr(at_).starts_with(end)) return false;
        at_ += end.size();
        region_ = into;
        return true;
    }

    void step() {
        switch (region_) {
        case region::text:
            if (leave("<!--", region::comment) || leave("<![CDATA[", region::cdata) ||
                leave("<?", region::instruction) || leave("<", region::tag)) {
                return;
            }
            break;
        case region::comment:
            if (leave("-->", region::text)) return;
            break;
        case region::cdata:
            if (leave("]]>", region::text)) return;
            break;
        case region::instruction:
            if (leave("?>", region::text)) return;
            break;
        case region::tag:
            quote_ = text_[at_];
            if (leave(">", region::text) || leave("\"", region::attribute) ||
                leave("'", region::attribute)) {
                return;
            }
            break;
        case region::attribute:
            if (leave({&quote_, 1}, region::tag)) return;
            break;
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    region region_ = region::text;
    char quote_ = '"';
};

failure place_in_xml(std::string_view text, std::vector<placed_name>& names) {
    xml_walker walker(text);
    for (auto& name : names) {
        switch (walker.region_at(name.offset)) {
        case xml_walker::region::text:
            name.place = template_place::xml_text;
            break;
        case xml_walker::region::attribute:
            name.place = template_place::xml_attribute;
            break;
        case xml_walker::region::tag:
            return forbidden(text, name, "in a tag outside of quotes");
        case xml_walker::region::comment:
            return forbidden(text, name, "in a comment");
        case xml_walker::region::cdata:
            return forbidden(text, name, "in a CDATA section");
        case xml_walker::region::instruction:
            return forbidden(text, name, "in a processing instruction");
        }
    }
    if (auto const checked = check_xml(text); !checked) return checked.error();
    return std::nullopt;
}

failure place_in_url(std::string_view text, std::vector<placed_name>& names) {
    auto const bad = std::find_if(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
    });
    if (bad != text.end()) {
        return error_at(errc::forbidden_character, text,
                        static_cast<std::size_t>(bad - text.begin()),
                        "white space and control characters cannot stand in a URL");
    }
    auto const path = url_path(text);
    auto const path_begin = static_cast<std::size_t>(path.data() - text.data());
    for (auto& name : names) {
        if (name.offset < path_begin || path.empty()) {
            auto const query = text.find_first_of("?#");
            if (query == text.npos || name.offset < query) {
                return forbidden(text, name, "in front of the path of a URL");
            }
        }
        bool const is_in_path = name.offset < path_begin + path.size();
        name.place = is_in_path ? template_place::path : template_place::query;
    }
    return std::nullopt;
}

// A tab is the only control character that a field value may have (RFC 9110 section 5.5).
failure check_header(std::string_view text) {
    auto const bad = std::find_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
    if (bad == text.end()) return std::nullopt;
    return error_at(errc::forbidden_character, text, static_cast<std::size_t>(bad - text.begin()),
                    "control characters cannot stand in a header");
}

void place_all(std::vector<placed_name>& names, template_place place) {
    for (auto& name : names)
        name.place = place;
}

bool is_blank(std::string_view text) noexcept {
    return text.find_first_not_of(" \t\r\n") == text.npos;
}

} // namespace

std::string_view url_path(std::string_view url) noexcept {
    auto const query = std::min(url.find_first_of("?#"), url.size());
    auto const before_query = url.substr(0, query);
    std::size_t authority = 0;
    if (auto const scheme = before_query.find("://"); scheme != url.npos) {
        authority = scheme + 3;
    } else if (before_query.starts_with("//")) {
        authority = 2;
    }
    auto const path = std::min(before_query.find('/', authority), before_query.size());
    return before_query.substr(path);
}

std::optional<decode_error> place_names(std::string_view text, template_format format,
                                        std::vector<placed_name>& names) {
    switch (format) {
    case template_format::json:
        return is_blank(text) ? std::nullopt : place_in_json(text, names);
    case template_format::xml:
        return is_blank(text) ? std::nullopt : place_in_xml(text, names);
    case template_format::url:
        return place_in_url(text, names);
    case template_format::form:
        place_all(names, template_place::form);
        break;
    case template_format::header:
        place_all(names, template_place::header);
        return check_header(text);
    case template_format::plain:
        place_all(names, template_place::plain);
        break;
    }
    return std::nullopt;
}

} // namespace sluice::codecs
