#include "base/err.h"

#include <assert.h>

static_assert(ERR_COUNT <= 64, "ERR_BIT needs a wider set");

static const ErrKind kinds[ERR_COUNT] = {
    [OK] = {200, "OK", "ok", "Fine", "Baik", "", ""},
#define ERR(name, status, slug, title, title_id, help, help_id)                                    \
    [E_##name] = {status, #name, slug, title, title_id, help, help_id},
#include "base/err.def"
#undef ERR
};

const ErrKind *err_kind(Err e)
{
    return &kinds[(unsigned)e < ERR_COUNT ? e : E_INTERNAL];
}
