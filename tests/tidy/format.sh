#!/bin/bash
# Every C++ file that git knows is formatted as .clang-format says. 77: skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if ! command -v clang-format-16 >/dev/null; then
    echo "skipped: clang-format-16 is not installed (deploy/packages.txt, [test])"
    exit 77
fi
if ! git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    echo "skipped: no git repository here, so nobody knows which files belong to it"
    exit 77
fi
git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-16 --dry-run -Werror
