"""Captions: read when they came, kept as WebVTT of ours, one of each language and kind."""
import os

from case import check, equal, need, run, test
from hub import OCTETS, Hub, metadata, send, settled

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHalo, Tante!\n\n00:00:03.000 --> 00:00:04.000\n<b>Keponakan</b>\n"
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHalo, Tante!\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nKeponakan\r\n"


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("fan"), hub.client()
    return hub


def video(hub, publish=True):
    made = hub.editor.post("/v1/videos", title="With captions").json["id"]
    if publish:
        hub.sql("UPDATE video SET state = 'published', published_at = 1 WHERE id = ?", made)
    return made


def add(hub, where, text=VTT, language="id", **more):
    return send(hub.editor, text.encode() if isinstance(text, str) else text, purpose="caption", videoId=where, language=language, **more)


def listed(hub, where, client=None):
    return (client or hub.anyone).get(f"/v1/videos/{where}/captions").json["items"]


def kept(hub, caption):
    key = hub.sql("SELECT blob FROM caption WHERE id = ?", caption)[0][0]
    return open(os.path.join(hub.data, "blobs", key), encoding="utf-8").read()


@test
def subrip_and_webvtt_become_webvtt(hub):
    where = video(hub)
    for language, text in (("id", VTT), ("en", SRT), ("su", "\ufeff" + SRT), ("jv", SRT.encode("utf-16"))):
        status = settled(hub.editor, add(hub, where, text, language, filename="subtitle.srt"))
        equal((status["state"], status["purpose"]), ("ready", "caption"), language)
        ours = kept(hub, status["captionId"])
        check(ours.startswith("WEBVTT\n") and "00:00:01.000 --> 00:00:02.500" in ours and "Halo, Tante!" in ours and "Keponakan" in ours, ours)
    equal([(c["name"], c["language"], c["label"], c["kind"], c["isDefault"]) for c in listed(hub, where)],
          [(n, n, label, "subtitles", False) for n, label in (("en", "English"), ("id", "Bahasa Indonesia"), ("jv", "Basa Jawa"), ("su", "Basa Sunda"))], "listed")


@test
def what_cannot_be_read_is_refused_with_its_line(hub):
    where = video(hub)
    rows = {"a PDF": b"%PDF-1.4\n", "nothing in it": "WEBVTT\n", "HTML": "<html><p>x", "ends before it starts": "WEBVTT\n\n00:05.000 --> 00:01.000\nx\n", "bytes": bytes(range(256)) * 4}
    for name, text in rows.items():
        answer = add(hub, where, text)
        equal((answer.status, answer.problem), (422, "media-refused"), name)
        check(answer.json.get("detail"), f"{name}: {answer.json}")
    check("line 3" in answer_of(hub, where, rows["ends before it starts"]), "the line")
    equal(listed(hub, where), [], "none is kept")
    equal([n for _, _, names in os.walk(os.path.join(hub.data, "uploads")) for n in names], [], "no file stays")
    equal([n for d, _, names in os.walk(os.path.join(hub.data, "blobs", "caption")) for n in names if n not in used(hub)], [], "no blob stays")


def used(hub):
    return {row[0].split("/")[1] for row in hub.sql("SELECT blob FROM caption")}


def answer_of(hub, where, text):
    return add(hub, where, text).json["detail"]


@test
def a_refusal_comes_with_the_last_part_and_stays_told(hub):
    where, data = video(hub), b"neither of them\n" * 10
    made = hub.editor.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": metadata(purpose="caption", videoId=where, language="id")})
    path = "/v1/uploads/" + made.header("location").rsplit("/", 1)[1]
    part = lambda at, to: hub.editor.patch(path, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(at), "Content-Type": OCTETS}, body=data[at:to])
    equal(part(0, 50).status, 204, "the first part")
    last = part(50, len(data))
    equal((last.status, last.problem), (422, "media-refused"), "the last part")
    status = hub.editor.get(path).json
    equal((status["state"], status["reason"], status["receivedBytes"]), ("refused", last.json["detail"], len(data)), "told again")
    equal(hub.editor.head(path, headers={"Tus-Resumable": "1.0.0"}).header("upload-offset"), str(len(data)), "all of it came")
    equal(hub.editor.delete(path, headers={"Tus-Resumable": "1.0.0"}).status, 409, "there is nothing to give up")


