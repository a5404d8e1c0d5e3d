#include "codecs/json_handler.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

namespace sluice::codecs {

bool json_handler::count_node(error_code& ec) {
    if (nodes_left_ == 0) {
        ec = errc::too_many;
        return false;
    }
    --nodes_left_;
    return true;
}

bool json_handler::on_object_begin(error_code& ec) {
    open_.push_back('{');
    return count_node(ec);
}

bool json_handler::on_object_end(std::size_t size, error_code& ec) {
    if (!check_names(size, ec)) return false;
    open_.pop_back();
    if (stack_ != nullptr) stack_->push_object(size);
    return true;
}

bool json_handler::on_array_begin(error_code& ec) {
    open_.push_back('[');
    return count_node(ec);
}

bool json_handler::on_array_end(std::size_t size, error_code&) {
    open_.pop_back();
    if (stack_ != nullptr) stack_->push_array(size);
    return true;
}

// The names of an object are compared when it closes; sorting them is harmless, since they are
// forgotten right after.
bool json_handler::check_names(std::size_t count, error_code& ec) {
    auto const first = names_.end() - static_cast<std::ptrdiff_t>(count);
    std::sort(first, names_.end());
    auto const twin = std::adjacent_find(first, names_.end());
    if (twin != names_.end() && is_tolerant_) has_repeats_ = true;
    if (twin != names_.end() && !is_tolerant_) {
        // The later of the two is the one to point at, when both point into the text.
        duplicate_ = std::less<>{}(twin->data(), (twin + 1)->data()) ? *(twin + 1) : *twin;
        ec = errc::duplicate_name;
        return false;
    }
    names_.erase(first, names_.end());
    return true;
}

bool json_handler::on_key_part(string_view part, std::size_t, error_code&) {
    name_parts_.append(part.data(), part.size());
    if (stack_ != nullptr) stack_->push_chars(part);
    return true;
}

bool json_handler::on_key(string_view part, std::size_t, error_code& ec) {
    std::less_equal<> const not_after;
    bool const is_in_text = not_after(text_.data(), part.data()) &&
                            not_after(part.data() + part.size(), text_.data() + text_.size());
    if (name_parts_.empty() && is_in_text) {
        names_.emplace_back(part.data(), part.size());
    } else {
        name_parts_.append(part.data(), part.size());
        names_.emplace_back(unescaped_names_.emplace_back(std::move(name_parts_)));
        name_parts_.clear();
    }
    if (stack_ != nullptr) stack_->push_key(part);
    return count_node(ec);
}

bool json_handler::on_string_part(string_view part, std::size_t, error_code&) {
    if (stack_ != nullptr) stack_->push_chars(part);
    return true;
}

bool json_handler::on_string(string_view part, std::size_t, error_code& ec) {
    if (stack_ != nullptr) stack_->push_string(part);
    return count_node(ec);
}

bool json_handler::on_int64(std::int64_t number, string_view, error_code& ec) {
    if (stack_ != nullptr) stack_->push_int64(number);
    return count_node(ec);
}

bool json_handler::on_uint64(std::uint64_t number, string_view, error_code& ec) {
    if (stack_ != nullptr) stack_->push_uint64(number);
    return count_node(ec);
}

bool json_handler::on_double(double number, string_view text, error_code& ec) {
    // Boost.JSON's own conversion is not exact, and turns 0e400 into a NaN.
    double exact = number;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), exact);
    if (read.ec == std::errc{}) number = exact;
    if (!std::isfinite(number) && !is_tolerant_) {
        ec = errc::number_out_of_range;
        return false;
    }
    if (stack_ != nullptr) {
        bool const is_integer = text.find_first_of(".eE") == string_view::npos;
        if (is_integer) {
            stack_->push_string(text);
        } else {
            stack_->push_double(number);
        }
    }
    return count_node(ec);
}

bool json_handler::on_bool(bool value, error_code& ec) {
    if (stack_ != nullptr) stack_->push_bool(value);
    return count_node(ec);
}

bool json_handler::on_null(error_code& ec) {
    if (stack_ != nullptr) stack_->push_null();
    return count_node(ec);
}

} // namespace sluice::codecs
