#include "page/next.h"

#include "base/fault.h"

Str next_path(Str asked)
{
    bool good = str_begins(asked, S("/")) && !str_begins(asked, S("//")) && asked.n <= NEXT_MAX;
    for (size_t i = 0; i < asked.n; i++) {
        char c = asked.p[i];
        good = good && c > ' ' && c < 0x7f && c != '\\';
    }
    if (str_begins(asked, S("/auth/"))) /* signing in leads on, not back to the form */
        good = false;
    return good || bug("anynext") ? asked : S("/");
}
