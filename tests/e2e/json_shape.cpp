#include "tests/e2e/json_shape.hpp"

#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace sluice::tests::e2e {
namespace {

using boost::json::value;

bool is_of_type(value const& held, std::string_view type) {
    if (type == "object") return held.is_object();
    if (type == "array") return held.is_array();
    if (type == "string") return held.is_string();
    if (type == "boolean") return held.is_bool();
    if (type == "null") return held.is_null();
    if (type == "integer") return held.is_int64() || held.is_uint64();
    if (type == "number") return held.is_number();
    throw std::runtime_error("a schema names the type " + std::string(type));
}

bool is_of_types(value const& held, value const& types) {
    if (types.is_string()) return is_of_type(held, types.get_string());
    for (auto const& each : types.as_array()) {
        if (is_of_type(held, each.as_string())) return true;
    }
    return false;
}

value const& resolve(value const& schema, value const& document) {
    auto const* reference = schema.as_object().if_contains("$ref");
    if (!reference) return schema;
    std::string const pointer(reference->as_string().subview(1));
    return resolve(document.at_pointer(pointer), document);
}

std::string members_defect(boost::json::object const& object, boost::json::object const& schema,
                           value const& document) {
    if (auto const* required = schema.if_contains("required")) {
        for (auto const& name : required->as_array()) {
            if (!object.contains(name.as_string())) {
                return ": has no " + std::string(name.as_string());
            }
        }
    }
    auto const* properties = schema.if_contains("properties");
    if (!properties) return {};
    for (auto const& [name, held] : object) {
        auto const* wanted = properties->as_object().if_contains(name);
        // A member that nobody described is a defect of the description.
        if (!wanted) {
            if (schema.contains("additionalProperties")) continue;
            return ": has an undescribed " + std::string(name);
        }
        auto const defect = shape_defect(held, *wanted, document);
        if (!defect.empty()) return "/" + std::string(name) + defect;
    }
    return {};
}

} // namespace

std::string shape_defect(value const& held, value const& given, value const& document) {
    auto const& schema = resolve(given, document).as_object();
    if (auto const* choices = schema.if_contains("anyOf")) {
        std::string defects;
        for (auto const& each : choices->as_array()) {
            auto const defect = shape_defect(held, each, document);
            if (defect.empty()) return {};
            defects += defect;
        }
        return defects;
    }
    if (auto const* type = schema.if_contains("type"); type && !is_of_types(held, *type)) {
        return ": is not " + boost::json::serialize(*type) + ": " + boost::json::serialize(held);
    }
    if (auto const* names = schema.if_contains("enum")) {
        bool is_one = false;
        for (auto const& each : names->as_array())
            is_one |= each == held;
        if (!is_one) return ": is none of " + boost::json::serialize(*names);
    }
    if (held.is_object()) return members_defect(held.get_object(), schema, document);
    auto const* items = schema.if_contains("items");
    if (!held.is_array() || !items) return {};
    for (std::size_t i = 0; i < held.get_array().size(); ++i) {
        auto const defect = shape_defect(held.get_array()[i], *items, document);
        if (!defect.empty()) return "/" + std::to_string(i) + defect;
    }
    return {};
}

} // namespace sluice::tests::e2e
