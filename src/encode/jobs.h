/* jobs.h - what each kind of job does, given a Attempt whose subject was read. Each publishes its
 * result and takes its own job off the queue in the unit that does so; settled.
 *
 * E_MEDIA_REFUSED: trying again would not help; said is for the editor. Anything else is tried
 * again.
 */
#ifndef HUB_JOBS_H
#define HUB_JOBS_H

#include "encode/attempt.h"

Err job_probe(Attempt *a);      /* is it a video, what is in it, what will be made of it */
Err job_pass(Attempt *a);       /* "early" or "ladder", or a chunk of it: "early:3" */
Err job_join(Attempt *a);       /* the chunks of a pass */
Err job_sound(Attempt *a);      /* one language's sound */
Err job_texts(Attempt *a);      /* the captions that lie in the original */
Err job_pictures(Attempt *a);   /* candidates for the poster */
Err job_cards(Attempt *a);      /* of a video: OpenGraph picture and share cards */
Err job_storyboard(Attempt *a); /* sheets and moving poster */
Err job_clip(Attempt *a);       /* share clip and waveform */
Err job_file(Attempt *a);       /* a rendition or the sound as a file to keep */
Err job_scan(Attempt *a);       /* of the bytes of an upload, by clamd */
Err job_drop_blob(Attempt *a);

/* Drops a blob that no row names and ends the job; later, when blobs are held. Settled. */
Err job_drop(Attempt *a, Str key);

#endif
