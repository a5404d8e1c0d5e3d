#include "gateway/config/key_pair.hpp"
#include "gateway/config/readers.hpp"

#include <fmt/format.h>

namespace sluice::gateway::config {
namespace {

struct pem_file {
    std::string path;
    std::string content;
};

std::optional<pem_file> read_pem(table_reader& in, std::string_view key) {
    auto const path = in.text_at(key);
    if (!path) return {};
    auto content = in.context().content_of(*path);
    if (!content) return {};
    if (content->find("-----BEGIN ") == std::string::npos) {
        in.fail(key, fmt::format("\"{}\" is not a PEM file", path->text));
        return {};
    }
    return pem_file{path->text, std::move(*content)};
}

} // namespace

std::optional<std::string> read_trust_path(table_reader& in, std::string_view key) {
    auto const file = read_pem(in, key);
    if (!file) return {};
    if (!has_certificate(file->content))
        in.fail(key, fmt::format("\"{}\" has no certificate that can be read", file->path));
    return file->path;
}

std::optional<identity_paths> read_identity(table_reader& in, std::string_view certificate_key,
                                            std::string_view key_key) {
    bool const both = in.has(certificate_key) && in.has(key_key);
    auto const certificate = read_pem(in, certificate_key);
    auto const key = read_pem(in, key_key);
    if (!both && in.has(certificate_key))
        in.fail(certificate_key, fmt::format("needs \"{}\" as well", key_key));
    if (!both && in.has(key_key))
        in.fail(key_key, fmt::format("needs \"{}\" as well", certificate_key));
    if (!certificate || !key) return {};
    if (auto const wrong = check_key_pair(certificate->content, key->content)) {
        switch (*wrong) {
        case key_pair_problem::certificate:
            in.fail(certificate_key,
                    fmt::format("\"{}\" has no certificate that can be read", certificate->path));
            break;
        case key_pair_problem::key:
            in.fail(key_key, fmt::format("\"{}\" has no private key that can be read; one with a "
                                         "passphrase cannot be used",
                                         key->path));
            break;
        case key_pair_problem::mismatch:
            in.fail(key_key,
                    fmt::format("\"{}\" is not the key of \"{}\"", key->path, certificate->path));
            break;
        }
    }
    return identity_paths{certificate->path, key->path};
}

} // namespace sluice::gateway::config
