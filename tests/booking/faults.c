/* Lets the disk under a database fail at a chosen call; preloaded into a process, which then arms it.

   Only calls on files whose path holds "booking.db" count. While it is loaded a sync is not waited for. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2, OPENING = 4 };
static int kinds, failure, lasting, paused;
static long left, hits;

/* From now on the `kth` call of these kinds fails, and where it is lasting all that follow it. */
void faults_arm(int what, long kth, int number, int stays) {
    failure = number; lasting = stays; hits = 0; left = kth;
    __atomic_store_n(&kinds, what, __ATOMIC_SEQ_CST);
}

/* Ends the faults and says how many there were. */
long faults_lift(void) {
    __atomic_store_n(&kinds, 0, __ATOMIC_SEQ_CST);
    return hits;
}

/* Lets what is done meanwhile neither fail nor count. */
void faults_pause(int yes) { __atomic_store_n(&paused, yes, __ATOMIC_SEQ_CST); }

long faults_hits(void) { return __atomic_load_n(&hits, __ATOMIC_SEQ_CST); }

static int ours(const char *path) { return path && strstr(path, "booking.db") != NULL; }

static int ours_by_number(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}

static int fails(int kind) {
    if (!(__atomic_load_n(&kinds, __ATOMIC_SEQ_CST) & kind) || __atomic_load_n(&paused, __ATOMIC_SEQ_CST)) return 0;
    long now = __atomic_sub_fetch(&left, 1, __ATOMIC_SEQ_CST);
    if (now > 0 || (now < 0 && !lasting)) return 0;
    __atomic_add_fetch(&hits, 1, __ATOMIC_SEQ_CST);
    errno = failure;
    return 1;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return ours_by_number(fd) && fails(WRITES) ? -1 : real(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    return ours_by_number(fd) && fails(WRITES) ? -1 : real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    return ours_by_number(fd) && fails(WRITES) ? -1 : real(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int fsync(int fd) {
    REAL(fsync);
    if (!ours_by_number(fd)) return real(fd);
    return fails(SYNCS) ? -1 : 0;
}

int fdatasync(int fd) {
    REAL(fdatasync);
    if (!ours_by_number(fd)) return real(fd);
    return fails(SYNCS) ? -1 : 0;
}

static int opened(const char *path, int flags, mode_t mode) {
    REAL(open64);
    if (ours(path) && (flags & O_ACCMODE) != O_RDONLY && fails(OPENING)) return -1;
    return real(path, flags, mode);
}

static mode_t mode_of(int flags, va_list more) { return flags & O_CREAT ? va_arg(more, mode_t) : 0; }

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(path, flags, mode);
}
