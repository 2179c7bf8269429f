/* fault.h - failure as a parameter of test builds (-Dfaults=true); nothing of it is in a release.
 *
 * HUB_BUG=name[,name]   turns a guard off: bug("nofsync"). A test that still passes is void.
 * HUB_CRASH_AT=n        ends the process, without any clean-up, at the n-th store step; 0 tells
 * them all. HUB_STOP_AT=n         stops it there (SIGSTOP), until SIGCONT. HUB_STEP=words counts
 * only the steps whose name begins so, HUB_STEP_OF=words those of jobs that are told so.
 * HUB_CRASH_EACH=FILE   ends it once at every step of every kind of job, however often it is
 * started: FILE holds those it has ended at. HUB_CRASH_TIMES=n: at the first n times a job comes by
 * a step, usually 1.
 * HUB_NOW=ms            see clock.h.
 */
#ifndef HUB_FAULT_H
#define HUB_FAULT_H

#include "base/str.h"

#ifdef HUB_FAULTS
bool bug(const char *name);
void crash_step(const char *where); /* before and after each step that changes a store */
/* The steps that follow are of this job: "encode early:" of each chunk of the early pass. */
void crash_about(Str kind, Str detail);
#else
static inline bool bug(const char *name)
{
    (void)name;
    return false;
}
static inline void crash_step(const char *where)
{
    (void)where;
}
static inline void crash_about(Str kind, Str detail)
{
    (void)kind;
    (void)detail;
}
#endif

#endif
