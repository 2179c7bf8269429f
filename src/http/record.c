#include "http/record.h"

#include "base/log.h"
#include "base/time.h"

enum { LINE_MAX_BYTES = 768 };

typedef struct Line {
    char p[LINE_MAX_BYTES];
    size_t n;
} Line;

static void put(Line *l, Str s)
{
    size_t n = s.n < LINE_MAX_BYTES - l->n ? s.n : LINE_MAX_BYTES - l->n;
    if (n)
        memcpy(l->p + l->n, s.p, n);
    l->n += n;
}

static void put_int(Line *l, int64_t i)
{
    char text[INT_TEXT];
    put(l, (Str){text, (size_t)(int_write(text, i) - text)});
}

static void put_thousandths(Line *l, int64_t us)
{
    int64_t rest = us % 1000;
    char text[4] = {'.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10),
                    (char)('0' + rest % 10)};
    put_int(l, us / 1000);
    put(l, (Str){text, sizeof text});
}

static void put_actor(Line *l, uint64_t actor)
{
    char text[16];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "0123456789abcdef"[actor >> (60 - 4 * i) & 15];
    if (actor)
        put(l, (Str){text, sizeof text});
}

void record_log(const Record *r, int64_t now, int64_t took_us)
{
    Line l;
    char time[TIME_TEXT], address[ADDRESS_TEXT];
    l.n = 0;
    time_write(time, now);
    put(&l, S("{\"ts\":\""));
    put(&l, (Str){time, TIME_TEXT});
    put(&l, S("\",\"level\":\"info\",\"event\":\"access\",\"request_id\":\""));
    put(&l, (Str){r->trace.id, r->trace.id_n});
    put(&l, S("\",\"trace_id\":\""));
    put(&l, trace_id(&r->trace));
    put(&l, S("\",\"method\":\""));
    put(&l, r->method < METHOD_COUNT ? method_name(r->method) : S("-"));
    put(&l, S("\",\"route\":\""));
    put(&l, r->route ? str_of(r->route->path) : S("-"));
    put(&l, S("\",\"status\":"));
    put_int(&l, r->status);
    put(&l, S(",\"dur_ms\":"));
    put_thousandths(&l, took_us);
    put(&l, S(",\"bytes\":"));
    put_int(&l, r->bytes);
    put(&l, S(",\"ip\":\""));
    put(&l, (Str){address, address_write_short(&r->address, address)});
    put(&l, S("\",\"actor\":\""));
    put_actor(&l, r->actor);
    put(&l, S("\"}"));
    log_access((Str){l.p, l.n});
}
