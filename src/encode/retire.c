#include "encode/retire.h"
#include "common/queue.h"
#include "db/db.h"
Err encode_cancel(Cx *cx, const EncodeRow *encode, Str reason){(void)cx;(void)encode;(void)reason;return OK;}
Err encode_retire(Cx *cx, Str video, Str except){(void)cx;(void)video;(void)except;return OK;}
Err encode_drop(Cx *cx, const JobRow *job, const EncodeRow *encode){(void)cx;(void)job;(void)encode;return OK;}
Err queue_held(Cx *cx, const JobRow *job, bool *held){(void)cx;(void)job;*held=true;return OK;}
