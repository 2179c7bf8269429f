/* The vectors of RFC 6238, appendix B, and of RFC 4648; what a code may look like. */
#include "identity/totp.h"
#include "identity/code.h"
#include "test.h"

static const Str key = {"12345678901234567890", TOTP_BYTES};

TEST(codes_are_those_of_rfc_6238)
{
    static const struct {
        int64_t at;
        uint32_t code; /* the last six of its eight digits */
    } rows[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(totp_at(key, rows[i].at / 30) == rows[i].code);
}

TEST(a_code_is_good_one_step_to_either_side)
{
    int64_t now = 1111111109000;
    CHECK(totp_step(key, S("081804"), now) == 37037036);
    CHECK(totp_step(key, S(" 081 804 "), now) == 37037036);
    CHECK(totp_step(key, S("081804"), now + 29000) == 37037036);
    CHECK(totp_step(key, S("081804"), now - 29000) == 37037036);
    CHECK(totp_step(key, S("081804"), now + 62000) == -1);
    CHECK(totp_step(key, S("081804"), now - 60000) == -1);
    CHECK(totp_step(key, S("81804"), now) == -1 && totp_step(key, S("0081804"), now) == -1);
    CHECK(totp_step(key, S(""), now) == -1 && totp_step(key, S("+81804"), now) == -1);
}

TEST(a_key_is_written_and_read_as_base32)
{
    Cx cx = {.arena = arena_new()};
    Str read = {0};
    CHECK(str_eq(totp_text(&cx, key), S("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")));
    CHECK(str_eq(totp_text(&cx, S("fooba")), S("MZXW6YTB")));
    CHECK(totp_read(&cx, S("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), &read) && str_eq(read, key));
    CHECK(!totp_read(&cx, S("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ"), &read));
    CHECK(!totp_read(&cx, S("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQG"), &read));
    CHECK(!totp_read(&cx, S("gezdgnbvgy3tqojqgezdgnbvgy3tqojq"), &read));
    CHECK(!totp_read(&cx, S("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBV"), &read));
    CHECK(!totp_read(&cx, (Str){"GEZDGNBV\0Y3TQOJQGEZDGNBVGY3TQOJQ", 32}, &read));
    CHECK(str_eq(totp_address(&cx, S("Tante Sama"), S("rina"), key),
                 S("otpauth://totp/Tante%20Sama:rina?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"
                   "issuer=Tante%20Sama")));
    arena_free(cx.arena);
}

TEST(a_written_code_is_read_as_people_type_it)
{
    Cx cx = {.arena = arena_new()};
    for (int i = 0; i < 100; i++) {
        Str code = code_new(&cx);
        CHECK(code.n == 19 && code.p[4] == '-' && code.p[14] == '-' &&
              code_hash(&cx, code).n == 64);
    }
    Str plain = code_hash(&cx, S("abcd-ef01-jkmn-pqr0"));
    CHECK(plain.n && str_eq(plain, code_hash(&cx, S("ABCDEFOLJKMN PQRo"))));
    CHECK(str_eq(plain, code_hash(&cx, S(" abcd ef0i-jkmn--pqr0 "))));
    CHECK(!str_eq(plain, code_hash(&cx, S("abcd-ef01-jkmn-pqr1"))));
    CHECK(!code_hash(&cx, S("abcd-ef01-jkmn-pqr")).n &&
          !code_hash(&cx, S("abcd-ef01-jkmn-pqr00")).n);
    CHECK(!code_hash(&cx, S("abcd-ef01-jkmn-pqru")).n && !code_hash(&cx, S("")).n);
    CHECK(!code_hash(&cx, (Str){"abcd-ef01-jkmn-pqr\0", 19}).n);
    arena_free(cx.arena);
}
