#include "codecs/variables.hpp"

#include <algorithm>
#include <utility>

namespace sluice::codecs {

std::string_view variable::value() const noexcept {
    return values.empty() ? std::string_view() : std::string_view(values.front());
}

std::string variable::joined() const {
    std::string text;
    for (auto const& value : values) {
        if (&value != &values.front()) text += ',';
        text += value;
    }
    return text;
}

variable const* variables::find(std::string_view name) const noexcept {
    // From the end: the values of a long list come one after another, and each looks for its
    // variable.
    auto const found = std::find_if(all_.rbegin(), all_.rend(),
                                    [&](variable const& each) { return each.name == name; });
    return found == all_.rend() ? nullptr : &*found;
}

variable* variables::find(std::string_view name) noexcept {
    return const_cast<variable*>(std::as_const(*this).find(name));
}

std::string_view variables::value(std::string_view name) const noexcept {
    auto const* const found = find(name);
    return found == nullptr ? std::string_view() : found->value();
}

void variables::set(std::string_view name, std::string value) {
    auto* known = find(name);
    if (known == nullptr)
        known = &all_.emplace_back(variable{std::string(name), {}, false, {}, {}});
    known->values.clear();
    known->values.push_back(std::move(value));
    known->is_list = false;
    known->decimal.reset();
}

variable& variables::add(variable added) {
    return all_.emplace_back(std::move(added));
}

std::string name_rules::resolve(std::string_view name) const {
    if (name.starts_with('$')) return std::string(name);
    auto const system = std::find_if(system_names.begin(), system_names.end(),
                                     [&](system_name const& each) { return each.bare == name; });
    if (system != system_names.end()) return std::string(system->full);
    if (std::find(plain_names.begin(), plain_names.end(), name) != plain_names.end()) {
        return std::string(name);
    }
    return std::string(default_prefix).append(name);
}

} // namespace sluice::codecs
