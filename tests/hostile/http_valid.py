"""Odd but right requests: a strict server that refuses these is broken too."""
from http_case import FOLLOWER, HANDLED, SERVED, chunked, get, head, odd, post

OPEN = dict(closes=False)  # and the next request on the connection is answered


def fields():
    """Names in any case, values with any white space around them, and lists that may be lists."""
    yield odd("plain", get(), **OPEN)
    yield odd("lower-case-names", b"GET /v1/videos HTTP/1.1\r\nhost: hub.test\r\naccept: */*\r\n\r\n", **OPEN)
    yield odd("upper-case-names", b"GET /v1/videos HTTP/1.1\r\nHOST: hub.test\r\nACCEPT: */*\r\n\r\n", **OPEN)
    yield odd("empty-value", get(b"X-Empty:", b"X-Blank:   "), **OPEN)
    yield odd("no-space-after-colon", b"GET /v1/videos HTTP/1.1\r\nHost:hub.test\r\nA:b\r\n\r\n", **OPEN)
    yield odd("tabs-around-value", b"GET /v1/videos HTTP/1.1\r\nHost:\thub.test\t\r\nA: \t b \t \r\n\r\n",
        **OPEN)
    yield odd("tab-inside-value", get(b"A: b\tc"), **OPEN)
    yield odd("colons-in-value", get(b"A: b:c::d"), **OPEN)
    yield odd("every-token-byte-in-a-name", get(b"!#$%&'*+-.^_`|~0aZ: b"), **OPEN)
    yield odd("every-visible-byte-in-a-value", get(b"A: " + bytes(range(0x21, 0x7F))), **OPEN)
    yield odd("obs-text-in-value", get(b"A: caf\xc3\xa9 \xe9"), {200, 400})
    yield odd("accept-twice", get(b"Accept: text/html", b"Accept: application/json"), **OPEN)
    yield odd("cookie-twice", get(b"Cookie: a=b", b"Cookie: c=d"), {200, 400})
    yield odd("same-unknown-name-twice", get(b"X-A: 1", b"X-A: 2"), **OPEN)
    yield odd("60-fields", get(*[b"A%d: b" % i for i in range(59)]), **OPEN)
    yield odd("head-of-12k", get(*[b"A%d: " % i + b"a" * 390 for i in range(30)]), **OPEN)
    yield odd("long-single-field", get(b"A: " + b"a" * 7000), **OPEN)
    yield odd("upgrade-ignored", get(b"Connection: Upgrade", b"Upgrade: h2c"), **OPEN)
    yield odd("te-trailers", get(b"TE: trailers", b"Connection: TE"), **OPEN)
    yield odd("forwarded", get(b"X-Forwarded-For: 1.2.3.4", b"X-Forwarded-Host: evil.test",
        b"Forwarded: for=x"), **OPEN)
    yield odd("traceparent-broken", get(b"traceparent: 00-zz"), **OPEN)
    yield odd("etag-junk", get(b'If-None-Match: "x", W/"y", *'), {200, 304, 400})


def hosts():
    for name, value in {"upper-case": b"HUB.TEST", "port": b"hub.test:8080", "ipv4": b"127.0.0.1:80",
        "ipv6": b"[::1]:8080",
                        "ipv6-no-port": b"[2001:db8::1]", "underscore": b"a_b.hub.test", "one-label": b"hub",
                        "trailing-dot": b"hub.test."}.items():
        yield odd(f"host-{name}", get(host=value), **OPEN)
    yield odd("host-empty-port", get(host=b"hub.test:"), {200, 400})
    yield odd("host-empty", get(host=b""), {200, 400})
    yield odd("host-percent", get(host=b"hub%2etest"), {200, 400})
    yield odd("host-foreign", get(host=b"evil.test"), **OPEN)


def versions():
    yield odd("http-1.0-without-host", b"GET /v1/videos HTTP/1.0\r\n\r\n", closes=True)
    yield odd("http-1.0-with-host", get(version=b"HTTP/1.0"), closes=True)
    yield odd("http-1.0-keep-alive", get(b"Connection: keep-alive", version=b"HTTP/1.0"))
    yield odd("http-1.2", get(version=b"HTTP/1.2"), {200, 400, 505})
    yield odd("connection-close", get(b"Connection: close"), closes=True)
    yield odd("connection-CLOSE", get(b"Connection: CLOSE"), closes=True)
    yield odd("connection-list", get(b"Connection: foo, close"), closes=True)
    yield odd("connection-two-lines", get(b"Connection: foo", b"Connection: close"), closes=True)
    yield odd("connection-keep-alive", get(b"Connection: keep-alive"), **OPEN)
    yield odd("connection-commas", get(b"Connection: , ,keep-alive, ,"), {200, 400})
    yield odd("empty-line-first", b"\r\n" + get(), {200, 400})
    yield odd("two-empty-lines-first", b"\r\n\r\n" + get(), {200, 400})


