/* The operations on what one said of one's age. */
#include "identity/age.h"

Err put_my_age(Cx *cx, const PutMyAgeIn *in)
{
    return age_say(cx, NULL, in->body.at_least);
}

Err delete_my_age(Cx *cx)
{
    return age_say(cx, NULL, 0);
}
