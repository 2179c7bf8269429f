"""What stands beside a file of a ticket: its digest, its checksum, its Metalink; and the tools that read them."""
import base64
import hashlib
import os
import shutil
import subprocess
import time
import urllib.parse
import xml.etree.ElementTree as xml

from case import check, equal, need, run, test
from hub import Hub, asset, small_clip

META = "{urn:ietf:params:xml:ns:metalink}"
NAMES = ["liburan.mp4", "Liburan 🎉 “Sari” & co; 100%.mp4", "\"><file name='x'>&amp;]]>.mp4", "غلاف الفيلم.mp4", "-rf * $(id) `id`.mp4", "a.sha256", "..meta4", "Liburan 🎉 “Sari” <kawan>; 100%.mp4", "satu  spasi .mp4"]


def start():
    hub = Hub()
    with open(small_clip(3), "rb") as f:
        hub.clip = f.read()
    video = hub.published(seconds=3)
    hub.fan, hub.anyone = hub.signed_in("fan"), hub.client()
    hub.asset = asset(hub.anyone, video)["id"]
    hub.ticket = named(hub, NAMES[0])
    return hub


def change(hub, member, value):
    """Of the file, and of the downloads that were reserved of it."""
    hub.sql(f"UPDATE asset SET {member} = ? WHERE id = ?", value, hub.asset)
    hub.sql(f"UPDATE download SET {member} = ? WHERE asset = ?", value, hub.asset)


def named(hub, name):
    """The ticket, its file being called so."""
    change(hub, "filename", name)
    answer = hub.fan.post(f"/v1/assets/{hub.asset}/tickets")
    need(answer.status in (200, 201) and answer.json["filename"] == name, f"a ticket: {answer}")
    return answer.json


def path_of(ticket):
    return urllib.parse.urlsplit(ticket["url"]).path


def folder(hub, name):
    path = os.path.join(hub.folder, name)
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path)
    return path


@test
def every_answer_with_the_files_fields_has_its_digest(hub):
    ticket = named(hub, NAMES[0])
    path, digest = path_of(ticket), base64.b64encode(hashlib.sha256(hub.clip).digest()).decode()
    for answer in (hub.anyone.get(path), hub.anyone.head(path), hub.anyone.get(path, headers={"Range": "bytes=5-9"}), hub.anyone.get(path, headers={"Want-Repr-Digest": "sha-512=9"})):
        check(answer.status in (200, 206), answer)
        equal((answer.header("repr-digest"), answer.header("digest")), (f"sha-256=:{digest}:", f"sha-256={digest}"), f"of the whole, at {answer.status}")
        link = answer.header("link")
        target = link[1:link.index(">")]
        check(link.endswith('>; rel=describedby; type="application/metalink4+xml"') and link.isascii(), link)
        equal(urllib.parse.urljoin(ticket["url"], target), ticket["url"] + ".meta4", "the Metalink's address")
    for headers, status in (({"If-None-Match": hub.anyone.head(path).etag}, 304), ({"If-Match": '"x"'}, 412), ({"Range": "bytes=99999999-"}, 416)):
        answer = hub.anyone.get(path, headers=headers)
        equal((answer.status, answer.header("repr-digest"), answer.header("link")), (status, None, None), headers)


@test
def a_checksum_file_is_what_sha256sum_reads(hub):
    for name in NAMES:
        path, where = path_of(named(hub, name)), folder(hub, "sums")
        answer = hub.anyone.get(path + ".sha256")
        equal((answer.status, answer.header("content-type"), answer.header("x-content-type-options")), (200, "text/plain; charset=utf-8", "nosniff"), name)
        equal(answer.body.decode(), f"{hashlib.sha256(hub.clip).hexdigest()}  {name}\n", "the line")
        check(answer.header("content-disposition").startswith("attachment;"), "saved, not shown")
        head = hub.anyone.head(path + ".sha256")
        equal((head.status, head.body, head.header("content-length")), (200, b"", str(len(answer.body))), "HEAD")
        for at, data in ((name, hub.clip), ("sum", answer.body)):
            with open(os.path.join(where, at), "wb") as f:
                f.write(data)
        equal(subprocess.run(["sha256sum", "-c", "--strict", "sum"], cwd=where, capture_output=True).returncode, 0, f"sha256sum -c of {name}")


