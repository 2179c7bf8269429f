/* Any bytes as where a browser wants its messages: what passes is https, to a host that is a name
 * or a public address, and is spelled without anything that a second reader could take otherwise.
 */
#include "community/push_message.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str origin = {0}, host = {0}, text = {(const char *)data, size};
    if (!push_endpoint(text, false, &origin, &host))
        return 0;
    assert(str_begins(text, origin) && str_begins(origin, S("https://")));
    assert(text.p[origin.n] == '/' && host.p == origin.p + 8 && host.n <= origin.n - 8);
    assert(memchr(host.p, '.', host.n) && !memchr(text.p, '@', origin.n));
    assert(!memchr(text.p, '\\', size) && !memchr(text.p, ' ', size) && !memchr(text.p, 0, size));
    /* no number but an address in full */
    size_t last = host.n;
    while (last && host.p[last - 1] != '.')
        last--;
    bool number = host.p[last] >= '0' && host.p[last] <= '9';
    assert(!number || (!str_begins(host, S("10.")) && !str_begins(host, S("127."))));
    return 0;
}