def targets():
    yield odd("options-asterisk", head(b"OPTIONS * HTTP/1.1"), {200, 204, 404, 405})
    yield odd("options-path", head(b"OPTIONS /v1/videos HTTP/1.1"), {200, 204, 404, 405})
    yield odd("head", head(b"HEAD /v1/videos HTTP/1.1"), methods=("HEAD",), **OPEN)
    yield odd("head-of-missing", head(b"HEAD /v1/no/such/place HTTP/1.1"), {404}, methods=("HEAD",), **OPEN)
    yield odd("query-empty", get(target=b"/v1/videos?"), **OPEN)
    yield odd("query-percent", get(target=b"/v1/search?q=%C3%A9%20%2F%26"), **OPEN)
    yield odd("query-plus", get(target=b"/v1/search?q=a+b"), **OPEN)
    yield odd("query-question-marks", get(target=b"/v1/search?q=a?b/c"), **OPEN)
    yield odd("query-sub-delims", get(target=b"/v1/search?q=!$'()*,;:@"), {200, 400, 422})
    yield odd("percent-unreserved", get(target=b"/v1/%76ideos"), {200, 400, 404})
    yield odd("percent-lower-case", get(target=b"/v1/search?q=%c3%a9"), **OPEN)
    yield odd("dots-in-a-name", get(target=b"/v1/videos/by-slug/..."), {400, 404, 422})
    yield odd("tilde-and-friends", get(target=b"/v1/videos/by-slug/a~b-c_d.e"), {404, 422})
    yield odd("sub-delims-in-path", get(target=b"/v1/no/such/!$&'()*+,;=:@"), {400, 404})
    yield odd("target-of-7000", get(target=b"/v1/videos/" + b"a" * 7000), {404, 422})
    yield odd("missing", get(target=b"/v1/no/such/place"), {404}, **OPEN)


def bodies():
    yield odd("get-with-body", get(b"Content-Length: 2") + b"{}", {200, 400})
    yield odd("length-zero-on-get", get(b"Content-Length: 0"), **OPEN)
    yield odd("length-space-around", post(b"Content-Length:  \t2\t ", body=b"{}"), HANDLED)
    yield odd("length-leading-zeros", post(b"Content-Length: 0002", body=b"{}"), HANDLED | {400})
    yield odd("body-plain", post(b"Content-Length: 2", body=b"{}"), HANDLED)
    yield odd("body-absent", post(), HANDLED | {400, 411})
    yield odd("chunked", chunked(b"2\r\n{}\r\n0\r\n\r\n"), HANDLED)
    yield odd("chunked-many", chunked(b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), HANDLED)
    yield odd("chunked-zeros", chunked(b"0002\r\n{}\r\n000\r\n\r\n"), HANDLED | {400})
    yield odd("chunked-upper-hex", chunked(b"C\r\n{          }\r\n0\r\n\r\n"), HANDLED)
    yield odd("chunked-lower-hex", chunked(b"c\r\n{          }\r\n0\r\n\r\n"), HANDLED)
    yield odd("chunked-upper-case-name", post(b"TRANSFER-ENCODING: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"),
        HANDLED)
    yield odd("chunked-capital", post(b"Transfer-Encoding: Chunked", body=b"2\r\n{}\r\n0\r\n\r\n"),
        HANDLED | {400, 501})
    yield odd("expect-continue", post(b"Content-Length: 2", b"Expect: 100-continue", body=b"{}"), HANDLED)
    yield odd("expect-continue-case", post(b"Content-Length: 2", b"expect: 100-Continue", body=b"{}"),
        HANDLED | {417})
    yield odd("http-1.0-body", head(b"POST /v1/videos HTTP/1.0", b"Content-Length: 2") + b"{}", HANDLED,
        closes=True)


def pipelines():
    """Several at once, and one in crumbs: the answers come in order and none is missing."""
    yield odd("pipelined-three", get() * 3, answers=(3,), **OPEN)
    yield odd("pipelined-head-between", get() + head(b"HEAD /v1/videos HTTP/1.1") + get(), answers=(3,),
        methods=("GET", "HEAD", "GET"))
    yield odd("pipelined-behind-body", post(b"Content-Length: 2", body=b"{}") + FOLLOWER, HANDLED,
        answers=(1, 2))
    yield odd("pipelined-behind-chunks", chunked(b"2\r\n{}\r\n0\r\n\r\n") + FOLLOWER, HANDLED, answers=(1, 2))
    yield odd("pipelined-behind-close", get(b"Connection: close") + FOLLOWER, closes=True)
    yield odd("pipelined-behind-1.0", get(version=b"HTTP/1.0") + FOLLOWER, closes=True)
    yield odd("pipelined-20", get() * 20, answers=(20,))
    yield odd("byte-by-byte", get(b"A: b"), pieces=1, **OPEN)
    yield odd("byte-by-byte-body", post(b"Content-Length: 2", body=b"{}"), HANDLED, pieces=1)
    yield odd("byte-by-byte-chunks", chunked(b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), HANDLED, pieces=1)
    yield odd("three-bytes-a-time", get() * 2, answers=(2,), pieces=3, **OPEN)
    yield odd("half-closed", get(), half_close=True)
