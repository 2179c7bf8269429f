#include "ops/inventory.h"

#include "base/fault.h"
#include "blob/blob.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char head[] = "hub-backup 1\n";

static bool is_path(Str path)
{
    size_t slashes = 0;
    if (!path.n || path.n > 120)
        return false;
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        bool first = i == 0 || path.p[i - 1] == '/';
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        slashes += c == '/';
        if (first ? !plain || c == '.' : !plain && c != '/')
            return false;
    }
    return slashes <= 1 && path.p[path.n - 1] != '/';
}

static bool read_size(Str text, int64_t *out)
{
    int64_t n = 0;
    if (!text.n || text.n > 18 || (text.p[0] == '0' && text.n > 1))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        n = n * 10 + (text.p[i] - '0');
    }
    *out = n;
    return true;
}

bool inventory_item(Str line, InventoryItem *out)
{
    InventoryItem item = {0};
    Str rest, kind = str_cut(line, ' ', &rest), sum = str_cut(rest, ' ', &rest),
              size = str_cut(rest, ' ', &item.path);
    item.blob = str_eq(kind, S("blob"));
    if (!item.blob && !str_eq(kind, S("file")))
        return false;
    if (sum.n != SHA256_HEX || !hex_read(sum, item.sum, sizeof item.sum) ||
        !read_size(size, &item.size) || !is_path(item.path))
        return false;
    if (item.blob && !memchr(item.path.p, '/', item.path.n))
        return false;
    *out = item;
    return true;
}

void inventory_close(Inventory *i)
{
    if (i->digest)
        digest_close(i->digest, NULL);
    if (i->file)
        (void)fclose(i->file);
    i->digest = NULL;
    i->file = NULL;
}

static Err damaged(Cx *cx, const Inventory *i, const char *how)
{
    return fail(cx, E_CONFLICT, "%s %s", i->path, how);
}

/* To behind the first line. */
static Err begin(Cx *cx, Inventory *i)
{
    rewind(i->file);
    if (!fgets(i->line, sizeof i->line, i->file) || strcmp(i->line, head) != 0)
        return damaged(cx, i, "is no inventory of a backup that this program knows");
    return OK;
}

/* The end is the last line, and says the sum of those before. */
static Err prove(Cx *cx, Inventory *i)
{
    uint8_t sum[64], said[SHA256_BYTES];
    InventoryItem item;
    TRY(begin(cx, i));
    Digest *d = digest_open(DIGEST_SHA256);
    digest_add(d, head, sizeof head - 1);
    bool good = true, end = false;
    while (good && !end && fgets(i->line, sizeof i->line, i->file)) {
        Str line = str_of(i->line);
        good = line.n && line.p[line.n - 1] == '\n';
        Str text = {line.p, line.n - good};
        end = good && str_begins(text, S("end "));
        if (end)
            good = hex_read((Str){text.p + 4, text.n - 4}, said, sizeof said);
        else if (good && (good = inventory_item(text, &item)))
            digest_add(d, line.p, line.n);
    }
    digest_close(d, sum);
    if (!good || !end || fgetc(i->file) != EOF)
        return damaged(cx, i, "is damaged");
    if (memcmp(sum, said, sizeof said) != 0 && !bug("anyinventory"))
        return damaged(cx, i, "is not what was written");
    return begin(cx, i);
}

static void set_path(Inventory *i, Str path)
{
    *i = (Inventory){0};
    (void)snprintf(i->path, sizeof i->path, STR_FMT, STR_ARG(path));
}

Err inventory_open(Cx *cx, Str path, Inventory *out)
{
    Inventory i;
    set_path(&i, path);
    i.file = fopen(i.path, "re");
    if (!i.file)
        return fail_io(cx, "opening", path);
    Err e = prove(cx, &i);
    if (e)
        inventory_close(&i);
    else
        *out = i;
    return e;
}

Err inventory_next(Cx *cx, Inventory *i, InventoryItem *out)
{
    if (!fgets(i->line, sizeof i->line, i->file))
        return damaged(cx, i, "ended while it was read");
    Str line = str_of(i->line);
    if (str_begins(line, S("end ")))
        return E_NOT_FOUND;
    line.n -= line.n > 0;
    return inventory_item(line, out) ? OK : damaged(cx, i, "changed while it was read");
}

Err inventory_make(Cx *cx, Str path, Inventory *out)
{
    Inventory i;
    set_path(&i, path);
    i.file = fopen(arena_fmt(cx->arena, "%s.part", i.path).p, "we");
    if (!i.file)
        return fail_io(cx, "making", path);
    i.digest = digest_open(DIGEST_SHA256);
    digest_add(i.digest, head, sizeof head - 1);
    *out = i;
    return fputs(head, out->file) < 0 ? fail_io(cx, "writing", path) : OK;
}

Err inventory_add(Cx *cx, Inventory *i, const InventoryItem *item)
{
    Str line =
        arena_fmt(cx->arena, "%s " STR_FMT " %lld " STR_FMT "\n", item->blob ? "blob" : "file",
                  STR_ARG(hex_text(cx->arena, item->sum, sizeof item->sum)), (long long)item->size,
                  STR_ARG(item->path));
    digest_add(i->digest, line.p, line.n);
    return fputs(line.p, i->file) < 0 ? fail_io(cx, "writing", str_of(i->path)) : OK;
}

Err inventory_end(Cx *cx, Inventory *i)
{
    uint8_t sum[64];
    Str path = str_of(i->path), part = arena_fmt(cx->arena, "%s.part", i->path);
    digest_close(i->digest, sum);
    i->digest = NULL;
    bool good = fprintf(i->file, "end %s\n", hex_text(cx->arena, sum, SHA256_BYTES).p) > 0 &&
                fflush(i->file) == 0 && fsync(fileno(i->file)) == 0;
    if (!good)
        return fail_io(cx, "writing", path);
    inventory_close(i);
    crash_step("backup: before the inventory has its name");
    if (rename(part.p, i->path) != 0)
        return fail_io(cx, "naming", path);
    const char *slash = strrchr(i->path, '/');
    return folder_sync(cx, arena_str(cx->arena, (Str){i->path, (size_t)(slash - i->path)}).p);
}
