/* Calls that change files, counted, and one of them failed or killed: tests/support/killing.py.
 *
 * Loaded before the C library (LD_PRELOAD), so that what GDAL, SQLite, Arrow and osmium write
 * counts as well as what Python does. Only paths below the roots count. Calls within the C
 * library itself (buffers of stdio that are flushed) are met at `fwrite` and `fclose`.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OFF, COUNT, KILL, TEAR, ONCE, SINCE };
enum { FDS = 4096, ROOTS = 4 };

static atomic_int count, how = OFF;
static int at, error, told = -1;
static char roots[ROOTS][PATH_MAX];
static atomic_char ours[FDS];

/* Begin to count; at call `n` kill before it or after half of it, fail it once or from there on. */
void faulty_start(int mode, int n, int number, int fd, const char *first, const char *second) {
    snprintf(roots[0], PATH_MAX, "%s", first);
    snprintf(roots[1], PATH_MAX, "%s", second);
    at = n;
    error = number;
    told = fd;
    count = 0;
    how = mode;
}

static int below(const char *path) {
    for (int i = 0; i < ROOTS; i++) {
        size_t length = strlen(roots[i]);
        if (length && !strncmp(path, roots[i], length)) return 1;
    }
    return 0;
}

static int in_folder(int folder, const char *path) {
    char link[64], whole[PATH_MAX];
    if (!how) return 0;
    if (path[0] == '/') return below(path);
    if (folder == AT_FDCWD) return getcwd(whole, PATH_MAX) && below(whole);
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t size = readlink(link, whole, PATH_MAX - 1);
    return size > 0 && (whole[size] = 0, below(whole));
}

static int is_ours(int fd) { return how && fd >= 0 && fd < FDS && ours[fd]; }

/* Count a call; say whether it is to fail. `grows`: whether it needs room on the disk. */
static int fails(const char *name, int grows) {
    int n = atomic_fetch_add(&count, 1);
    if (told >= 0) dprintf(told, "%s\n", name);
    if (how == KILL && n == at) kill(getpid(), SIGKILL);
    if ((how == ONCE && n == at) || (how == SINCE && n >= at && grows)) {
        errno = error;
        return 1;
    }
    return 0;
}

