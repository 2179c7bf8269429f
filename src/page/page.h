/* page.h - what the server needs of the pages besides their routes. */
#ifndef HUB_PAGE_ROOM_H
#define HUB_PAGE_ROOM_H

#include "http/res.h"

/* The http hook: an error as a page, for a client that would rather have one. The status stays the
 * error's. */
Err problem_page(Cx *cx, const Req *req, Err e, Res *res);

#endif
