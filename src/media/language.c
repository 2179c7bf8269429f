#include "media/language.h"

#include "base/cx.h"

Str media_language(Str is)
{
    static const struct {
        const char *three, *two;
    } known[] = {{"ind", "id"}, {"eng", "en"}, {"jav", "jv"}, {"sun", "su"}, {"msa", "ms"},
                 {"may", "ms"}, {"zho", "zh"}, {"chi", "zh"}, {"jpn", "ja"}, {"kor", "ko"},
                 {"ara", "ar"}, {"nld", "nl"}, {"dut", "nl"}, {"deu", "de"}, {"ger", "de"},
                 {"fra", "fr"}, {"fre", "fr"}, {"spa", "es"}, {"por", "pt"}, {"tha", "th"},
                 {"vie", "vi"}, {"tgl", "tl"}, {"hin", "hi"}, {"tam", "ta"}, {"rus", "ru"}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(is, str_of(known[i].three)))
            return str_of(known[i].two);
    bool plain = is.n == 2 || is.n == 3;
    for (size_t i = 0; i < is.n; i++)
        plain = plain && is.p[i] >= 'a' && is.p[i] <= 'z';
    return plain && !str_eq(is, S("und")) ? is : (Str){0};
}
