"""Each guard of the hub has a switch that turns it off (HUB_BUG); a test that passes without its guard is void.

GUARDS says which tests must fail when a guard is off: a program of unit tests, or a module here with words
of a test's name. Guards named in other tests (the faults, the media) are turned off there.
"""
import concurrent.futures
import functools
import os
import pathlib
import re
import subprocess
import sys

from case import check, equal, run, test
from hub import ROOT

BUILD = ROOT / os.environ.get("HUB_BUILD", "build-test")
HERE = pathlib.Path(__file__).resolve().parent
CONTRACT = "unit/contract/test-contract"
GUARDS = {
    "anyturn": ("test_sign.py", "borrowed"),
    "anyage": ("test_age.py", "before saying the age"),
    "anyauthor": ("test_comments.py", "somebody elses"),
    "anybytes": ("test_backup.py", "flipped"),
    "anyfolder": ("test_backup.py", "left alone"),
    "anyheld": ("test_moderation.py", "fills the queue"),
    "anyinventory": ("test_backup.py", "flipped"),
    "anyquota": ("test_quota.py", "uses it once"),
    "anykey": ("test_quota.py", "the same key"),
    "anylink": ("test-page", "a_link"),
    "anymember": ("test-identity", "header_with"),
    "anyname": ("test_polyglots.py", "extension"),
    "anynext": ("test-page", "next"),
    "cache-stale": ("test-http", ""),
    "clockback": ("test_expiry.py", "set back"),
    "compact-limits": ("test-base", "json_of_a_column"),
    "contract-body-max": (CONTRACT, ""),
    "contract-closed": (CONTRACT, ""),
    "contract-depth": (CONTRACT, ""),
    "contract-errors": (CONTRACT, ""),
    "contract-etag": ("test_videos.py", "answered 304"),
    "contract-max": ("test_bad_requests.py", "each broken member"),
    "contract-media-type": ("test_bad_requests.py", "only json"),
    "contract-path": (CONTRACT, ""),
    "contract-pattern": ("test_bad_requests.py", "each broken member"),
    "contract-query": ("test_bad_requests.py", "unknown query"),
    "contract-required": ("test_bad_requests.py", "each broken member"),
    "contract-scope": ("test_roles.py", "each role"),
    "contract-signed-in": ("test_roles.py", "each role"),
    "cutpaced": ("test_cuts.py", "slows down"),
    "fetchany": ("test-base", "goes_where"),
    "dropheld": ("test_backup.py", "deleted while"),
    "flag-of-others": ("test_flags.py", "only for oneself"),
    "freename": ("test_privacy.py", "not taken by"),
    "freeprobes": ("test_bytes.py", "stay reserved"),
    "gatecut": ("test_gate.py", "a segment cut"),
    "gateearly": ("test_gate.py", "at once"),
    "gatesound": ("test_gate.py", "heads ranges"),
    "http-bare-lf": ("test-http", "doubtful"),
    "http-dot-segments": ("test-http", ""),
    "http-te-and-length": ("test-http", "doubtful"),
    "http-two-lengths": ("test-http", "doubtful"),
    "if-range": ("test_tickets.py", "ranges and conditions"),
    "coldqueue": ("test-http", "slow_start"),
    "latequeue": ("test-http", "waited_too_long"),
    "keepaudit": ("test_privacy.py", "leaves nothing"),
    "keepbytes": ("test_privacy.py", "leaves nothing"),
    "keepcomments": ("test_privacy.py", "leaves nothing"),
    "keeplog": ("test_privacy.py", "leaves nothing"),
    "keeptied": ("test_privacy.py", "without profiles"),
    "latechange": ("test_comments.py", "in time"),
    "liketwice": ("test_likes.py", "counts once"),
    "lastsecond": ("test_expiry.py", "last whole second"),
    "newwish": ("test_queue.py", "what was planned"),
    "no-crowd": ("test-http", "crowd"),
    "no-drain": ("test-http", "drain"),
    "no-linger": ("test-http", "a_body_that_is_too_large"),
    "noalign": ("test-media", "transcode_makes_a_track"),
    "nochecksum": ("test_uploads.py", "a checksum"),
    "noconfirm": ("test_privacy.py", "password again"),
    "noledger": ("test_privacy.py", "each consent"),
    "noours": ("test_bytes.py", "could not be read"),
    "keeppush": ("test_notifications.py", "one says yes"),
    "nopause": ("test_edge_log.py", "far too often"),
    "pausefree": ("test_edge_log.py", "far too often"),
    "countagain": ("test_edge_log.py", "counted once"),
    "noedgerefund": ("test_edge_log.py", "never made good"),
    "directfew": ("test_signers.py", "would do for many"),
    "anydelivery": ("test_signers.py", "to be proxied"),
    "anypassword": ("test-identity", "guessed_first"),
    "anyrevoke": ("test_issuer.py", "what a program was given"),
    "anytwice": ("test_issuer.py", "comes twice is refused"),
    "anyscope": ("test_issuer.py", "its scope"),
    "anyverifier": ("test_issuer.py", "works once"),
    "nopkce": ("test_issuer.py", "without proof"),
    "noreuse": ("test_issuer.py", "comes twice"),
    "prefixuri": ("test_issuer.py", "an address that is not"),
    "anystate": ("test_oidc.py", "not to this request"),
    "anyiss": ("test_oidc.py", "not to this request"),
    "noseal3": ("test_oidc.py", "not to this request"),
    "anynonce": ("test_oidc.py", "does not hold"),
    "disabledin": ("test_oidc.py", "disabled here"),
    "idasaccess": ("test_oidc.py", "are bearers"),
    "subalone": ("test_oidc.py", "same subject"),
    "twodoors": ("test_oidc.py", "doors"),
    "nocooldown": ("test_oidc.py", "a storm"),
    "noflight": ("test_oidc.py", "turns"),
    "stalekeys": ("test_oidc.py", "for a day"),
    "otherissuer": ("test_oidc.py", "another name"),
    "anysignature": ("test-identity", "changed_at_any"),
    "anyaudience": ("test-identity", "does_not_hold"),
    "anytime": ("test-identity", "does_not_hold"),
    "anysession": ("test_sign.py", "listed and ended"),
    "codetwice": ("test_sign.py", "a recovery code"),
    "lastadmin": ("test_sign.py", "the last one stays"),
    "nocode": ("test_sign.py", "a second step"),
    "nomax": ("test_sign.py", "ends at last"),
    "noseal2": ("test_sign.py", "the seal"),
    "nosecond": ("test_sign.py", "a role that must"),
    "nosecondconfirm": ("test_privacy.py", "second step"),
    "nosetup": ("test_sign.py", "first administrator"),
    "oldmark": ("test_sign.py", "between the steps"),
    "noslow": ("test_sign.py", "slowed down"),
    "profiled": ("test_privacy.py", "without profiles"),
    "staleexport": ("test_privacy.py", "old session"),
    "totptwice": ("test_sign.py", "a second step"),
    "anyopen": ("test_share.py", "person opens"),
    "rawjson": ("test_feeds.py", "say nothing else"),
    "keepall": ("test_retention.py", "marks of visitors"),
    "eachaddress": ("test_limits.py", "trusted proxy"),
    "keeptickets": ("test_tickets.py", "disabled account"),
    "keepothers": ("test_sign.py", "gains nothing"),
    "anynamed": ("test_notifications.py", "speak to"),
    "anypoint": ("test_notifications.py", "only addresses"),
    "anypush": ("test_notifications.py", "only addresses"),
    "keepgone": ("test_notifications.py", "that is gone"),
    "keepnotices": ("test_notifications.py", "long ago"),
    "newstwice": ("test_notifications.py", "however often"),
    "ownreply": ("test_notifications.py", "speak to"),
    "pushfast": ("test_notifications.py", "asked again later"),
    "pushout": ("test_notifications.py", "has the browser now"),
    "showgone": ("test_notifications.py", "what went is not"),
    "onestep": ("test_notifications.py", "that dies"),
    "keephistory": ("test_history.py", "forgotten by itself"),
    "anyplaylist": ("test_playlists.py", "nobody elses"),
    "likemore": ("test_home.py", "happens now"),
    "openmore": ("test_home.py", "happens now"),
    "playtwice": ("test_home.py", "counts once"),
    "seenagain": ("test_home.py", "offered as new"),
    "nobusy": ("test-download", "agrees"),
    "nochaincut": ("test_retention.py", "still a chain"),
    "nocut": ("test_cuts.py", "end when their tickets"),
    "noescape": ("test-page", "hostile_text"),
    "noexpiry": ("test_streams.py", "an expired token"),
    "noexpirymark": ("test_expiry.py", "set back"),
    "nohide": ("test_moderation.py", "enough accounts"),
    "allcors": ("test_issuer.py", "page elsewhere"),
    "nocors": ("test_issuer.py", "page elsewhere"),
    "oldsession": ("test_issuer.py", "ends_with_its_session"),
    "nobodyknown": ("test_sign.py", "polls"),
    "keepknown": ("test_sign.py", "polls"),
    "nohold": ("test_moderation.py", "held until"),
    "noheavy": ("test-common", "heavy"),
    "nohmac": ("test_streams.py", "an altered token"),
    "nogate": ("test_gate.py", "at once"),
    "nojail": ("test-media", "jail"),
    "nojoincheck": ("test-media", "join_refuses"),
    "nojournal": ("test_bytes.py", "from its journal"),
    "nokey": ("test_quota.py", "the same key"),
    "nolapse": ("test-download", "agrees"),
    "nolimit": ("test_limits.py", "a burst"),
    "nolimits": ("test-media", "probe_refuses"),
    "nomanifestescape": ("test-media", "hls_master_lets"),
    "nooffset": ("test_uploads.py", "a wrong offset"),
    "noonce": ("test-download", "agrees"),
    "noorigin": ("test_identity.py", "unsafe requests"),
    "nopay": ("test_quota.py", "the first byte"),
    "nopin": ("test_bytes.py", "it was reserved for"),
    "nopolicy": ("test_comments.py", "a policy"),
    "noquota": ("test_quota.py", "sixty four"),
    "noquote": ("test-page", "word"),
    "noreserve": ("test-db", "full"),
    "scanlarge": ("test_scan.py", "read to its end"),
    "scanhold": ("test_scan.py", "eicar"),
    "noshare": ("test_queue.py", "a version goes"),
    "noshed": ("test-http", "nobody_has_a_hand"),
    "nosixteen": ("test_bytes.py", "the seventeenth"),
    "nospare": ("test_bytes.py", "twice its file"),
    "nospeed": ("test-download", "share_its_speed"),
    "nosplicecheck": ("test-base", "splice_check"),
    "nosweep": ("test-download", "agrees"),
    "nototal": ("test_retention.py", "summed up"),
    "noticket": ("test_queue.py", "a replaced original"),
    "nosignedend": ("test_signers.py", "an address dies"),
    "noseal": ("test_signers.py", "an altered address"),
    "nowhole": ("test_signers.py", "a download is charged whole"),
    "notier": ("test_assets.py", "premium"),
    "noturn": ("test-common", "turns"),
    "nounion": ("test-download", "union_of_ranges"),
    "nounsent": ("test-download", "never_acknowledged"),
    "noverify": ("test-media", "transcode_refuses"),
    "range-many": ("test_tickets.py", "ranges and conditions"),
    "rawcomment": ("test_comments.py", "cleaned or refused"),
    "reporttwice": ("test_moderation.py", "enough accounts"),
    "showheld": ("test_moderation.py", "held until"),
    "rawcaption": ("test-media", "caption"),
    "show-unready": ("test_pipeline.py", "grows for no fan"),
    "stale-memo": ("test_tickets.py", "a revoked ticket"),
    "teaser-any": ("test_teaser.py", "opens nothing but"),
    "todayrefund": ("test-download", "agrees"),
    "trust-anybody": ("test_limits.py", "nobody can name"),
    "trust-index": ("test-media", "transcode_reads_from_the_start"),
    "writers": ("test-http", "writers"),
    "zerosign": ("test-identity", "zeros"),
}
ALSO = {"freeprobes": ("test-download", "never_acknowledged_counts"), "noexpiry": ("test_expiry.py", "until its end"), "noquota": ("test-download", "agrees"),
        "nosignedend": ("test_expiry.py", "a signed address")}  # one switch, two guards


