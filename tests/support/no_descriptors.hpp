// Takes every descriptor of the process for as long as it lives.
#pragma once

#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace sluice::tests {

class no_descriptors {
  public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int one = ::dup(0); one >= 0; one = ::dup(0))
            taken_.push_back(one);
    }
    ~no_descriptors() {
        for (int const one : taken_)
            ::close(one);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    no_descriptors(no_descriptors const&) = delete;
    no_descriptors& operator=(no_descriptors const&) = delete;

  private:
    rlimit before_{};
    std::vector<int> taken_;
};

} // namespace sluice::tests
