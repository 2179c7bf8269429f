/* llhttp_oracle.c - what llhttp, with every lenient flag off, makes of each request on stdin.
 *
 * A request is a decimal length, LF, and that many bytes. Each gets one line:
 *     accept METHOD TARGET NHEADERS BODYLEN USED
 *     refuse REASON
 * Only the first message in the bytes counts; USED is how many of them it took. One that has not
 * ended with the bytes is refused. README.md has the protocol in full. Built by diff.py.
 */
#include "llhttp.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { REQUEST_MAX = 8 << 20, TARGET_MAX = 65536 };

typedef struct Message {
    char target[TARGET_MAX];
    size_t n_target, n_headers;
    uint64_t body;
    bool head_ended, ended;
} Message;

static int on_url(llhttp_t *parser, const char *at, size_t n)
{
    Message *m = parser->data;
    if (n > sizeof m->target - m->n_target)
        return HPE_USER;
    for (size_t i = 0; i < n; i++)
        m->target[m->n_target++] = at[i];
    return HPE_OK;
}

static int on_header(llhttp_t *parser)
{
    Message *m = parser->data;
    m->n_headers += !m->head_ended; /* trailers come by the same callback */
    return HPE_OK;
}

static int on_head_end(llhttp_t *parser)
{
    Message *m = parser->data;
    m->head_ended = true;
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t n)
{
    Message *m = parser->data;
    (void)at;
    m->body += n;
    return HPE_OK;
}

static int on_end(llhttp_t *parser)
{
    Message *m = parser->data;
    m->ended = true;
    return HPE_PAUSED;
}

static void print_target(const Message *m)
{
    for (size_t i = 0; i < m->n_target; i++) {
        unsigned char c = (unsigned char)m->target[i];
        if (c > 0x20 && c < 0x7f)
            putchar(c);
        else
            printf("\\x%02x", c);
    }
}

static void judge(const char *bytes, size_t n)
{
    static Message m;
    m.n_target = m.n_headers = 0;
    m.body = 0;
    m.head_ended = m.ended = false;
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_header_field_complete = on_header;
    settings.on_headers_complete = on_head_end;
    settings.on_body = on_body;
    settings.on_message_complete = on_end;
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &m;
    llhttp_errno_t said = llhttp_execute(&parser, bytes, n);
    if (!m.ended) {
        printf("refuse %s\n", said == HPE_OK ? "HPE_INCOMPLETE" : llhttp_errno_name(said));
        return;
    }
    const char *stop = llhttp_get_error_pos(&parser);
    printf("accept %s ", llhttp_method_name((llhttp_method_t)parser.method));
    print_target(&m);
    printf(" %zu %" PRIu64 " %zu\n", m.n_headers, m.body, stop ? (size_t)(stop - bytes) : n);
}

int main(void)
{
    char *bytes = malloc(REQUEST_MAX);
    size_t n;
    while (bytes && scanf("%zu", &n) == 1) {
        if (n > REQUEST_MAX || getchar() != '\n' || fread(bytes, 1, n, stdin) != n) {
            fprintf(stderr, "llhttp_oracle: the input is not length-prefixed\n");
            free(bytes);
            return 1;
        }
        judge(bytes, n);
    }
    free(bytes);
    return fflush(stdout) == 0 ? 0 : 1;
}
