// Preloaded into the gateway: spoils one of its calls. FAULTY_CALL is "fail:N", "short:N" or
// "refuse:N", and N counts pwrite, pwritev and fdatasync together, from 1. Made by crashes.py.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { none, fail, shorten, refuse };

static atomic_long calls;

static enum kind fault_of_this_call(void) {
    char const* const wanted = getenv("FAULTY_CALL");
    char const* const colon = wanted ? strchr(wanted, ':') : NULL;
    if (!colon || atomic_fetch_add(&calls, 1) + 1 != atol(colon + 1)) return none;
    return wanted[0] == 'f' ? fail : wanted[0] == 's' ? shorten : refuse;
}

static ssize_t spoiled(enum kind what, int fd, void const* bytes, size_t size, off_t at) {
    static ssize_t (*real)(int, void const*, size_t, off_t);
    if (!real) real = (ssize_t(*)(int, void const*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
    if (what == fail || what == refuse) {
        errno = what == fail ? EIO : ENOSPC;
        return -1;
    }
    return real(fd, bytes, what == shorten && size > 1 ? size / 2 : size, at);
}

ssize_t pwrite(int fd, void const* bytes, size_t size, off_t at) {
    return spoiled(fault_of_this_call(), fd, bytes, size, at);
}

ssize_t pwrite64(int fd, void const* bytes, size_t size, off_t at) {
    return spoiled(fault_of_this_call(), fd, bytes, size, at);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    enum kind const what = fault_of_this_call();
    if (what == fail || what == refuse) {
        errno = what == fail ? EIO : ENOSPC;
        return -1;
    }
    return real(fd);
}
