/* clock.h - the only place that asks what time it is.
 *
 * HUB_NOW (Unix ms, +ms or -ms as an offset, or @file with one of these) moves the wall clock in
 * every build that has faults; the monotonic clock never moves: leases, timeouts and rates use it.
 */
#ifndef HUB_CLOCK_H
#define HUB_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);     /* Unix ms */
int64_t clock_mono_ms(void); /* monotonic */
int64_t clock_mono_us(void);

#endif
