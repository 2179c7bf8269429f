"""Uploads as tus 1.0.0 clients make them. What clients do wrong: tests/hostile/tus.py."""
import base64
import hashlib
import os
import re
import socket
import time

from case import check, equal, need, run, test
from hub import OCTETS, Hub, asset, encoded, metadata, small_clip

TUS = {"Tus-Resumable": "1.0.0"}
HOUR = 3_600_000


def start():
    hub = Hub("--max-upload", "100MB")
    hub.editor, hub.other, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("editor"), hub.client()
    hub.video = hub.editor.post("/v1/videos", title="Uploaded").json["id"]
    hub.clip = open(small_clip(), "rb").read()
    return hub


def create(hub, size, client=None, body=None, **headers):
    more = {k.replace("_", "-"): v for k, v in headers.items()}
    return (client or hub.editor).post("/v1/uploads", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(filename="clip.mp4", videoId=hub.video), **more}, body=body)


def begun(hub, size, **options):
    answer = create(hub, size, **options)
    need(answer.status == 201, answer)
    return "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]


def append(hub, path, at, data, client=None, **headers):
    more = {k.replace("_", "-"): v for k, v in headers.items()}
    return (client or hub.editor).patch(path, headers={**TUS, "Upload-Offset": str(at), "Content-Type": OCTETS, **more}, body=data)


def offset(hub, path):
    return hub.editor.head(path, headers=TUS).header("upload-offset")


@test
def options_tells_what_is_spoken(hub):
    answer = hub.anyone.ask("OPTIONS", "/v1/uploads")
    equal(answer.status, 204, "status")
    equal(answer.header("tus-version"), "1.0.0", "version")
    equal(set(answer.header("tus-extension").split(",")), {"creation", "creation-with-upload", "termination", "checksum", "expiration"}, "extensions")
    equal(set(answer.header("tus-checksum-algorithm").split(",")), {"sha256", "sha1", "md5"}, "algorithms")
    equal(answer.header("tus-max-size"), "100000000", "largest")