/* Say whether this is the call of which only half is done. */
static int torn(void) { return how == TEAR && count - 1 == at; }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALL(type, name, rule, grows, params, args)           \
    type name params {                                        \
        static __typeof__(&name) real;                        \
        if (!real) real = REAL(name);                         \
        if ((rule) && fails(#name, grows)) return (type)-1;   \
        return real args;                                     \
    }

static int mark(int fd, int mine) {
    if (fd >= 0 && fd < FDS) ours[fd] = (char)mine;
    return fd;
}

#define WRITES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT))
#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        static int (*real)(const char *, int, ...);                       \
        if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        mode_t mode = va_arg(more, mode_t);                               \
        va_end(more);                                                     \
        int mine = WRITES(flags) && in_folder(AT_FDCWD, path);            \
        if (mine && fails(#name, !!(flags & O_CREAT))) return -1;         \
        return mark(real(path, flags, mode), mine);                       \
    }
#define OPENAT(name)                                                      \
    int name(int folder, const char *path, int flags, ...) {              \
        static int (*real)(int, const char *, int, ...);                  \
        if (!real) real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        mode_t mode = va_arg(more, mode_t);                               \
        va_end(more);                                                     \
        int mine = WRITES(flags) && in_folder(folder, path);              \
        if (mine && fails(#name, !!(flags & O_CREAT))) return -1;         \
        return mark(real(folder, path, flags, mode), mine);               \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                       \
    FILE *name(const char *path, const char *mode) {                      \
        static FILE *(*real)(const char *, const char *);                 \
        if (!real) real = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, #name); \
        int mine = (strpbrk(mode, "wa+") != NULL) && in_folder(AT_FDCWD, path); \
        if (mine && fails(#name, 1)) return NULL;                         \
        FILE *file = real(path, mode);                                    \
        if (file) mark(fileno(file), mine);                               \
        return file;                                                      \
    }
FOPEN(fopen)
FOPEN(fopen64)

size_t fwrite(const void *data, size_t size, size_t n, FILE *file) {
    static size_t (*real)(const void *, size_t, size_t, FILE *);
    if (!real) real = (size_t (*)(const void *, size_t, size_t, FILE *))dlsym(RTLD_NEXT, "fwrite");
    if (is_ours(fileno(file)) && fails("fwrite", 1)) return 0;
    return real(data, size, n, file);
}

int fclose(FILE *file) {
    static int (*real)(FILE *);
    if (!real) real = (int (*)(FILE *))dlsym(RTLD_NEXT, "fclose");
    int fd = fileno(file);
    int bad = is_ours(fd) && fails("fclose", 1);
    int number = errno;
    mark(fd, 0);
    int answer = real(file);
    if (bad) errno = number;
    return bad ? EOF : answer;
}

int close(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "close");
    int bad = is_ours(fd) && fails("close", 0);
    int number = errno;
    mark(fd, 0);
    int answer = real(fd);
    if (bad) errno = number;
    return bad ? -1 : answer;
}

ssize_t write(int fd, const void *data, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (is_ours(fd)) {
        if (fails("write", 1)) return -1;
        if (torn()) {
            real(fd, data, size / 2);
            kill(getpid(), SIGKILL);
        }
    }
    return real(fd, data, size);
}

#define PWRITE(name, offset)                                              \
    ssize_t name(int fd, const void *data, size_t size, offset where) {   \
        static ssize_t (*real)(int, const void *, size_t, offset);        \
        if (!real) real = (ssize_t (*)(int, const void *, size_t, offset))dlsym(RTLD_NEXT, #name); \
        if (is_ours(fd)) {                                                \
            if (fails(#name, 1)) return -1;                               \
            if (torn()) {                                                 \
                real(fd, data, size / 2, where);                          \
                kill(getpid(), SIGKILL);                                  \
            }                                                             \
        }                                                                 \
        return real(fd, data, size, where);                               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

CALL(ssize_t, writev, is_ours(fd), 1, (int fd, const struct iovec *v, int n), (fd, v, n))
CALL(int, fsync, is_ours(fd), 1, (int fd), (fd))
CALL(int, fdatasync, is_ours(fd), 1, (int fd), (fd))
CALL(int, ftruncate, is_ours(fd), 0, (int fd, off_t size), (fd, size))
CALL(int, ftruncate64, is_ours(fd), 0, (int fd, off64_t size), (fd, size))
CALL(int, posix_fallocate, is_ours(fd), 1, (int fd, off_t from, off_t size), (fd, from, size))
CALL(int, fchmod, is_ours(fd), 0, (int fd, mode_t mode), (fd, mode))
CALL(int, chmod, in_folder(AT_FDCWD, p), 0, (const char *p, mode_t mode), (p, mode))
CALL(int, rename, in_folder(AT_FDCWD, b), 0, (const char *a, const char *b), (a, b))
CALL(int, renameat, in_folder(d, b), 0, (int c, const char *a, int d, const char *b), (c, a, d, b))
CALL(int, renameat2, in_folder(d, b), 0,
     (int c, const char *a, int d, const char *b, unsigned f), (c, a, d, b, f))
CALL(int, link, in_folder(AT_FDCWD, b), 1, (const char *a, const char *b), (a, b))
CALL(int, linkat, in_folder(d, b), 1,
     (int c, const char *a, int d, const char *b, int f), (c, a, d, b, f))
CALL(int, symlink, in_folder(AT_FDCWD, b), 1, (const char *a, const char *b), (a, b))
CALL(int, unlink, in_folder(AT_FDCWD, p), 0, (const char *p), (p))
CALL(int, unlinkat, in_folder(d, p), 0, (int d, const char *p, int f), (d, p, f))
CALL(int, rmdir, in_folder(AT_FDCWD, p), 0, (const char *p), (p))
CALL(int, mkdir, in_folder(AT_FDCWD, p), 1, (const char *p, mode_t m), (p, m))
CALL(int, mkdirat, in_folder(d, p), 1, (int d, const char *p, mode_t m), (d, p, m))
CALL(ssize_t, sendfile64, is_ours(out), 1, (int out, int in, off64_t *from, size_t n),
     (out, in, from, n))
CALL(ssize_t, copy_file_range, is_ours(out), 1,
     (int in, off64_t *a, int out, off64_t *b, size_t n, unsigned f), (in, a, out, b, n, f))