@test
def languages_are_tags_of_bcp_47(hub):
    where = video(hub)
    for given, told in (("EN-us", "en-US"), ("zh-hant-TW", "zh-Hant-TW"), ("ID", "id"), ("es-419", "es-419"), ("sl-rozaj-biske", "sl-rozaj-biske"), ("fil", "fil")):
        status = settled(hub.editor, add(hub, where, language=given))
        found = [c for c in listed(hub, where) if c["id"] == status["captionId"]]
        equal(found[0]["language"], told, given)
        check(len(found[0]["name"]) <= 16 and set(found[0]["name"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"), found)
    for bad in ("", "e", "english", "en_US", "en-", "-en", "en--US", "e1", "1e", "en-x-private", "ü", "en us", "../x", "a" * 40, "en-abcdefghi"):
        equal(add(hub, where, language=bad).status, 400, repr(bad))
    for values in ({"kind": "karaoke"}, {"label": "x" * 81}):
        equal(add(hub, where, **values).status, 400, values)


@test
def the_same_language_and_kind_replaces_and_another_kind_gets_a_digit(hub):
    where = video(hub)
    first = settled(hub.editor, add(hub, where, label="Bahasa"))["captionId"]
    hub.editor.patch(f"/v1/captions/{first}", isDefault=True)
    blob = hub.sql("SELECT blob FROM caption WHERE id = ?", first)[0][0]
    second = settled(hub.editor, add(hub, where, VTT.replace("Halo", "Hai"), label="Bahasa Indonesia"))["captionId"]
    equal([(c["id"], c["name"], c["label"], c["isDefault"]) for c in listed(hub, where)], [(second, "id", "Bahasa Indonesia", True)], "replaced")
    check("Hai, Tante" in kept(hub, second), "its text")
    equal(hub.sql("SELECT count(*) FROM job WHERE kind = 'drop-blob' AND subject = ?", blob)[0][0] or not os.path.exists(os.path.join(hub.data, "blobs", blob)), True, "the old file goes")
    third = settled(hub.editor, add(hub, where, kind="captions", language="ID"))["captionId"]
    equal([(c["id"], c["name"], c["kind"]) for c in listed(hub, where)], [(second, "id", "subtitles"), (third, "id2", "captions")], "beside it")


@test
def editors_change_and_delete_them(hub):
    where = video(hub)
    one, two = (settled(hub.editor, add(hub, where, language=l))["captionId"] for l in ("id", "en"))
    answer = hub.editor.patch(f"/v1/captions/{one}", label="Indonesia", isDefault=True)
    equal((answer.status, answer.json["label"], answer.json["isDefault"], answer.json["language"]), (200, "Indonesia", True, "id"), "changed")
    equal(hub.editor.patch(f"/v1/captions/{two}", isDefault=True).json["isDefault"], True, "another")
    equal({c["id"]: c["isDefault"] for c in listed(hub, where)}, {one: False, two: True}, "one default at most")
    equal(hub.editor.patch(f"/v1/captions/{two}", isDefault=False).json["isDefault"], False, "none")
    for bad in ({"label": ""}, {"label": None}, {"language": "en"}, {"isDefault": "yes"}):
        equal(hub.editor.patch(f"/v1/captions/{one}", json=bad).status, 422, bad)
    equal((hub.fan.patch(f"/v1/captions/{one}", label="x").status, hub.fan.delete(f"/v1/captions/{one}").status), (403, 403), "a fan")
    equal(hub.editor.delete(f"/v1/captions/{one}").status, 204, "deleted")
    equal(hub.editor.delete(f"/v1/captions/{one}").status, 404, "again")
    equal([c["id"] for c in listed(hub, where)], [two], "the other stays")


@test
def they_are_listed_for_who_sees_the_video(hub):
    where = video(hub, publish=False)
    need(settled(hub.editor, add(hub, where))["state"] == "ready", "added")
    equal(hub.anyone.get(f"/v1/videos/{where}/captions").status, 404, "a draft")
    equal(len(listed(hub, where, hub.editor)), 1, "for editors")
    hub.sql("UPDATE video SET state = 'published' WHERE id = ?", where)
    equal(len(listed(hub, where)), 1, "published")
    equal(hub.fan.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0"}).status, 403, "fans send none")


run(start)
