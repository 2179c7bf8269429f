#include "role/command.h"

static void drop(int *argc, char **argv, int at, int n)
{
    for (int i = at; i + n < *argc; i++)
        argv[i] = argv[i + n];
    *argc -= n;
}

Str flag_take(int *argc, char **argv, const char *name, bool has_value)
{
    for (int i = 2; i < *argc; i++) {
        Str value = {0}, key = str_cut(str_of(argv[i]), '=', &value);
        if (!str_eq(key, str_of(name)))
            continue;
        int n = has_value && !value.p && i + 1 < *argc ? 2 : 1;
        Str got = !has_value ? S("") : value.p ? value : n == 2 ? str_of(argv[i + 1]) : S("");
        drop(argc, argv, i, n);
        return got;
    }
    return (Str){0};
}
