/* jobs.h - what each kind of job does, given a Work whose subject was read. Each publishes its
 * result and takes its own job off the queue in the unit that does so; settled.
 *
 * E_MEDIA_REFUSED: trying again would not help; said is for the editor. Anything else is tried
 * again.
 */
#ifndef HUB_JOBS_H
#define HUB_JOBS_H

#include "encode/work.h"

Err job_probe(Work *w);      /* is it a video, what is in it, what will be made of it */
Err job_pass(Work *w);       /* "early" or "ladder", or a chunk of it: "early:3" */
Err job_join(Work *w);       /* the chunks of a pass */
Err job_sound(Work *w);      /* one language's sound */
Err job_texts(Work *w);      /* the captions that lie in the original */
Err job_pictures(Work *w);   /* candidates for the poster */
Err job_cards(Work *w);      /* of a video: OpenGraph picture and share cards */
Err job_storyboard(Work *w); /* sheets and moving poster */
Err job_clip(Work *w);       /* share clip and waveform */
Err job_file(Work *w);       /* a rendition or the sound as a file to keep */
Err job_drop_blob(Work *w);

#endif