def command_of(target, words):
    if target.endswith(".py"):
        return [sys.executable, "-B", str(HERE / target), words]
    return [str(BUILD / "tests" / target), *([words] if words and target != CONTRACT else [])]


@functools.lru_cache(maxsize=None)
def run_with(bug, target, words):
    env = {**os.environ, "HUB_TEST_BUG": bug} if target.endswith(".py") else {**os.environ, "HUB_BUG": bug}
    done = subprocess.run(command_of(target, words), capture_output=True, text=True, errors="replace", timeout=120, env=env, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


def switches():
    """Every bug("name") in the program."""
    found = set()
    for path in (ROOT / "src").rglob("*.c"):
        found |= set(re.findall(r'\bbug\("([a-z0-9-]+)"\)', path.read_text(encoding="utf-8")))
    return found


def seen_to_fail(bug, target, words):
    code, text = run_with(bug, target, words)
    ran = re.search(r"(\d+) tests, |(\d+) passed, (\d+) failed", text) or "Sanitizer" in text or code < 0
    check(code != 0, f"{bug}: {target} {words!r} passes without its guard")
    check(ran, f"{bug}: {target} {words!r} did not run: {text[-500:]}")


@test
def every_switch_of_the_program_is_turned_off_somewhere():
    tests = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*") if p.suffix in (".py", ".c", ".sh") and p.name != "test_guards.py")
    elsewhere = {name for name in switches() if re.search(rf'''["', =]{re.escape(name)}["',]''', tests)}
    equal(sorted(switches() - set(GUARDS) - elsewhere), [], "guards without a test that is seen to fail")
    equal(sorted(set(GUARDS) - switches()), [], "rows without a switch")


def make(bug, target, words):
    def one():
        seen_to_fail(bug, target, words)
    one.__name__ = f"without_{bug.replace('-', '_')}_something_fails"
    return test(one)


ROWS = [(bug, *row) for bug, row in [*GUARDS.items(), *ALSO.items()]]
for _row in ROWS:
    make(*_row)
if len(sys.argv) == 1:  # all of them: three at a time, as they mostly wait, looked at afterwards
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda row: run_with(*row), ROWS))
run()
