// What pages of /metrics have shown: every series, and whether it ever moved. A value of the test,
// used from one thread; several gateways may be read into one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sluice::tests::e2e {

class metric_series {
  public:
    // Reads a page. A series has moved when it is shown with another value than 0, or with two
    // values.
    void read(std::string_view page);

    // Every family of the pages, as # TYPE names it.
    std::set<std::string> families() const;
    // The families of which no series has moved.
    std::set<std::string> still_families() const;
    // The series of this family, by their labels as the page writes them; and those of them that
    // have not moved.
    std::set<std::string> series_of(std::string_view family) const;
    std::set<std::string> still_series(std::string_view family) const;

  private:
    struct series {
        std::string family;
        std::string value;
        bool has_moved = false;
    };

    std::set<std::string> families_;
    std::map<std::string, series> all_; // by name with labels
};

} // namespace sluice::tests::e2e
