#include "media/track.h"

enum { RUN_MAX = 64 };

static int64_t units_of(const MediaTrack *track)
{
    int64_t units = 0;
    for (size_t i = 0; i < track->n; i++)
        units += track->segments[i].duration;
    return units;
}

int64_t track_duration_ms(const MediaTrack *track)
{
    return (int64_t)((double)units_of(track) * 1000 / (double)track->timescale + 0.5);
}

int64_t track_target_s(const MediaTrack *track)
{
    int64_t longest = 0;
    for (size_t i = 0; i < track->n; i++)
        if (track->segments[i].duration > longest)
            longest = track->segments[i].duration;
    int64_t seconds = (longest + track->timescale / 2) / track->timescale;
    return seconds > 0 ? seconds : 1;
}

static int64_t rate(const MediaTrack *track, int64_t bytes, int64_t units)
{
    return units > 0 ? (int64_t)((double)bytes * 8 * (double)track->timescale / (double)units + 0.5)
                     : 0;
}

/* The highest rate of a run that begins at i and lasts 0.5 to 1.5 target durations. */
static int64_t peak_from(const MediaTrack *track, size_t i, int64_t target)
{
    int64_t bytes = 0, units = 0, peak = 0;
    for (size_t k = i; k < track->n && k < i + RUN_MAX; k++) {
        bytes += track->segments[k].size;
        units += track->segments[k].duration;
        if (units * 2 > target * 3)
            break;
        int64_t is = units * 2 >= target ? rate(track, bytes, units) : 0;
        peak = is > peak ? is : peak;
    }
    return peak;
}

void track_measure(MediaTrack *track)
{
    int64_t bytes = 0, target = track_target_s(track) * track->timescale, peak = 0;
    for (size_t i = 0; i < track->n; i++) {
        int64_t is = peak_from(track, i, target);
        peak = is > peak ? is : peak;
        bytes += track->segments[i].size;
    }
    track->average_bps = rate(track, bytes, units_of(track));
    track->peak_bps = peak > track->average_bps ? peak : track->average_bps;
}
