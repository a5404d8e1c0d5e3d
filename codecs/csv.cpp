#include "codecs/csv.hpp"

namespace sluice::codecs {

void append_csv_field(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out.append(text);
        return;
    }
    out.push_back('"');
    for (char const c : text) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

void append_csv_record(std::string& out, std::initializer_list<std::string_view> fields) {
    for (auto const& field : fields) {
        if (&field != fields.begin()) out.push_back(',');
        append_csv_field(out, field);
    }
    out.append("\r\n");
}

} // namespace sluice::codecs
