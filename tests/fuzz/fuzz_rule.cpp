// Rules, paths and answers: any rule over any answer ends in a verdict. The input is the rule, then
// a line end, then the body.
#include "codecs/rule.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_rule) {
    auto const line_end = std::min(input.find('\n'), input.size());
    auto const text = input.substr(0, line_end);
    auto const body = input.substr(std::min(line_end + 1, input.size()));
    auto const compiled = rule::compile(text, {{"w", "urn:w"}});
    if (!compiled) {
        require(compiled.error().where.offset <= text.size(), "the place lies in the rule");
        return;
    }
    answer const first(200, "", body, "a: 1\r\nb:2\r\na:3\r\n");
    answer const second(200, "", body, "a: 1\r\nb:2\r\na:3\r\n");
    require(compiled->evaluate(first) == compiled->evaluate(second), "a verdict is repeatable");
}
