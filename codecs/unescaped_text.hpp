// A text of unknown kind without its escapes, and where each byte stood before: `\u0073` of JSON,
// `%73` of a URL or a form, `&#115;` and `&amp;` of XML. For whoever looks for something in a text
// and must find it however it is spelled; who needs to understand a document decodes it. Value; any
// thread; does not own the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

class unescaped_text {
  public:
    // As it was written. `raw` outlives this.
    explicit unescaped_text(std::string_view raw)
        : text_(raw) {}
    unescaped_text(unescaped_text const&) = delete;
    unescaped_text& operator=(unescaped_text const&) = delete;

    // Takes away one layer of escapes of every kind; what is no whole escape stays. False where
    // there was none: then nothing has changed.
    bool peel();
    std::string_view text() const { return text_; }
    // Where the byte at `at` of the text begins in the raw one; of the text's size, the raw size.
    std::size_t place_of(std::size_t at) const;

  private:
    // From `at` on the text runs beside the raw one from `raw` on.
    struct shift {
        std::size_t at = 0;
        std::size_t raw = 0;
    };

    std::string_view text_;
    std::string own_;
    std::vector<shift> shifts_;
};

} // namespace sluice::codecs
