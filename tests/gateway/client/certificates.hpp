// A certificate authority, server and client certificates, made at the time of the test by OpenSSL
// and written as PEM into a directory of its own that is removed afterwards.
#pragma once

#include "tests/support/temporary_directory.hpp"

#include <memory>
#include <string>

namespace sluice::tests {

struct certificate_request {
    // As openssl's subjectAltName: "DNS:crm.example" or "IP:127.0.0.1".
    std::string subject_alt_name = "DNS:crm.example";
    long begins_seconds = -3600; // from now
    long ends_seconds = 3600;
    bool is_self_signed = false; // by its own key, which nobody trusts
};

// Paths of PEM files.
struct certificate_files {
    std::string certificate;
    std::string key;
};

class certificate_authority {
  public:
    certificate_authority();
    ~certificate_authority();
    certificate_authority(certificate_authority const&) = delete;
    certificate_authority& operator=(certificate_authority const&) = delete;

    // The PEM file of the authority itself.
    std::string file() const { return (directory_ / "ca.pem").string(); }
    certificate_files issue(std::string const& name, certificate_request const& wanted = {});

  private:
    struct keys;
    temporary_directory directory_;
    std::unique_ptr<keys> own_;
};

} // namespace sluice::tests
