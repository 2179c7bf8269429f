"""What every answer has in common: HEAD, Allow, ids, security headers; the ops listener; the log."""
import json
import re
import socket
import time

from case import check, equal, run, test
from contract import contract
from hub import Hub, metadata

CANARY = "canary7f3a9"
VALUES = {"id": "0" * 26, "slug": "none", "ticket": "A" * 32, "token": "t", "version": "0" * 26, "rendition": "144p", "n": "1", "file": "f", "filename": "f", "name": "en", "service": "metadata", "key": "rapidshare-mode", "code": "A" * 8, "videoId": "0" * 26}


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    return hub


def path_of(template):
    return re.sub(r"\{(\w+)\}", lambda m: VALUES[m[1]], template)


@test
def head_is_answered_wherever_get_is(hub):
    for operation in contract().operations:
        own = any(o.method == "HEAD" and o.template == operation.template for o in contract().operations)
        if operation.method != "GET" or own:
            continue
        path = path_of(operation.template) + ("?q=a" if operation.id == "searchVideos" else "")
        get, head = hub.editor.get(path), hub.editor.head(path)
        equal((head.status, head.body), (get.status, b""), operation.id)
        for name in ("content-type", "etag", "cache-control"):
            equal(head.header(name), get.header(name), f"{operation.id} {name}")
        if get.status == 200:
            equal(head.header("content-length"), get.header("content-length"), f"{operation.id} length")


@test
def a_method_that_is_not_there_is_405_with_those_that_are(hub):
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    refused = 0
    for template in sorted({o.template for o in contract().operations}):
        for method in methods:
            _, there = contract().find(method, path_of(template))
            if method in there or (method == "OPTIONS" and there):
                continue
            answer = hub.editor.ask(method, path_of(template))
            equal(answer.status, 405, f"{method} {template}")
            refused += 1
    check(refused > 100, f"{refused} refused")


@test
def options_tells_the_methods(hub):
    for template in sorted({o.template for o in contract().operations if not o.id.startswith("allow") and o.id != "describeUploads"}):
        equal(hub.anyone.ask("OPTIONS", path_of(template)).status, 204, template)


@test
def no_such_path_is_404(hub):
    for path in ("/v1", "/v1/", "/v2/videos", "/v1/videos/", "/v1//videos", "/V1/videos", "/v1/videos/x/y/z", "/.well-known/x", "/favicon.ico/x", "/index.php"):
        for method in ("GET", "POST"):
            answer = hub.anyone.ask(method, path)
            check(answer.status in (400, 404, 422), f"{method} {path}: {answer}")


