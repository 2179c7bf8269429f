/* Runs the tests of one room. With arguments, only those whose names contain one of them. */
#include "test.h"

#include <stdbool.h>
#include <string.h>

Test *test_all;
const char *test_case = "";
int test_failed, test_checks;

static bool wanted(const Test *t, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strstr(t->name, argv[i]))
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    int n = 0;
    for (Test *t = test_all; t; t = t->next) {
        if (!wanted(t, argc, argv))
            continue;
        test_case = t->name;
        t->run();
        n++;
    }
    printf("%d tests, %d checks, %d failed\n", n, test_checks, test_failed);
    return test_failed != 0;
}