@test
def a_metalink_tells_name_size_hash_and_address(hub):
    for name in NAMES:
        ticket = named(hub, name)
        answer = hub.anyone.get(path_of(ticket) + ".meta4")
        equal((answer.status, answer.header("content-type")), (200, "application/metalink4+xml"), name)
        root = xml.fromstring(answer.body)
        equal(root.tag, META + "metalink", "root")
        time.strptime(root.findtext(META + "published")[:19], "%Y-%m-%dT%H:%M:%S")
        [file] = root.findall(META + "file")
        equal(file.get("name"), name, "name")
        equal((file.findtext(META + "size"), file.findtext(META + "hash"), file.find(META + "hash").get("type")), (str(len(hub.clip)), ticket["sha256"], "sha-256"), "size and hash")
        equal([url.text for url in file.findall(META + "url")], [ticket["url"]], "address")


@test
def aria2_downloads_by_the_metalink_and_finds_a_false_byte(hub):
    """A name with & is the one thing aria2 does not read rightly: it makes &#38; of it."""
    ticket, where = named(hub, NAMES[-2]), folder(hub, "aria2")
    aria2 = ["aria2c", "-q", "-x4", "-k1M", "--follow-metalink=mem", "--check-integrity=true", "-d", where, ticket["url"] + ".meta4"]
    equal(subprocess.run(aria2, timeout=60).returncode, 0, "downloaded and checked")
    equal(os.listdir(where), [NAMES[-2]], "by its name, and no Metalink beside it")
    with open(os.path.join(where, NAMES[-2]), "rb") as f:
        check(f.read() == hub.clip, "byte for byte")
    change(hub, "sha256", "0" * 64)
    found = subprocess.run([*aria2[:-3], "-d", folder(hub, "false"), aria2[-1]], timeout=60).returncode
    change(hub, "sha256", ticket["sha256"])
    equal(found, 32, "aria2's word for a checksum that differs")


@test
def only_the_files_own_name_has_something_beside_it(hub):
    path = path_of(named(hub, NAMES[0]))
    base = path.rsplit("/", 1)[0]
    for other in ("x.sha256", "liburan.mp4.sha512", "liburan.mp4.SHA256", "liburan.mp4.sha256.sha256", ".meta4", "liburan.mp4.meta4x", "liburan"):
        check(hub.anyone.get(f"{base}/{other}").body == hub.clip, f"{other} is the file")
    check(hub.anyone.get(path_of(named(hub, "a.sha256"))).body == hub.clip, "a file that is called so")


@test
def nothing_stands_beside_a_file_that_is_gone(hub):
    client = hub.signed_in("fan")
    named(hub, NAMES[0])
    ticket = client.post(f"/v1/assets/{hub.asset}/tickets").json
    paths = [path_of(ticket) + suffix for suffix in (".sha256", ".meta4")]
    equal([hub.anyone.get(path).status for path in paths], [200, 200], "there")
    equal(client.delete(f"/v1/tickets/{ticket['ticket']}").status, 204, "revoked")
    equal([(a.status, a.problem, a.header("repr-digest")) for a in map(hub.anyone.get, paths)], [(410, "gone", None)] * 2, "revoked")
    fresh = client.post(f"/v1/assets/{hub.asset}/tickets").json
    hub.restart(env={"HUB_NOW": f"+{8 * 86_400_000}"})
    equal([hub.anyone.get(path_of(fresh) + suffix).status for suffix in ("", ".sha256", ".meta4")], [410] * 3, "expired")
    hub.restart(env={})


run(start)