@test
def a_file_arrives_in_parts_and_is_encoded(hub):
    made = create(hub, len(hub.clip))
    equal((made.status, made.header("upload-offset"), made.header("tus-resumable")), (201, "0", "1.0.0"), "created")
    check(made.header("location").startswith(hub.base + "/v1/uploads/"), made.header("location"))
    check(re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", made.header("upload-expires") or ""), made.header("upload-expires"))
    path = "/v1/uploads/" + made.header("location").rsplit("/", 1)[1]
    step = len(hub.clip) // 3 + 1
    for at in range(0, len(hub.clip), step):
        equal(offset(hub, path), str(at), "HEAD")
        part = hub.clip[at:at + step]
        answer = append(hub, path, at, part)
        equal((answer.status, answer.header("upload-offset")), (204, str(at + len(part))), "PATCH")
    head = hub.editor.head(path, headers=TUS)
    equal((head.header("upload-offset"), head.header("upload-length"), head.header("cache-control")), (str(len(hub.clip)), str(len(hub.clip)), "no-store"), "complete")
    equal(head.header("upload-metadata"), metadata(filename="clip.mp4", videoId=hub.video), "metadata as sent")
    equal(encoded(hub.editor, hub.video)["state"], "ready", "encoded")
    kept = asset(hub.editor, hub.video)
    equal((kept["sha256"], kept["sizeBytes"], kept["filename"]), (hashlib.sha256(hub.clip).hexdigest(), len(hub.clip), "clip.mp4"), "the asset")


@test
def the_first_part_may_come_with_the_creation(hub):
    data = os.urandom(50_000)
    answer = create(hub, 100_000, body=data, Content_Type=OCTETS)
    equal((answer.status, answer.header("upload-offset")), (201, "50000"), "half")
    path = "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]
    equal(offset(hub, path), "50000", "HEAD")
    equal(create(hub, 10, body=b"x" * 10, Content_Type="text/plain").status, 415, "another type")
    equal(create(hub, 5, body=b"x" * 10, Content_Type=OCTETS).status, 413, "longer than told")


@test
def a_wrong_offset_is_told_with_the_right_one(hub):
    path = begun(hub, 1000)
    append(hub, path, 0, b"a" * 100)
    for at in (0, 50, 101, 999):
        answer = append(hub, path, at, b"b" * 10)
        equal((answer.status, answer.problem), (409, "conflict"), f"at {at}")
    equal(offset(hub, path), "100", "nothing moved")
    equal(append(hub, path, 100, b"c" * 901).status, 413, "beyond the end")
    equal(append(hub, path, 100, b"c" * 10, Content_Type="application/json").status, 415, "another type")
    equal(append(hub, path, "x", b"c").status, 400, "no number")
    equal(offset(hub, path), "100", "nothing moved")


@test
def a_checksum_keeps_or_throws_away_the_whole_part(hub):
    path, at = begun(hub, 3000), 0
    for name in ("sha256", "sha1", "md5"):
        part = os.urandom(1000)
        good = f"{name} {base64.b64encode(hashlib.new(name, part).digest()).decode()}"
        bad = f"{name} {base64.b64encode(hashlib.new(name, part + b'x').digest()).decode()}"
        answer = append(hub, path, at, part, Upload_Checksum=bad)
        equal((answer.status, answer.problem), (460, "checksum-mismatch"), name)
        equal(offset(hub, path), str(at), f"{name}: thrown away")
        if at < 2000:
            equal(append(hub, path, at, part, Upload_Checksum=good).status, 204, name)
            at += 1000
    for text in ("crc32 AAAA", "sha256", "sha256 ?", "sha1 AAAA", "md5 " + "A" * 24 + "=", ""):
        equal(append(hub, path, at, b"x" * 10, Upload_Checksum=text).status, 400, text)
    equal(offset(hub, path), "2000", "nothing moved")


@test
def the_version_of_tus_is_asked_for(hub):
    path = begun(hub, 10)
    for version in ("1.0.1", "0.2.2", "", None):
        for answer in (hub.editor.head(path, headers={"Tus-Resumable": version}), create(hub, 10, Tus_Resumable=version), append(hub, path, 0, b"x", Tus_Resumable=version)):
            equal((answer.status, answer.header("tus-version")), (412, "1.0.0"), version)


@test
def an_upload_belongs_to_the_account_that_began_it(hub):
    path = begun(hub, 10)
    for answer in (hub.other.head(path, headers=TUS), append(hub, path, 0, b"x", client=hub.other), hub.other.delete(path, headers=TUS)):
        equal(answer.status, 404, "another editor")
    equal(append(hub, path, 0, b"x" * 3).status, 204, "its own")


@test
def an_upload_may_be_given_up(hub):
    path = begun(hub, 10)
    file = os.path.join(hub.data, "uploads", path.rsplit("/", 1)[1])
    check(os.path.exists(file), "its file")
    equal(hub.editor.delete(path, headers=TUS).status, 204, "given up")
    check(not os.path.exists(file), "its file is gone")
    equal((hub.editor.head(path, headers=TUS).status, append(hub, path, 0, b"x").status, hub.editor.delete(path, headers=TUS).status), (404, 404, 404), "gone")


@test
def what_is_told_is_checked(hub):
    rows = [({"Upload-Length": "-1"}, 400), ({"Upload-Length": "x"}, 400), ({"Upload-Length": None}, 400), ({"Upload-Length": "0"}, 400), ({"Upload-Length": "100000001"}, 413),
            ({"Upload-Length": None, "Upload-Defer-Length": "1"}, 400), ({"Upload-Metadata": "filename"}, 400), ({"Upload-Metadata": "videoId !!"}, 400), ({"Upload-Metadata": None}, 400),
            ({"Upload-Metadata": metadata(filename="a")}, 400), ({"Upload-Metadata": metadata(filename="a", videoId="0" * 26)}, 404),
            ({"Upload-Metadata": metadata(filename="a", videoId=hub.video, purpose="creative")}, 400),
            ({"Upload-Metadata": metadata(videoId=hub.video) + "," + metadata(videoId=hub.video)}, 400), ({"Upload-Metadata": "videoId " + base64.b64encode(b"\xff" * 26).decode()}, 400)]
    for headers, status in rows:
        answer = hub.editor.post("/v1/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(filename="a", videoId=hub.video), **headers})
        equal(answer.status, status, headers)


@test
def a_name_is_only_a_name(hub):
    rows = [("../../etc/passwd", "passwd"), ("a/b\\c.mp4", "c.mp4"), ("..", "original"), ("", "original"), ("a\x00b\x1fc", None), ("x" * 300, "x" * 200), ("ok name.mp4", "ok name.mp4"),
            ("C:\\fakepath\\clip.mp4", "clip.mp4"), ("é漢🎬.mp4", "é漢🎬.mp4")]
    for given, kept in rows:
        answer = hub.editor.post("/v1/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(filename=given, videoId=hub.video)})
        if kept is None:
            equal(answer.status, 400, given)
            continue
        upload = need(answer.header("location"), answer).rsplit("/", 1)[1]
        equal(hub.sql("SELECT filename FROM upload WHERE id = ?", upload)[0][0], kept, given[:30])


@test
def what_arrived_before_a_connection_broke_is_kept(hub):
    size, sent = 1_000_000, 400_000
    path = begun(hub, size)
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as wire:
        wire.sendall((f"PATCH {path} HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer {hub.editor.token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                      f"Content-Type: {OCTETS}\r\nContent-Length: {size}\r\n\r\n").encode() + b"z" * sent)
    end = time.monotonic() + 10
    while offset(hub, path) != str(sent) and time.monotonic() < end:
        time.sleep(0.05)
    equal(offset(hub, path), str(sent), "kept")
    equal(append(hub, path, sent, b"z" * (size - sent)).status, 204, "goes on")


@test
def one_request_at_a_time_appends(hub):
    path = begun(hub, 1000)
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as wire:
        wire.sendall((f"PATCH {path} HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer {hub.editor.token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                      f"Content-Type: {OCTETS}\r\nContent-Length: 1000\r\n\r\n").encode() + b"z" * 10)
        time.sleep(0.5)
        answer = append(hub, path, 0, b"y" * 1000)
        equal((answer.status, answer.problem), (409, "conflict"), "while another sends")
        wire.sendall(b"z" * 990)
        check(wire.recv(4096).startswith(b"HTTP/1.1 204 "), "the first one ends well")
    equal(offset(hub, path), "1000", "complete")


@test
def a_complete_upload_is_neither_changed_nor_given_up(hub):
    path = begun(hub, 5)
    append(hub, path, 0, b"hello")
    equal(append(hub, path, 5, b"x").status, 409, "more")
    equal(append(hub, path, 5, b"").status, 204, "nothing more")
    equal(append(hub, path, 0, b"hello").status, 409, "again")
    equal(hub.editor.delete(path, headers=TUS).status, 409, "given up")


@test
def an_upload_left_alone_expires(hub):
    hub.own = Hub("--upload-expires", "1h")
    own = hub.own
    own.account("ed", "editor")
    own.editor = own.client(own.token("ed", "7d"))
    own.video = own.editor.post("/v1/videos", title="Expires").json["id"]
    path = begun(own, 10)
    append(own, path, 0, b"x" * 5)
    token = own.editor.token
    for late, status in ((HOUR // 2, 200), (2 * HOUR, 410)):
        for fault in own.restart(env={"HUB_NOW": f"+{late}"}):
            check(False, fault)
        own.editor = own.client(token)
        answer = own.editor.head(path, headers=TUS)
        check(answer.status in (status, 404 if status == 410 else status), f"{late} ms later: {answer.status}")
    for fault in own.stop():
        check(False, fault)


run(start)
