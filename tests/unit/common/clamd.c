/* What clamd answers, word by word: one sentence alone is clean. */
#include "common/clamd.h"

#include "test.h"

TEST(clamd_one_sentence_alone_is_clean)
{
    static const char *const others[] = {"",
                                         "OK",
                                         "stream:OK",
                                         "stream: OK ",
                                         " stream: OK",
                                         "stream: ok",
                                         "stream: OK\n",
                                         "Stream: OK",
                                         "stream: OKOK",
                                         "stream: ",
                                         "stream: FOUND",
                                         "fd[7]: OK",
                                         "stream:  OK",
                                         "INSTREAM size limit exceeded. ERROR",
                                         "stream: Can't open file ERROR",
                                         "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND",
                                         "UNKNOWN COMMAND"};
    CHECK(clamd_read(S("stream: OK")).verdict == CLAMD_CLEAN);
    for (size_t i = 0; i < COUNT(others); i++)
        CHECK(clamd_read(str_of(others[i])).verdict == CLAMD_FAILED);
    CHECK(clamd_read((Str){"stream: OK\0", 11}).verdict == CLAMD_FAILED);
}

TEST(clamd_tells_what_it_found)
{
    ClamdAnswer a = clamd_read(S("stream: Win.Test.EICAR_HDB-1 FOUND"));
    CHECK(a.verdict == CLAMD_INFECTED && str_eq(a.text, S("Win.Test.EICAR_HDB-1")));
    a = clamd_read(S("stream: OK FOUND")); /* a signature may be called so */
    CHECK(a.verdict == CLAMD_INFECTED && str_eq(a.text, S("OK")));
}
