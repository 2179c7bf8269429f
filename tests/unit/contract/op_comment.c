/* The operations of community.yaml. */
#include "contract.h"
#include "db/db.h"
#include "toy.h"

static Err video_exists(Cx *cx, Str id)
{
    Video v = {0};
    return db_one(cx, SQL_VIDEO_VISIBLE, ARGS(V(id), V((Str){0}), V(cx->viewer.id)), &VIDEO, &v);
}

Err list_comments(Cx *cx, const ListCommentsIn *in, CommentPage *out)
{
    TRY(video_exists(cx, in->id));
    return db_list(cx, SQL_COMMENT_LIST, ARGS(V(in->id), V(in->cursor), V(in->limit)), &COMMENT,
                   &out->items);
}

Err create_comment(Cx *cx, const CreateCommentIn *in, Comment *out)
{
    TRY(video_exists(cx, in->id));
    const CommentNew *c = &in->body;
    Comment made = {.id = new_id(cx),
                    .author = cx->viewer.id,
                    .text = c->text,
                    .at_ms = c->at_ms,
                    .created_at = cx->now,
                    .has = {.at_ms = c->has.at_ms}};
    TRY(db_run(cx, SQL_COMMENT_ADD,
               ARGS(V(made.id), V(in->id), V(made.author), V(made.text),
                    val_field(cx, &COMMENT, "at_ms", &made), V(cx->now)),
               NULL));
    *out = made;
    return OK;
}

Err append_upload(Cx *cx, Req *req, Res *res)
{
    (void)req, (void)res;
    return fail(cx, E_INTERNAL, "the server's own");
}

Err head_upload(Cx *cx, Req *req, Res *res)
{
    (void)req, (void)res;
    return fail(cx, E_INTERNAL, "the server's own");
}

Err tell_uploads(Cx *cx, Req *req, Res *res)
{
    (void)req, (void)res;
    return fail(cx, E_INTERNAL, "the server's own");
}

Err get_playlist(Cx *cx, Req *req, Res *res)
{
    (void)req, (void)res;
    return fail(cx, E_INTERNAL, "the server's own");
}
