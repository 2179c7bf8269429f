"""The malware hold: what was uploaded goes out once clamd found these very bytes clean, and never before."""
import os
import time
import urllib.parse

from case import check, equal, need, run, test
from clamd import EICAR, Clamd
from files import pdf
from hub import Hub, send, settled

FINAL = {"clean", "infected"}
MOODS = ["limit", "hangup", "garbage", "cut", "error", "big"]


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan"), hub.client()
    hub.show = hub.editor.post("/v1/shows", title="Tante").json["slug"]
    hub.socket = os.path.join(hub.folder, "clamd.sock")
    hub.clamd = Clamd(hub.socket)
    hub.n = 0
    return hub


def serve(hub, on=True, signer="none", most="100MiB"):
    hub.restart(env={"HUB_CLAMD": hub.socket if on else "", "HUB_SIGNER": signer, "HUB_CLAMD_MAX": most})
    hub.anyone = hub.client()


def add(hub, evil=False):
    hub.n += 1
    data = pdf(1) + b"\n%" + str(hub.n).encode() + (EICAR if evil else b" harmless") + b"\n%%EOF\n"
    status = settled(hub.editor, send(hub.editor, data, filename="score.pdf", purpose="asset", showSlug=hub.show))
    need(status["state"] == "ready", status)
    return status["assetId"], data


def verdict(hub, asset, wanted):
    end = time.monotonic() + 60
    while (got := hub.editor.get(f"/v1/assets/{asset}").json.get("scan")) != wanted and got not in FINAL and time.monotonic() < end:
        time.sleep(0.05)
    equal(got, wanted, "the scan")


def ticket(hub, asset):
    return hub.fan.post(f"/v1/assets/{asset}/tickets")


def path_of(answer):
    need(answer.status in (200, 201), answer)
    return urllib.parse.urlsplit(answer.json["url"]).path


def held(answer, kind):
    status = {"malware-found": 403, "scan-pending": 503}[kind]
    check(answer.status == status and (not answer.body or answer.json["type"].endswith(kind)), f"{kind}: {answer}")
    check(bool(answer.header("retry-after")) == (status == 503), "when to ask again")


def held_every_way(hub, asset, path, kind):
    held(ticket(hub, asset), kind)
    held(hub.anyone.get(path), kind)
    held(hub.anyone.get(path, headers={"Range": "bytes=0-9"}), kind)
    held(hub.anyone.head(path), kind)
    for beside in (".sha256", ".meta4"):
        held(hub.anyone.get(path + beside), kind)


@test
def off_nothing_is_held_and_nothing_is_asked(hub):
    serve(hub, on=False)
    asset, data = add(hub, evil=True)
    equal(hub.anyone.get(path_of(ticket(hub, asset))).body, data, "as ever")
    check("scan" not in hub.editor.get(f"/v1/assets/{asset}").json, "no word of it")


@test
def clean_goes_and_eicar_is_held_every_way(hub):
    serve(hub, on=False)
    before, _ = add(hub, evil=True)
    path = path_of(ticket(hub, before))
    hub.clamd.start()
    serve(hub)
    verdict(hub, before, "infected")
    held_every_way(hub, before, path, "malware-found")
    evil, _ = add(hub, evil=True)
    verdict(hub, evil, "infected")
    held(ticket(hub, evil), "malware-found")
    good, data = add(hub)
    verdict(hub, good, "clean")
    equal(hub.anyone.get(path_of(ticket(hub, good))).body, data, "clean")
    told = hub.sql("SELECT payload FROM outbox WHERE topic = 'asset.infected'")
    check(len(told) >= 2 and all("Eicar-Test-Signature" in row[0] for row in told), told)
    check(hub.sql("SELECT count(*) FROM audit WHERE action = 'asset.infected'")[0][0] == len(told), "the audit log has it too")
    check("2 infected" in hub.command("doctor").out or "3 infected" in hub.command("doctor").out, "doctor")
    hub.clamd.stop()


@test
def a_signed_address_is_held_too(hub):
    serve(hub, on=False, signer="hub")
    equal(hub.command("flag", "set", "rapidshare-mode", "on").code, 0, "direct")
    asset, data = add(hub, evil=True)
    path = path_of(ticket(hub, asset))
    address = hub.anyone.get(path).header("location")
    need(address, "a signed address")
    signed = urllib.parse.urlsplit(address).path
    equal(hub.anyone.get(signed).body, data, "while the hold is off")
    serve(hub, signer="hub")
    held(hub.anyone.get(signed), "scan-pending")
    held(hub.anyone.get(path), "scan-pending")
    hub.clamd.start()
    verdict(hub, asset, "infected")
    held(hub.anyone.get(signed), "malware-found")
    held_every_way(hub, asset, path, "malware-found")
    hub.clamd.stop()
    equal(hub.command("flag", "set", "rapidshare-mode", "off").code, 0, "as it was")


@test
def without_clamd_all_is_held_and_goes_by_itself_later(hub):
    serve(hub, on=False)
    asset, data = add(hub)
    path = path_of(ticket(hub, asset))
    serve(hub)
    held_every_way(hub, asset, path, "scan-pending")
    verdict(hub, asset, "failed")
    held_every_way(hub, asset, path, "scan-pending")
    doctor = hub.command("doctor")
    check(doctor.code != 0 and "clamd does not answer" in doctor.out, doctor)
    hub.clamd.mood = "slow"
    hub.clamd.start()
    verdict(hub, asset, "clean")
    hub.clamd.mood = "right"
    equal(hub.anyone.get(path).body, data, "by itself")
    hub.clamd.stop()
    equal(hub.anyone.get(path).body, data, "and stays so without clamd")


@test
def what_is_no_whole_answer_is_no_clean_file(hub):
    serve(hub)
    hub.clamd.start()
    for mood in MOODS:
        hub.clamd.mood = mood
        asset, data = add(hub)
        verdict(hub, asset, "failed")
        held(ticket(hub, asset), "scan-pending")
    hub.clamd.mood = "right"
    verdict(hub, asset, "clean")
    equal(hub.anyone.get(path_of(ticket(hub, asset))).body, data, "and goes once it is answered")
    hub.clamd.stop()


@test
def a_file_that_clamd_may_not_read_to_its_end_is_held(hub):
    serve(hub, most="100")
    hub.clamd.start()
    asset, data = add(hub)
    verdict(hub, asset, "failed")
    held(ticket(hub, asset), "scan-pending")
    serve(hub)
    verdict(hub, asset, "clean")
    equal(hub.anyone.get(path_of(ticket(hub, asset))).body, data, "and goes when more is believed")
    hub.clamd.stop()


@test
def what_was_made_of_an_original_is_as_clean_as_that(hub):
    hub.clamd.start()
    serve(hub)
    video = hub.published(seconds=2)
    hub.idle()
    assets = hub.editor.get(f"/v1/videos/{video}/assets").json["items"]
    original = next(a for a in assets if a["kind"] == "original")
    made = next(a for a in assets if a["kind"] == "rendition")
    hub.editor.patch(f"/v1/assets/{original['id']}", gate="none")
    verdict(hub, original["id"], "clean")
    for asset in (original, made):
        equal(len(hub.anyone.get(path_of(ticket(hub, asset["id"]))).body), asset["sizeBytes"], asset["kind"])
    hub.sql("UPDATE scan SET verdict = 'infected' WHERE sha256 = ?", original["sha256"])
    for asset in (original, made):
        held(ticket(hub, asset["id"]), "malware-found")
    hub.clamd.stop()


run(start)
