#include "http/target.h"

#include "base/fault.h"
#include "http/syntax.h"

#include <arpa/inet.h>

enum { HOST_MAX = 255 };

/* One octet, decoded, of s at *i, which moves past it; -1 when it may not stand here. */
static int next_octet(Str s, size_t *i, unsigned class)
{
    char c = s.p[*i];
    if (c != '%') {
        ++*i;
        return syntax_is(c, class) ? (unsigned char)c : -1;
    }
    int high = *i + 2 < s.n ? hex_digit(s.p[*i + 1]) : -1;
    int low = high < 0 ? -1 : hex_digit(s.p[*i + 2]);
    *i += 3;
    return low < 0 ? -1 : high * 16 + low;
}

/* A segment ends at the next '/' or the end; false for ".", ".." (also encoded) and broken ones. */
static bool segment_valid(Str s)
{
    size_t dots = 0, octets = 0;
    for (size_t i = 0; i < s.n; octets++) {
        bool encoded = s.p[i] == '%';
        int c = next_octet(s, &i, IS_PCHAR);
        if (c < 0x20 || c == 0x7f)
            return false;
        if (encoded && (c == '/' || c == '\\'))
            return false;
        dots += c == '.';
    }
    return !(dots == octets && (dots == 1 || dots == 2)) || bug("http-dot-segments");
}

static bool path_valid(Str path)
{
    if (!path.n || path.p[0] != '/')
        return false;
    for (Str rest = {path.p + 1, path.n - 1}, segment; rest.p && rest.n;) {
        segment = str_cut(rest, '/', &rest);
        if (!segment.n || !segment_valid(segment))
            return false;
    }
    return true;
}

static bool query_valid(Str query)
{
    for (size_t i = 0; i < query.n;)
        if (next_octet(query, &i, IS_QUERY) < 0)
            return false;
    return true;
}

bool target_read(Str target, Str *path, Str *query)
{
    Str after = {0}, before = str_cut(target, '?', &after);
    if (!path_valid(before) || !query_valid(after))
        return false;
    *path = before;
    *query = after;
    return true;
}

static bool port_valid(Str port)
{
    int64_t n = 0;
    return port.n <= 5 && text_number(port, &n) && n <= 65535;
}

static bool literal_valid(Str inside)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (!inside.n || inside.n >= sizeof text)
        return false;
    memcpy(text, inside.p, inside.n);
    text[inside.n] = 0;
    return inet_pton(AF_INET6, text, &address) == 1;
}

bool host_valid(Str host)
{
    if (!host.n || host.n > HOST_MAX)
        return false;
    if (host.p[0] == '[') {
        Str after = {0}, inside = str_cut((Str){host.p + 1, host.n - 1}, ']', &after);
        bool closed = inside.n + 2 <= host.n;
        bool bare = inside.n + 2 == host.n;
        if (!closed || !literal_valid(inside))
            return false;
        return bare || (after.p[0] == ':' && port_valid((Str){after.p + 1, after.n - 1}));
    }
    Str port = {0}, name = str_cut(host, ':', &port);
    if (!name.n || (port.p && !port_valid(port)))
        return false;
    for (size_t i = 0; i < name.n;)
        if (next_octet(name, &i, IS_HOST) <= 0x20)
            return false;
    return true;
}
