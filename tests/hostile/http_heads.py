"""Heads that are not what RFC 9112 §2 to §5, RFC 9110 and RFC 3986 say, or more than we want to read.
"""
from http_case import BAD_METHOD, BAD_VERSION, HANDLED, REFUSED, SERVED, SILENT, TARGET_TOO_LONG, TOO_LONG, get, head, post, refuse


def lines():
    """Line ends, folding, control bytes and names."""
    yield refuse("bare-lf-everywhere", get().replace(b"\r\n", b"\n"))
    yield refuse("bare-lf-after-request-line", b"GET /v1/videos HTTP/1.1\nHost: hub.test\r\n\r\n")
    yield refuse("bare-lf-after-field", b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\nA: b\r\n\r\n")
    yield refuse("bare-lf-ends-head", b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\n\n")
    yield refuse("bare-cr-everywhere", get().replace(b"\r\n", b"\r"))
    yield refuse("bare-cr-after-request-line", b"GET /v1/videos HTTP/1.1\rHost: hub.test\r\n\r\n")
    yield refuse("bare-cr-in-value", get(b"A: b\rc"))
    yield refuse("bare-cr-in-name", get(b"A\rB: c"))
    yield refuse("cr-cr-lf", b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\r\n\r\n")
    yield refuse("lf-cr", b"GET /v1/videos HTTP/1.1\n\rHost: hub.test\n\r\n\r")
    yield refuse("cr-ends-head", b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\n\rX: y\r\n\r\n")
    yield refuse("cr-in-target", b"GET /v1/vi\rdeos HTTP/1.1\r\nHost: hub.test\r\n\r\n")
    yield refuse("fold-space", get(b"A: b\r\n c"))
    yield refuse("fold-tab", get(b"A: b\r\n\tc"))
    yield refuse("fold-empty", get(b"A: b\r\n \r\nC: d"))
    yield refuse("fold-first-line", b"GET /v1/videos HTTP/1.1\r\n X: y\r\nHost: hub.test\r\n\r\n")
    yield refuse("fold-host", get(b"Host:\r\n hub.test", host=None))
    yield refuse("fold-end", b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\n \r\n\r\n")
    yield refuse("space-before-colon", get(b"A : b"))
    yield refuse("tab-before-colon", get(b"A\t: b"))
    yield refuse("host-space-before-colon", get(b"Host : hub.test", host=None))
    yield refuse("length-space-before-colon", post(b"Content-Length : 2", body=b"{}"))
    yield refuse("no-colon", get(b"JustAName"))
    yield refuse("no-name", get(b": value"))
    yield refuse("colon-alone", get(b":"))
    for byte in b'()<>@,;\\"/[]?={} ':
        yield refuse(f"name-byte-{byte:02x}", get(b"A" + bytes([byte]) + b"B: c"))
    for byte in (0x00, 0x01, 0x0B, 0x0C, 0x1B, 0x1F, 0x7F, 0x80, 0xA0, 0xFF):
        yield refuse(f"name-byte-{byte:02x}", get(b"A" + bytes([byte]) + b"B: c"))
    for byte in (0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x0E, 0x1B, 0x1F, 0x7F):
        yield refuse(f"value-byte-{byte:02x}", get(b"A: b" + bytes([byte]) + b"c"))
    yield refuse("name-utf8", get("Nämé: c".encode()))
    yield refuse("field-injection", get(b"A: b\r\n\r\nGET /smuggled HTTP/1.1\nHost: x"), SERVED, answers=(2,))
    for name in (b"Content-Type", b"Authorization", b"Range", b"If-Range"):
        value = {b"Range": b"bytes=0-1", b"If-Range": b'"x"', b"Authorization": b"Bearer x"}.get(name,
            b"text/plain")
        yield refuse(f"double-{name.decode().lower()}", get(name + b": " + value, name + b": " + value))
        yield refuse(f"double-{name.decode().lower()}-case",
            get(name + b": " + value, name.lower() + b": " + value + b"x"))


def hosts():
    yield refuse("host-missing", get(host=None))
    yield refuse("host-missing-with-others", get(b"A: b", b"X-Forwarded-Host: hub.test", host=None))
    yield refuse("host-twice", get(b"Host: hub.test"))
    yield refuse("host-twice-different", get(b"host: evil.test"))
    yield refuse("host-twice-on-1.0", get(b"Host: evil.test", version=b"HTTP/1.0"))
    bad = {
        "userinfo": b"user@hub.test", "userinfo-password": b"a:b@hub.test", "space": b"hub test",
        "tab": b"hub\ttest",
        "list": b"hub.test, evil.test", "path": b"hub.test/x", "query": b"hub.test?x",
        "fragment": b"hub.test#x",
        "backslash": b"hub.test\\x", "scheme": b"http://hub.test", "port-letters": b"hub.test:80x",
        "port-sign": b"hub.test:+80",
        "port-minus": b"hub.test:-1", "port-large": b"hub.test:65536",
        "port-huge": b"hub.test:99999999999999999999",
        "two-ports": b"hub.test:80:81", "angle": b"<script>", "quote": b'hub".test', "bracket-open": b"[::1",
        "bracket-close": b"::1]", "bracket-empty": b"[]", "bracket-junk": b"[::1]x",
        "bracket-word": b"[hub.test]",
        "nul": b"hub\x00.test", "high": b"h\xfcb.test", "caret": b"hub^test", "brace": b"{hub}",
        "percent-bad": b"hub%zz.test",
        "bar": b"hub|test", "grave": b"`id`", "port-alone": b":80", "very-long": b"a" * 5000,
    }
    for name, value in bad.items():
        yield refuse(f"host-{name}", get(host=value), {400, 431} if name == "very-long" else REFUSED)


def request_lines():
    host = b"\r\nHost: hub.test\r\n\r\n"
    table = {
        "two-spaces-before-target": b"GET  /v1/videos HTTP/1.1",
        "two-spaces-before-version": b"GET /v1/videos  HTTP/1.1",
        "tab-before-target": b"GET\t/v1/videos HTTP/1.1", "tab-before-version": b"GET /v1/videos\tHTTP/1.1",
        "space-at-end": b"GET /v1/videos HTTP/1.1 ", "tab-at-end": b"GET /v1/videos HTTP/1.1\t",
        "space-at-start": b" GET /v1/videos HTTP/1.1",
        "tab-at-start": b"\tGET /v1/videos HTTP/1.1", "fourth-word": b"GET /v1/videos HTTP/1.1 x",
        "space-in-target": b"GET /v1/vid eos HTTP/1.1",
        "no-target": b"GET HTTP/1.1", "empty-target": b"GET  HTTP/1.1", "method-alone": b"GET",
        "no-version": b"GET /v1/videos",
        "no-version-space": b"GET /v1/videos ", "vertical-tab": b"GET\x0b/v1/videos HTTP/1.1",
        "form-feed": b"GET /v1/videos\x0cHTTP/1.1",
        "nbsp": b"GET\xa0/v1/videos HTTP/1.1", "nul-in-method": b"GE\x00T /v1/videos HTTP/1.1",
        "nul-after-method": b"GET\x00 /v1/videos HTTP/1.1",
        "method-slash": b"GE/T /v1/videos HTTP/1.1", "method-quote": b'"GET" /v1/videos HTTP/1.1',
        "method-comma": b"GET,POST /v1/videos HTTP/1.1",
        "method-high": b"G\xc9T /v1/videos HTTP/1.1", "method-colon": b"GET: /v1/videos HTTP/1.1",
        "method-empty": b" /v1/videos HTTP/1.1",
        "answer-line": b"HTTP/1.1 200 OK", "proxy-line": b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2",
    }
    for name, line in table.items():
        yield refuse(f"line-{name}", line + host)
    yield refuse("line-method-endless", b"G" * 3000 + b" /v1/videos HTTP/1.1" + host,
        {400, 405, 414, 431, 501}, closes=None, follow=False)
    bad = {"2.0": BAD_VERSION, "3.0": BAD_VERSION, "0.9": BAD_VERSION, "9.9": BAD_VERSION,
        "1.10": BAD_VERSION, "1.1.1": BAD_VERSION,
           "01.1": BAD_VERSION, "1.01": BAD_VERSION, "11.1": BAD_VERSION, "1": BAD_VERSION, "1.": BAD_VERSION,
           ".1": BAD_VERSION,
           "-1.1": BAD_VERSION, "1,1": BAD_VERSION, "1.x": BAD_VERSION, "": BAD_VERSION,
           "1.1\x00": BAD_VERSION, "1 .1": BAD_VERSION}
    for version, statuses in bad.items():
        yield refuse(f"version-{version!r}", b"GET /v1/videos HTTP/" + version.encode() + host, statuses)
    for name, line in {"lower": b"http/1.1", "mixed": b"Http/1.1", "https": b"HTTPS/1.1", "icy": b"ICY/1.1",
        "no-slash": b"HTTP1.1",
                       "backslash": b"HTTP\\1.1", "space": b"HTTP /1.1", "leading-x": b"XHTTP/1.1",
                       "h2c": b"h2c"}.items():
        yield refuse(f"version-name-{name}", b"GET /v1/videos " + line + host, BAD_VERSION)
    yield refuse("http2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", BAD_VERSION)
    yield refuse("http09", b"GET /v1/videos\r\n", SILENT | {505}, follow=False, half_close=True)
    yield refuse("tls-hello", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(range(150)), SILENT,
        follow=False, half_close=True)
    yield refuse("ssh-banner", b"SSH-2.0-OpenSSH_9.2\r\n", SILENT, follow=False, half_close=True)
    yield refuse("nuls", b"\x00" * 600, SILENT, follow=False, half_close=True)
    yield refuse("head-cut-short", b"GET /v1/videos HTTP/1.1\r\nHost: hub", SILENT, follow=False,
        half_close=True)
    yield refuse("nothing-at-all", b"", SILENT, follow=False, half_close=True)
    yield refuse("empty-lines-only", b"\r\n" * 300, SILENT, follow=False, half_close=True)


def targets():
    """The target is told once and plainly: no other spelling of a path gets through."""
    bad = {
        "absolute-form": b"http://hub.test/v1/videos", "absolute-https": b"https://hub.test/v1/videos",
        "absolute-foreign": b"http://evil.test/",
        "absolute-file": b"file:///etc/passwd", "asterisk": b"*", "authority": b"hub.test:80",
        "relative": b"v1/videos", "query-alone": b"?q=1",
        "fragment": b"/v1/videos#x", "fragment-empty": b"/v1/videos#", "percent-short": b"/v1/videos%",
        "percent-one": b"/v1/videos%2",
        "percent-letters": b"/v1/videos%zz", "percent-half": b"/v1/videos%2g",
        "percent-u": b"/v1/%u0076ideos", "percent-sign": b"/v1/%+1",
        "percent-nul": b"/v1/videos%00", "percent-nul-suffix": b"/v1/videos%00.json",
        "encoded-dots": b"/v1/%2e%2e/v1/videos",
        "encoded-dot": b"/v1/%2e/videos", "half-encoded-dots": b"/v1/.%2e/videos",
        "encoded-slash": b"/v1%2fvideos", "encoded-slash-upper": b"/v1%2Fvideos",
        "encoded-backslash": b"/v1%5cvideos", "backslash": b"/v1\\videos",
        "double-slash-start": b"//v1/videos", "double-slash-inside": b"/v1//videos",
        "double-slash-end": b"/v1/videos//", "foreign-double-slash": b"//evil.test/v1/videos",
        "dots": b"/v1/../v1/videos", "dot": b"/v1/./videos",
        "dots-at-end": b"/v1/videos/..", "dot-at-end": b"/v1/videos/.",
        "dots-beyond-root": b"/../../etc/passwd", "utf8": "/v1/vidéos".encode(),
        "latin1": b"/v1/vid\xe9os", "high-byte": b"/v1/\xff", "overlong-slash": b"/v1%c0%afvideos",
        "overlong-dot": b"/v1/%c0%ae%c0%ae/videos",
        "invalid-utf8": b"/v1/videos/%ff", "lone-surrogate": b"/v1/videos/%ed%a0%80",
        "encoded-cr-lf": b"/v1/videos%0d%0aX:%20y", "encoded-tab": b"/v1/videos%09",
        "encoded-del": b"/v1/videos%7f", "control": b"/v1/\x01videos", "del": b"/v1/videos\x7f",
        "nul": b"/v1/\x00videos", "tab": b"/v1/\tvideos",
    }
    loose = {"overlong-slash", "overlong-dot", "invalid-utf8", "lone-surrogate", "encoded-cr-lf",
        "encoded-tab", "encoded-del"}
    for name, target in bad.items():
        yield refuse(f"target-{name}", get(target=target), {400, 404} if name in loose else REFUSED,
            closes=None, follow=False)
    for name, query in {"percent-short": b"q=%", "percent-letters": b"q=%zz", "nul": b"q=%00",
        "utf8": "q=é".encode(), "control": b"q=\x02",
                        "fragment": b"q=a#b", "invalid-utf8": b"q=%ff%fe"}.items():
        yield refuse(f"query-{name}", get(target=b"/v1/search?" + query), {400, 422}, closes=None,
            follow=False)
    yield refuse("query-double-name", get(target=b"/v1/videos?limit=1&limit=2"), {400, 422}, closes=None,
        follow=False)


def sizes():
    yield refuse("head-17k-one-field", get(b"A: " + b"a" * 17000), TOO_LONG)
    yield refuse("head-17k-many-fields", get(*[b"A%d: " % i + b"a" * 400 for i in range(43)]), TOO_LONG)
    yield refuse("head-17k-name", get(b"a" * 17000 + b": b"), TOO_LONG)
    yield refuse("fields-65", get(*[b"A%d: b" % i for i in range(64)]), TOO_LONG)  # and Host
    yield refuse("fields-1000", get(*[b"A%d: b" % i for i in range(1000)]), TOO_LONG)
    yield refuse("fields-1000-same", get(*[b"A: b"] * 1000), TOO_LONG)
    yield refuse("target-8k", get(target=b"/v1/videos/" + b"a" * 8300), TARGET_TOO_LONG)
    yield refuse("target-8k-query", get(target=b"/v1/search?q=" + b"a" * 8300), TARGET_TOO_LONG)
    flood = frozenset({400, 414, 431, None})  # a reset may swallow the answer: more came than is read away
    yield refuse("head-1m-without-end",
        b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\nA: " + b"a" * (1 << 20), flood, follow=False)
    yield refuse("target-1m", b"GET /" + b"a" * (1 << 20), flood, follow=False)
    yield refuse("fields-1m", b"GET / HTTP/1.1\r\nHost: hub.test\r\n" + b"A: b\r\n" * 175000, flood,
        follow=False)


def methods():
    """Other methods are other words: no alias, no echo, no tunnel."""
    for name in (b"get", b"Get", b"TRACE", b"TRACK", b"DEBUG", b"PROPFIND", b"BREW", b"X", b"GETT", b"PURGE",
        b"!", b"M-SEARCH", b"PRI", b"SOURCE"):
        yield refuse(f"method-{name.decode()}", head(name + b" /v1/videos HTTP/1.1"), BAD_METHOD, closes=None,
            follow=False)
    yield refuse("method-connect", head(b"CONNECT evil.test:443 HTTP/1.1"), BAD_METHOD, closes=None,
        follow=False)
    yield refuse("method-connect-path", head(b"CONNECT /v1/videos HTTP/1.1"), BAD_METHOD, closes=None,
        follow=False)
    yield refuse("method-override", get(b"X-HTTP-Method-Override: DELETE"), SERVED, closes=None, follow=False)
    yield refuse("asterisk-get", head(b"GET * HTTP/1.1"), REFUSED, closes=None, follow=False)
    yield refuse("asterisk-post", head(b"POST * HTTP/1.1", b"Content-Length: 0"), REFUSED, closes=None,
        follow=False)
    for name, value in {"unknown": b"200-ok", "list": b"100-continue, x", "empty": b"",
        "twice-in-one": b"100-continue, 100-continue"}.items():
        yield refuse(f"expect-{name}", get(b"Expect: " + value), {200, 400, 417}, closes=None, follow=False)
    yield refuse("expect-on-1.0", head(b"POST /v1/videos HTTP/1.0", b"Expect: 100-continue",
        b"Content-Length: 2") + b"{}", HANDLED | REFUSED,
                 closes=True, follow=False, interim=False)
    for name, value in {"two": b"bytes=0-1,4-5", "reversed": b"bytes=5-1", "sign": b"bytes=-+1",
        "huge": b"bytes=99999999999999999999-",
                        "unit": b"lines=1-2", "junk": b"bytes",
                        "many": b"bytes=" + b"0-0," * 900 + b"0-0"}.items():
        yield refuse(f"range-{name}-on-json", get(b"Range: " + value), {200, 400, 416}, closes=None,
            follow=False)
