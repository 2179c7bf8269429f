#include "community/share.h"

#include "base/attr.h"

#include <string.h>
#include <strings.h>

/* In lower case; anywhere in the header. "bot" is in most of the others. */
static const char *const programs[] = {"bot",
                                       "whatsapp/",
                                       "facebookexternalhit",
                                       "facebot",
                                       "crawler",
                                       "spider",
                                       "preview",
                                       "slurp",
                                       "embedly",
                                       "pinterest",
                                       "vkshare",
                                       "skypeuripreview",
                                       "curl/",
                                       "wget/",
                                       "python-",
                                       "go-http-client",
                                       "okhttp",
                                       "java/",
                                       "libwww",
                                       "headlesschrome"};

static bool holds(Str text, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.n; i++)
        if (strncasecmp(text.p + i, word, n) == 0)
            return true;
    return false;
}

bool share_is_program(Str agent)
{
    for (size_t i = 0; i < COUNT(programs); i++)
        if (holds(agent, programs[i]))
            return true;
    return agent.n == 0;
}
