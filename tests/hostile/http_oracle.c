/* http_oracle.c - the hub's own request parser as a program, for diff.py; README.md has the
 * protocol.
 *
 * Methods, routing and body limits play no part but one: a method that the hub does not know is
 * refused.
 */
#include "http/chunked.h"
#include "http/parse.h"

#include <stdio.h>
#include <stdlib.h>

static bool body_of(const Head *head, Str rest, size_t *body, size_t *used)
{
    Chunked c = {0};
    Str in = rest, data;
    ChunkStep step = CHUNK_END;
    *body = 0;
    if (!head->chunked) {
        *body = *used = (size_t)head->req.length;
        return (uint64_t)head->req.length <= rest.n;
    }
    while ((step = chunked_next(&c, &in, &data)) == CHUNK_DATA)
        *body += data.n;
    *used = rest.n - in.n;
    return step == CHUNK_END;
}

static void print_target(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x21 && c <= 0x7e)
            putchar(c);
        else
            printf("\\x%02x", c);
    }
}

static void judge(Str request)
{
    static Head head;
    size_t seen = 0, n = 0, body = 0, used = 0;
    const char *why = "the head is not whole";
    HeadScan scan = head_scan(request.p, request.n, &seen, &n);
    if (scan != HEAD_WHOLE || head_parse(request.p, n, &head, &why)) {
        printf("refuse %s\n", scan == HEAD_BAD ? "a line end" : why);
        return;
    }
    if (!body_of(&head, (Str){request.p + n, request.n - n}, &body, &used)) {
        printf("refuse the body\n");
        return;
    }
    Str method = method_name(head.req.method);
    printf("accept " STR_FMT " ", STR_ARG(method));
    print_target(head.req.target);
    printf(" %zu %zu %zu\n", head.req.n_headers, body, n + used);
}

int main(void)
{
    char line[32];
    while (fgets(line, sizeof line, stdin)) {
        size_t n = (size_t)strtoull(line, NULL, 10);
        char *p = malloc(n + 1);
        if (!p || fread(p, 1, n, stdin) != n)
            return 1;
        judge((Str){p, n});
        free(p);
    }
    return 0;
}
