#include "tests/gateway/tables/faulty_file_system.hpp"

#include <cstring>
#include <map>
#include <mutex>
#include <sqlite3.h>
#include <stdexcept>

namespace sluice::gateway::tables::test {

namespace {

// The machine's own methods with ours in the place of two. The file object stays the machine's,
// so that all the others work on it as they are.
struct patched_methods {
    sqlite3_io_methods methods{};
    sqlite3_io_methods const* original = nullptr;
};

patched_methods const& patch_of(sqlite3_file* file) {
    return *reinterpret_cast<patched_methods const*>(file->pMethods);
}

int write(sqlite3_file* file, void const* bytes, int size, sqlite3_int64 offset) {
    if (int const failed = faulty_file_system::instance().check(fault::write)) return failed;
    return patch_of(file).original->xWrite(file, bytes, size, offset);
}

int sync(sqlite3_file* file, int flags) {
    if (int const failed = faulty_file_system::instance().check(fault::sync)) return failed;
    return patch_of(file).original->xSync(file, flags);
}

int open(sqlite3_vfs* vfs, char const* name, sqlite3_file* file, int flags, int* out) {
    static std::mutex mutex;
    static std::map<sqlite3_io_methods const*, patched_methods> patches;
    auto* const machine = sqlite3_vfs_find(nullptr);
    int const code = machine->xOpen(vfs, name, file, flags, out);
    if (code != SQLITE_OK || !file->pMethods) return code;
    std::lock_guard const guard(mutex);
    auto& patch = patches[file->pMethods];
    if (!patch.original) {
        patch.methods = *file->pMethods;
        patch.methods.xWrite = write;
        patch.methods.xSync = sync;
        patch.original = file->pMethods;
    }
    file->pMethods = &patch.methods;
    return code;
}

} // namespace

faulty_file_system::faulty_file_system() {
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    vfs.zName = name();
    vfs.xOpen = open;
    vfs.pNext = nullptr;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) throw std::runtime_error("no file system");
}

faulty_file_system& faulty_file_system::instance() {
    static faulty_file_system only;
    return only;
}

void faulty_file_system::fail(fault kind, std::uint64_t nth, int code) {
    kind_ = fault::none;
    has_failed_ = false;
    left_ = nth;
    code_ = code;
    kind_ = kind;
}

int faulty_file_system::check(fault kind) {
    if (kind_ != kind || --left_ != 0) return 0;
    kind_ = fault::none;
    has_failed_ = true;
    return code_;
}

} // namespace sluice::gateway::tables::test
