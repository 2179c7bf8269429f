/* sound.h - a music file of its own (mp3, flac, m4a, aac, wav, ogg, opus): what it is, and whether
 * it is whole.
 *
 * Read by ffprobe, then decoded from start to end, both in the jail. Lives in cx->arena.
 */
#ifndef HUB_MEDIA_SOUND_H
#define HUB_MEDIA_SOUND_H

#include "media/limits.h"

enum { SOUND_TAG_MAX = 200 };

typedef struct SoundInfo {
    Str codec;           /* ffprobe's name: "mp3", "flac", "aac", "opus", "pcm_s16le", … */
    int64_t duration_ms; /* counted in decoded samples */
    int32_t channels, rate;
    bool has_cover;           /* still_cover makes a picture of it */
    Str title, artist, album; /* UTF-8 without control characters, SOUND_TAG_MAX bytes; or empty */
} SoundInfo;

/* E_MEDIA_REFUSED with a sentence for the editor: no music, cut off, damaged, too long.
 * E_UNAVAILABLE: the tools cannot run here. Blocks its thread; any thread. */
Err sound_probe(Cx *cx, const MediaLimits *limits, const char *path, SoundInfo *out);

#endif
