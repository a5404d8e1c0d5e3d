// The program: runs the command that the command line asks for.
#include "gateway/cli/program.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <streambuf>
#include <system_error>

namespace {

// Standard output that remembers why it failed: what fails in the middle of a long output is not
// asked again.
class told_output : public std::streambuf {
  public:
    told_output()
        : before_(std::cout.rdbuf(this)) {}
    ~told_output() override { std::cout.rdbuf(before_); }
    told_output(told_output const&) = delete;
    told_output& operator=(told_output const&) = delete;

    int why() const { return why_; } // errno; 0: nothing failed

  protected:
    int_type overflow(int_type c) override {
        if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
        auto const one = traits_type::to_char_type(c);
        return xsputn(&one, 1) == 1 ? c : traits_type::eof();
    }
    std::streamsize xsputn(char const* text, std::streamsize size) override {
        auto const wanted = static_cast<std::size_t>(size);
        auto const written = std::fwrite(text, 1, wanted, stdout);
        if (written != wanted) note();
        return static_cast<std::streamsize>(written);
    }
    int sync() override {
        if (std::fflush(stdout) != 0) note();
        return why_ == 0 ? 0 : -1;
    }

  private:
    void note() {
        if (why_ == 0) why_ = errno;
    }

    std::streambuf* before_;
    int why_ = 0;
};

// What was printed must have arrived: a full disk behind `>` is an error of the command, whatever
// it did before.
int ended(int code, told_output const& output) {
    std::cout.flush();
    if (output.why() == 0 && std::ferror(stdout) == 0) return code;
    // What went past this stream has not kept its reason.
    int const why = output.why() == 0 ? EIO : output.why();
    std::cerr << "sluice: cannot write the output: " << std::generic_category().message(why)
              << '\n';
    bool const has_failed =
        code != sluice::gateway::exit_ok && code != sluice::gateway::exit_missed;
    return has_failed ? code : static_cast<int>(sluice::gateway::exit_cannot_write);
}

} // namespace

int main(int argc, char** argv) {
    sluice::gateway::cli::hold_signals_of_serve(argc, argv);
    // A file-size limit must be an error that is told, from the first file on, and not an end.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        told_output const output;
        return ended(sluice::gateway::cli::program().run(argc, argv), output);
    } catch (std::exception const& e) {
        std::cerr << "sluice: this should not have happened: " << e.what() << '\n';
        return sluice::gateway::exit_bug;
    }
}
