"""A sync that fails: of the database, the hub ends and nobody was told a lie; of an upload, that request fails.

The n-th fsync of a file is made to fail (and what it should have kept is lost, as Linux does it).
"""
import http.client
import signal

import powerloss
from case import check, equal, run, test
from whole import PowerHub, append, begin, healthy, offset, padded_clip

GONE = (OSError, http.client.HTTPException)


def posts_until_it_ends(hub, token, most=400):
    """Ids of videos that were acknowledged."""
    made, client = [], hub.client(token, strict=False)
    for i in range(most):
        try:
            answer = client.post("/v1/videos", title=f"Before the end {i}")
        except GONE:
            break
        if answer.status == 201:
            made.append(answer.json["id"])
    return made


@test
def a_failed_sync_of_the_database_ends_the_hub_and_nothing_told_is_lost():
    for suffix, n in [("hub.db-wal", 20), ("hub.db-wal", 60)]:
        hub = PowerHub(start=False)
        hub.start()
        token = hub.token(hub.account("ed"))
        equal(hub.stop(), [], "the end")
        hub.take_back(None)
        calm = dict(hub.env)
        hub.env |= {"PL_EIO_ON": suffix, "PL_EIO": str(n)}
        hub.start()
        made = posts_until_it_ends(hub, token)
        hub.process.wait(10)
        check(hub.process.returncode in (-signal.SIGABRT, 99), f"{suffix} {n}: it ended with {hub.process.returncode}")
        check('"store.stopped"' in hub.log(), f"the log says why: {hub.log_end(400)}")
        check(made, "nothing was acknowledged before: this test proves nothing")
        hub.kill()
        hub.take_back(None)
        hub.env = calm
        hub.start()
        editor = hub.client(token)
        equal([v for v in made if editor.get(f"/v1/videos/{v}").status != 200], [], f"acknowledged by {suffix} {n}, and lost")
        equal(hub.stop(), [], "the end")
        healthy(hub)


def written_again(log, start, end):
    """After the failed sync all its bytes were written once more, and a sync went well."""
    records = [r for r in powerloss.records(log)]
    failed = next(i for i, r in enumerate(records) if r[0] == powerloss.DROPPED)
    inode, at = records[failed][2], start
    for kind, _, of, begin_at, _, more, _ in records[failed + 1:]:
        if kind == powerloss.BYTES and of == inode and begin_at <= at and more < powerloss.TO_THE_END:
            at = max(at, begin_at + more)
        if kind == powerloss.SYNCED and of == inode and at >= end:
            return True
    return False


@test
def a_failed_sync_of_an_upload_fails_that_request_alone():
    hub = PowerHub("--role", "api")
    editor = hub.signed_in()
    video = editor.post("/v1/videos", title="Film").json["id"]
    data = padded_clip(300_000, "sync")
    path = begin(editor, video, len(data))
    equal(append(editor, path, 0, data[:100_000]).status, 204, "before")
    equal(hub.stop(), [], "the end")
    hub.take_back(None)
    hub.env |= {"PL_EIO_ON": path.rsplit("/", 1)[1], "PL_EIO": "1"}
    hub.start()
    editor = hub.client(editor.token)
    answer = append(editor, path, 100_000, data[100_000:200_000])
    equal(answer.status, 503, f"the request whose sync failed: {answer}")
    check((answer.header("retry-after") or "").isdigit(), "Retry-After")
    equal(offset(editor, path), 100_000, "the offset")
    check(hub.running, "the hub goes on")
    equal(append(editor, path, 100_000, data[100_000:]).status, 204, "sent again")
    equal(offset(editor, path), len(data), "the whole")
    equal(hub.stop(), [], "the end")
    check(written_again(hub.undo_log, 100_000, len(data)), "what the failed sync lost was not written again before it was told")


if __name__ == "__main__":
    run()
