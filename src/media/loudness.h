/* loudness.h - how loud a sound is, and by how much it is to be turned up or down.
 *
 * ITU-R BS.1770-4 and EBU R 128: integrated loudness in LUFS and the true peak in dBTP, of what
 * will be published, i.e. after it has become two channels.
 */
#ifndef HUB_MEDIA_LOUDNESS_H
#define HUB_MEDIA_LOUDNESS_H

#include "media/transcode.h"

typedef struct Loudness {
    double lufs, peak_dbtp; /* of silence: LOUDNESS_SILENCE or less */
} Loudness;

enum { LOUDNESS_SILENCE = -60 };

/* Reads the stream through once; `seconds` of it at most. Errors as transcode_audio. */
Err loudness_measure(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio, double seconds,
                     Loudness *out);

/* To the target, as far as the peaks stay 1 dB below full scale; 0 for silence, and for what is
 * nearly there. dB. */
double loudness_gain(const Loudness *is, double target_lufs);

/* A line of ebur128's summary, "    I:         -23.0 LUFS" or "    Peak:       -1.0 dBFS", taken
 * into *is; any other changes nothing. */
void loudness_line(Loudness *is, Str line);

#endif
