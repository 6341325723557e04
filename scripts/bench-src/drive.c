// SPDX-License-Identifier: Apache-2.0
//
// Times commands against each other. See usage() for the two ways to call it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 64, MAX_STEPS = 8, MAX_CONTESTANTS = 8 };

static posix_spawn_file_actions_t quiet;

static void usage(FILE *stream) {
    fputs("Usage: drive rows ROUNDS WARM-UP < SPECIFICATION\n"
          "       drive each FILE\n"
          "\n"
          "rows  reads lines of two or three fields, separated by tabs:\n"
          "        row NAME          starts a row\n"
          "        run LABEL COMMAND adds a contestant to the row\n"
          "        before COMMAND    runs before each timing of the last contestant, or once\n"
          "                          before the row when it has none yet\n"
          "        after COMMAND     runs after it\n"
          "      and prints NAME, LABEL, median and minimum in nanoseconds, tab-separated.\n"
          "      Contestants take turns, and each starts as often as the others. A % in a\n"
          "      command becomes the number of the round.\n"
          "each  runs every line of FILE as a command, one after the other.\n"
          "\n"
          "Commands are split at blanks, run without a shell, and must succeed.\n",
          stream);
}

static _Noreturn void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("drive: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/// Starts the command, waits for it, and returns the nanoseconds that this took.
static uint64_t run(const char *command, unsigned long round) {
    char text[4096], *arguments[MAX_ARGUMENTS + 1], *rest = text;
    size_t used = 0, count = 0;

    for (const char *from = command; *from; from++) {
        used += (size_t)(*from == '%' ? snprintf(text + used, sizeof text - used, "%lu", round)
                                      : snprintf(text + used, sizeof text - used, "%c", *from));
        if (used >= sizeof text) die("command too long: %s", command);
    }
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        if (*word == '\0') continue;
        if (count == MAX_ARGUMENTS) die("too many arguments: %s", command);
        arguments[count++] = word;
    }
    arguments[count] = NULL;
    if (count == 0) die("empty command");

    extern char **environ;
    pid_t child;
    int status;
    uint64_t start = now();
    int failure = posix_spawnp(&child, arguments[0], &quiet, NULL, arguments, environ);
    if (failure != 0) die("cannot start %s: %s", arguments[0], strerror(failure));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) die("cannot wait: %s", strerror(errno));
    uint64_t elapsed = now() - start;

    if (WIFSIGNALED(status)) die("killed by signal %d (round %lu): %s", WTERMSIG(status), round, command);
    if (WEXITSTATUS(status) != 0) die("status %d (round %lu): %s", WEXITSTATUS(status), round, command);
    return elapsed;
}

struct contestant {
    char *label, *command;
    char *before[MAX_STEPS + 1], *after[MAX_STEPS + 1];
    uint64_t *times;
};

struct row {
    char *name;
    char *before[MAX_STEPS + 1], *after[MAX_STEPS + 1];
    struct contestant contestants[MAX_CONTESTANTS];
    size_t count;
};

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void run_steps(char **steps, unsigned long round) {
    for (; *steps; steps++) run(*steps, round);
}

static void time_row(struct row *row, unsigned long rounds, unsigned long warm_up) {
    static unsigned long serial;

    run_steps(row->before, serial);
    for (size_t i = 0; i < row->count; i++) {
        row->contestants[i].times = calloc(rounds, sizeof(uint64_t));
        if (row->contestants[i].times == NULL) die("out of memory");
    }
    for (unsigned long round = 0; round < rounds + warm_up; round++) {
        for (size_t turn = 0; turn < row->count; turn++) {
            // Whoever starts a round has the coldest caches, so that changes too.
            struct contestant *one = &row->contestants[(turn + round) % row->count];
            serial++;
            run_steps(one->before, serial);
            uint64_t elapsed = run(one->command, serial);
            run_steps(one->after, serial);
            if (round >= warm_up) one->times[round - warm_up] = elapsed;
        }
    }
    run_steps(row->after, serial);
    for (size_t i = 0; i < row->count; i++) {
        struct contestant *one = &row->contestants[i];
        qsort(one->times, rounds, sizeof(uint64_t), ascending);
        uint64_t median = (one->times[(rounds - 1) / 2] + one->times[rounds / 2]) / 2;
        printf("%s\t%s\t%llu\t%llu\n", row->name, one->label, (unsigned long long)median,
               (unsigned long long)one->times[0]);
        free(one->times);
    }
    fflush(stdout);
}

static void add_step(char **steps, char *command) {
    size_t count = 0;
    while (steps[count]) count++;
    if (count == MAX_STEPS) die("too many steps: %s", command);
    steps[count] = command;
}

/// The next line of the stream without its end, or NULL after the last; the caller's for good.
static char *next_line(FILE *stream) {
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, stream);
    if (length < 0) return NULL;
    if (length > 0 && line[length - 1] == '\n') line[length - 1] = '\0';
    return line;
}

static void time_rows(unsigned long rounds, unsigned long warm_up) {
    struct row row = {0};

    for (char *line; (line = next_line(stdin)) != NULL;) {
        char *rest = line, *verb = strsep(&rest, "\t"), *first = strsep(&rest, "\t");
        if (*verb == '\0' || *verb == '#') continue;
        if (first == NULL) die("a field is missing: %s", verb);
        if (strcmp(verb, "row") == 0) {
            if (row.count) time_row(&row, rounds, warm_up);
            row = (struct row){.name = first};
            continue;
        }
        if (row.name == NULL) die("no row yet: %s", verb);
        struct contestant *last = row.count ? &row.contestants[row.count - 1] : NULL;
        char **before = last ? last->before : row.before, **after = last ? last->after : row.after;
        if (strcmp(verb, "run") == 0) {
            if (rest == NULL) die("a field is missing: %s %s", verb, first);
            if (row.count == MAX_CONTESTANTS) die("too many contestants in row %s", row.name);
            row.contestants[row.count++] = (struct contestant){.label = first, .command = rest};
        } else if (strcmp(verb, "before") == 0) {
            add_step(before, first);
        } else if (strcmp(verb, "after") == 0) {
            add_step(after, first);
        } else {
            die("unknown line: %s", verb);
        }
    }
    if (row.count) time_row(&row, rounds, warm_up);
}

static void run_each(const char *path) {
    FILE *file = fopen(path, "re");
    if (file == NULL) die("cannot read %s: %s", path, strerror(errno));
    unsigned long round = 0;
    for (char *line; (line = next_line(file)) != NULL; free(line)) run(line, ++round);
    fclose(file);
}

static unsigned long number(const char *text) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0') die("not a number: %s", text);
    return value;
}

int main(int count, char **words) {
    if (count == 2 && (strcmp(words[1], "-h") == 0 || strcmp(words[1], "--help") == 0)) {
        usage(stdout);
        return 0;
    }
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (count == 4 && strcmp(words[1], "rows") == 0) {
        unsigned long rounds = number(words[2]);
        if (rounds == 0) die("ROUNDS must be at least 1");
        time_rows(rounds, number(words[3]));
    } else if (count == 3 && strcmp(words[1], "each") == 0) {
        run_each(words[2]);
    } else {
        usage(stderr);
        return 2;
    }
    return 0;
}
