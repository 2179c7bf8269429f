/* stream.h - what every stream route begins and ends with. */
#ifndef HUB_STREAM_H
#define HUB_STREAM_H

#include "http/res.h"
#include "streaming/version.h"

void stream_allow_all(Cx *cx, Res *res);
/* The token of params[0] and the version of params[1]. E_TOKEN_INVALID, E_TOKEN_EXPIRED,
 * E_NOT_FOUND. */
Err stream_begin(Cx *cx, const Req *req, Res *res, StreamToken *token, Version *version);
/* What was written to res->body is a manifest: nobody keeps it. */
Err stream_manifest(Cx *cx, Res *res, Str media_type);

#endif
