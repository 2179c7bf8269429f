#include "http/proxy.h"

#include "base/fault.h"
#include "http/syntax.h"

#include <arpa/inet.h>
#include <stdlib.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_v4(const Address *a)
{
    return memcmp(a->b, mapped, sizeof mapped) == 0;
}

bool address_read(Str text, Address *out)
{
    char z[ADDRESS_TEXT];
    Address a;
    if (!text.n || text.n >= sizeof z)
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = 0;
    memcpy(a.b, mapped, sizeof mapped);
    if (inet_pton(AF_INET, z, a.b + 12) != 1 && inet_pton(AF_INET6, z, a.b) != 1)
        return false;
    *out = a;
    return true;
}

size_t address_write(const Address *a, char to[ADDRESS_TEXT])
{
    if (!is_v4(a))
        return inet_ntop(AF_INET6, a->b, to, ADDRESS_TEXT) ? strlen(to) : 0;
    char *p = to;
    for (int i = 12; i < 16; i++) {
        unsigned n = a->b[i];
        if (i > 12)
            *p++ = '.';
        if (n >= 100)
            *p++ = (char)('0' + n / 100);
        if (n >= 10)
            *p++ = (char)('0' + n / 10 % 10);
        *p++ = (char)('0' + n % 10);
    }
    *p = 0;
    return (size_t)(p - to);
}

size_t address_write_short(const Address *a, char to[ADDRESS_TEXT])
{
    Address cut = *a;
    size_t keep = is_v4(a) ? 15 : 6;
    memset(cut.b + keep, 0, sizeof cut.b - keep);
    return address_write(&cut, to);
}

Address address_subject(const Address *a)
{
    Address key = *a;
    if (!is_v4(a) && !bug("eachaddress"))
        memset(key.b + 8, 0, 8);
    return key;
}

bool address_loopback(const Address *a)
{
    static const Address one = {{[15] = 1}};
    return (is_v4(a) && a->b[12] == 127) || memcmp(a, &one, sizeof one) == 0;
}

static bool within(const Network *network, const Address *a)
{
    size_t whole = (size_t)network->bits / 8;
    unsigned rest = (unsigned)network->bits % 8;
    if (memcmp(network->base.b, a->b, whole) != 0)
        return false;
    unsigned mask = rest ? 0xffu << (8 - rest) & 0xff : 0;
    return !rest || ((network->base.b[whole] ^ a->b[whole]) & mask) == 0;
}

bool networks_have(const Networks *networks, const Address *a)
{
    for (size_t i = 0; i < networks->n; i++)
        if (within(&networks->p[i], a))
            return true;
    return false;
}

static bool network_read(Str text, Network *out)
{
    Str suffix = {0}, address = str_cut(text, '/', &suffix);
    int64_t bits = 0;
    if (!address_read(address, &out->base))
        return false;
    int wide = is_v4(&out->base) && memchr(address.p, '.', address.n) ? 32 : 128;
    if (suffix.p && (!text_number(suffix, &bits) || bits > wide))
        return false;
    out->bits = suffix.p ? 128 - wide + (int)bits : 128;
    return true;
}

Err networks_read(Cx *cx, Str list, Networks *out)
{
    Networks made = {0};
    for (Str rest = list; rest.n;) {
        Str one = text_trim(str_cut(rest, ',', &rest));
        if (!one.n)
            continue;
        made.p = realloc(made.p, (made.n + 1) * sizeof *made.p);
        if (!made.p)
            abort();
        if (!network_read(one, &made.p[made.n++])) {
            networks_free(&made);
            return fail(cx, E_INVALID, "trusted-proxies: " STR_FMT " is no address or network",
                        STR_ARG(one));
        }
    }
    *out = made;
    return OK;
}

void networks_free(Networks *networks)
{
    free(networks->p);
    *networks = (Networks){0};
}

/* An element as proxies write it: an address, [v6], v4:port or [v6]:port. */
static bool element_read(Str text, Address *out)
{
    if (text.n && text.p[0] == '[') {
        Str rest = {0};
        return address_read(str_cut((Str){text.p + 1, text.n - 1}, ']', &rest), out);
    }
    if (address_read(text, out))
        return true;
    Str port = {0}, address = str_cut(text, ':', &port);
    return port.n && !memchr(port.p, ':', port.n) && address_read(address, out);
}

bool forwarded_for(const Networks *trusted, Str field, Address *at)
{
    while (field.n) {
        const char *comma = memrchr(field.p, ',', field.n);
        Str last = comma ? (Str){comma + 1, (size_t)(field.p + field.n - comma - 1)} : field;
        if (!element_read(text_trim(last), at) || !networks_have(trusted, at))
            return false;
        field.n = comma ? (size_t)(comma - field.p) : 0;
    }
    return true;
}