@test
def every_answer_can_be_found_in_the_log(hub):
    seen = {}
    for path, status in (("/v1/videos", 200), ("/v1/me", 200), (f"/v1/videos/{'0' * 26}", 404), ("/v1/videos?limit=0", 422), ("/no/such", 404)):
        answer = hub.editor.get(path, headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
        equal(answer.status, status, path)
        check(re.fullmatch(r"[0-9a-f]{16,32}", answer.header("x-request-id") or ""), answer.header("x-request-id"))
        check(re.fullmatch(r"00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01", answer.header("traceparent") or ""), answer.header("traceparent"))
        check("b7ad6b7169203331" not in answer.header("traceparent"), "our own span")
        seen[answer.header("x-request-id")] = status
    broken = hub.anyone.get("/v1/videos", headers={"traceparent": "00-zz"})
    check(re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", broken.header("traceparent") or ""), "a fresh trace for a broken one")
    equal(len(seen), 5, "ids differ")
    end = time.monotonic() + 5
    while time.monotonic() < end:
        logged = {line["request_id"]: line for line in hub.log_lines() if isinstance(line, dict) and line.get("event") == "access"}
        if set(seen) <= set(logged):
            break
        time.sleep(0.1)
    for request, status in seen.items():
        check(request in logged and logged[request]["status"] == status, f"{request}: {logged.get(request)}")
        check(request in logged and logged[request]["trace_id"] == "0af7651916cd43dd8448eb211c80319c", "trace id")


@test
def answers_carry_the_headers_that_keep_browsers_safe(hub):
    for path in ("/v1/videos", "/v1/me", "/no/such"):
        answer = hub.anyone.get(path)
        equal(answer.header("x-content-type-options"), "nosniff", path)
        check(answer.header("referrer-policy"), path)
        equal(answer.header("server"), None, "no version told")
        equal(answer.header("access-control-allow-origin"), None, "no page of others reads the API")


@test
def addresses_come_from_the_public_url_never_from_the_host(hub):
    answer = hub.editor.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
                                                     "Upload-Metadata": metadata(filename="a", videoId=hub.editor.post("/v1/videos", title="Host").json["id"])})
    check((answer.header("location") or "").startswith(hub.base + "/v1/uploads/"), answer.header("location"))
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as wire:
        wire.sendall(b"GET /v1/videos HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        text = b"".join(iter(lambda: wire.recv(65536), b""))
    check(b"evil.example" not in text, "the Host comes back")


@test
def requests_on_one_connection_are_answered_in_order(hub):
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as wire:
        paths = ["/v1/videos?limit=1", "/v1/shows?limit=1", "/no/such", "/v1/videos?limit=0", "/v1/me"] * 4
        wire.sendall(b"".join(f"GET {p} HTTP/1.1\r\nHost: hub.test\r\n{'Connection: close' if i == len(paths) - 1 else 'X: y'}\r\n\r\n".encode() for i, p in enumerate(paths)))
        text = b"".join(iter(lambda: wire.recv(65536), b""))
    equal([int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", text)], [200, 200, 404, 422, 401] * 4, "statuses")


@test
def the_ops_listener_tells_health_readiness_and_metrics_and_nothing_else(hub):
    equal(hub.ops_get("/healthz")[0], 200, "/healthz")
    equal(hub.ops_get("/readyz")[0], 200, "/readyz")
    for path in ("/", "/v1/videos", "/openapi/metadata.json"):
        equal(hub.ops_get(path)[0], 404, path)
    for path in ("/healthz", "/readyz", "/metrics"):
        equal(hub.anyone.get(path).status, 404, f"{path} on the public listener")
        equal(hub.ops_get(path, "POST")[0], 405, f"POST {path}")


@test
def metrics_are_in_the_text_format(hub):
    hub.anyone.get("/v1/videos")
    status, headers, text = hub.ops_get("/metrics")
    equal((status, headers["content-type"]), (200, "text/plain; version=0.0.4; charset=utf-8"), "type")
    name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
    sample = re.compile(rf'({name})(?:\{{(?:{name}="(?:[^"\\\n]|\\["\\n])*",?)*\}})? (-?[0-9.eE+-]+|NaN|[+-]Inf)(?: -?\d+)?\Z')
    kinds, helped, seen, last = {}, set(), set(), None
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("# HELP "):
            _, _, metric, words = line.split(" ", 3)
            check(metric not in helped and words, f"one HELP of {metric}")
            helped.add(metric)
        elif line.startswith("# TYPE "):
            _, _, metric, kind = line.split(" ")
            check(metric not in kinds and kind in ("counter", "gauge", "histogram"), line)
            kinds[metric], last = kind, metric
        else:
            m = sample.match(line)
            if not check(m, f"no sample: {line!r}"):
                continue
            family = m[1] if m[1] in kinds else re.sub(r"_(bucket|sum|count)$", "", m[1])
            check(kinds.get(family) == "histogram" or family == m[1], f"{m[1]} has a TYPE")
            equal(family, last, "samples of one family stand together")
            key = line.rsplit(" ", 1)[0]
            check(key not in seen, f"{key} stands twice")
            seen.add(key)
            check(kinds.get(family) != "counter" or family.endswith("_total"), f"a counter is named _total: {family}")
    check(text.endswith("\n"), "the last line ends")
    check({"hub_build_info", "hub_db_batches_total", "hub_queue_jobs", "hub_storage_free_bytes"} <= set(kinds), sorted(kinds))
    check(any("getVideos" in s or "listVideos" in s or "/v1/videos" in s for s in seen), "requests by route")
    check(not re.search(r"[0-9a-hjkmnp-tv-z]{26}", text), "no id is a label")


@test
def histograms_of_the_metrics_add_up(hub):
    _, _, text = hub.ops_get("/metrics")
    buckets, counts = {}, {}
    for line in text.splitlines():
        m = re.match(r'(\w+)_bucket\{(.*?),?le="([^"]+)"\} (\d+)', line)
        if m:
            buckets.setdefault((m[1], m[2]), []).append((float(m[3].replace("+Inf", "inf")), int(m[4])))
        m = re.match(r"(\w+)_count(?:\{(.*?)\})? (\d+)", line)
        if m:
            counts[(m[1], (m[2] or ""))] = int(m[3])
    check(buckets, "there are histograms")
    for key, rows in buckets.items():
        check(rows == sorted(rows) and [n for _, n in rows] == sorted(n for _, n in rows), f"{key} rises")
        equal(rows[-1][0], float("inf"), f"{key} ends with +Inf")
        equal(counts.get(key), rows[-1][1], f"{key} count")


@test
def readiness_ends_with_the_drain(hub):
    own = Hub("--drain-delay", "2s")
    client = own.client()
    equal(client.get("/v1/videos").status, 200, "before")
    own.process.terminate()
    time.sleep(0.3)
    equal(own.ops_get("/readyz")[0], 503, "/readyz while draining")
    equal(own.ops_get("/healthz")[0], 200, "/healthz while draining")
    equal(own.client().get("/v1/videos").status, 200, "still accepting")
    for fault in own.stop(told=True):
        check(False, fault)


@test
def the_log_is_json_and_holds_no_secret(hub):
    own = Hub("--log-level", "debug")
    try:
        own.account("ed", "editor", password=f"password-{CANARY}")
        token = own.token("ed")
        client = own.client(token)
        client.strict = False
        video = client.post("/v1/videos", title=f"title-{CANARY}").json["id"]
        secrets = {"token": token, "canary": CANARY}
        rows = [("GET", f"/v1/search?q={CANARY}", {}, None), ("GET", f"/no/{CANARY}", {}, None), ("GET", f"/d/{CANARY * 3}/x", {}, None), ("GET", f"/stream/{CANARY}/{'0' * 26}/master.m3u8", {}, None),
                ("GET", "/v1/me", {"Cookie": f"hub={CANARY}"}, None), ("GET", "/v1/me", {"Authorization": f"Bearer {CANARY}"}, None), ("POST", "/v1/videos", {}, f'{{"title":"{CANARY}"'.encode()),
                ("POST", "/v1/videos", {}, f'{{"{CANARY}":1}}'.encode()), ("POST", "/auth/login", {"Content-Type": "application/x-www-form-urlencoded", "Origin": own.base},
                                                                           f"name=ed&password=password-{CANARY}".encode()),
                ("GET", f"/v1/videos?cursor={CANARY}", {}, None), (CANARY.upper(), "/", {}, None), ("GET", "/", {"User-Agent": CANARY, "Referer": f"http://x/{CANARY}", "X-Request-Id": CANARY}, None),
                ("PATCH", f"/v1/videos/{video}", {"If-Match": CANARY}, b"{}"), ("POST", "/v1/uploads", {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": CANARY}, None)]
        for method, path, headers, body in rows:
            kind = {"Content-Type": "application/json"} if body is not None else {}
            client.ask(method, path, headers={**kind, **headers}, body=body)
        ticket_paths = len([r for r in rows if r[1].startswith("/d/")])
        check(ticket_paths == 1, "a ticket was asked for")
    finally:
        for fault in own.stop():
            check(False, fault)
    text = own.log()
    for what, secret in secrets.items():
        check(secret not in text, f"the log holds the {what}: {[l for l in text.splitlines() if secret in l][:2]}")
    check("127.0.0.1" not in [line.get("ip") for line in own.log_lines() if isinstance(line, dict)], "addresses are told by their network")
    strangers = [line for line in own.log_lines() if not isinstance(line, dict) or not {"ts", "level", "event"} <= set(line)]
    equal(strangers[:3], [], "lines that are no JSON object with ts, level and event")
    check(sum(1 for line in own.log_lines() if isinstance(line, dict) and line.get("event") == "access") >= 14, "access lines")


run(start)
