"""Rows about uploads: tus beside dd."""
import base64
import http.client
import json
import os
import time
from statistics import median

from figures import Line, in_turn, rate_line, say
from place import GIB, MIB, run
from servers import Broken, Watch

OCTETS = "application/offset+octet-stream"


def tus(port, token, method, path, headers, body=None):
    """An answer's status and headers; a file as body is sent by sendfile."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    wire.putrequest(method, path)
    for name, value in {"Authorization": f"Bearer {token}", **headers}.items():
        wire.putheader(name, value)
    wire.endheaders()
    if isinstance(body, str):
        with open(body, "rb") as f:
            wire.sock.sendfile(f)
    elif body:
        wire.send(body)
    answer = wire.getresponse()
    said = answer.read()
    wire.close()
    if answer.status not in (201, 204):
        raise Broken(f"{method} {path}: {answer.status} {said[:300]}")
    return answer.headers, said


def upload(place):
    """(bytes a second, growth of memory)"""
    with place.hub() as hub:
        title = json.dumps({"title": "Rekaman untuk ukur kecepatan"}).encode()
        video = json.loads(tus(hub.port, place.token, "POST", "/v1/videos", {"Content-Type": "application/json", "Content-Length": len(title)}, title)[1])["id"]
        told = f"filename {b64('rekaman.mp4')},videoId {b64(video)},purpose {b64('original')}"
        time.sleep(0.5)
        with Watch(hub) as watch:
            began = time.monotonic()
            made, _ = tus(hub.port, place.token, "POST", "/v1/uploads",
                          {"Tus-Resumable": "1.0.0", "Upload-Length": GIB, "Upload-Metadata": told, "Content-Length": 0})
            path = "/" + made["Location"].split("/", 3)[3] if "://" in made["Location"] else made["Location"]
            answer, _ = tus(hub.port, place.token, "PATCH", path,
                            {"Tus-Resumable": "1.0.0", "Upload-Offset": 0, "Content-Type": OCTETS, "Content-Length": GIB}, place.big)
            took = time.monotonic() - began
            growth = watch.growth
        if answer["Upload-Offset"] != str(GIB):
            raise Broken(f"Upload-Offset is {answer['Upload-Offset']}")
    for name in os.listdir(os.path.join(place.data, "blobs/original")):
        if name == path.rsplit("/", 1)[1]:
            os.unlink(os.path.join(place.data, "blobs/original", name))
    say(f"    Hub    {GIB / took / MIB:6.0f} MiB/s, +{growth / MIB:.1f} MiB")
    return GIB / took, growth


def b64(text):
    return base64.b64encode(text.encode()).decode()


def copy_durably(place):
    """Bytes a second of dd with a sync after each 8 MiB."""
    to = place.at("dd")
    began = time.monotonic()
    run(["dd", f"if={place.big}", f"of={to}", "bs=8M", "oflag=dsync", "status=none"])
    took = time.monotonic() - began
    os.unlink(to)
    say(f"    dd     {GIB / took / MIB:6.0f} MiB/s")
    return GIB / took


def rows(place):
    settled = lambda measure: (os.sync(), measure())[1]
    hubs, peers = in_turn(place.long_rounds, lambda: settled(lambda: upload(place)), lambda: settled(lambda: copy_durably(place)))
    yield rate_line("1 GiB by tus to the last 204, acknowledged when durable", "`dd oflag=dsync bs=8M`", [h[0] / MIB for h in hubs], [p / MIB for p in peers],
                    0.6, "{:,.0f} MiB/s")
    growth = median(h[1] for h in hubs)
    yield Line("… growth of RSS", f"{growth / MIB:.1f} MiB", "", "", "≤ 8 MiB", growth <= 8 * MIB)
