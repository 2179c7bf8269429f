"""Where a message ends, told in two ways or none: RFC 9112 §6 and §7, and the smuggling vectors that were
published since 2005 (Linhart et al., Kettle, Klein, the Transfer-Encoding and chunk tricks).
"""
from http_case import BODY_REFUSED, HANDLED, REFUSED, SILENT, Case, chunked, get, head, post, refuse


def lengths():
    """Two opinions on where the body ends, or one that is no number."""
    pair = post(b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nG")
    yield refuse("length-and-chunked", pair)
    yield refuse("chunked-and-length",
                 post(b"Transfer-Encoding: chunked", b"Content-Length: 4",
                 body=b"5c\r\nGPOST /x\r\n0\r\n\r\n"))
    yield refuse("length-zero-and-chunked", post(b"Content-Length: 0", b"Transfer-Encoding: chunked",
        body=b"0\r\n\r\n"))
    yield refuse("get-with-length-and-chunked", get(b"Content-Length: 5",
        b"Transfer-Encoding: chunked") + b"0\r\n\r\n")
    yield refuse("two-lengths-equal", post(b"Content-Length: 2", b"Content-Length: 2", body=b"{}"))
    yield refuse("two-lengths-different", post(b"Content-Length: 2", b"Content-Length: 44", body=b"{}"))
    yield refuse("two-lengths-case", post(b"Content-Length: 2", b"content-length: 0", body=b"{}"))
    yield refuse("three-lengths-apart",
                 post(b"Content-Length: 2", b"A: b", b"Content-Length: 2", b"C: d", b"Content-Length: 2",
                 body=b"{}"))
    values = {
        "list-equal": b"2, 2", "list-different": b"2, 3", "list-tight": b"2,2", "list-tail": b"2,",
        "list-head": b",2", "plus": b"+2", "minus": b"-2", "minus-zero": b"-0", "inner-space": b"1 2",
        "two-words": b"2 2", "hex": b"0x2", "hex-bare": b"a", "octal": b"0o2", "float": b"2.0",
        "exponent": b"2e0",
        "empty": b"", "blank": b"   ", "quoted": b'"2"', "apostrophes": b"'2'", "semicolon": b"2;",
        "comment": b"2 (two)",
        "underscore": b"1_0", "vertical-tab": b"\x0b2", "form-feed": b"2\x0c", "nul": b"2\x00", "cr": b"2\r",
        "arabic-digits": "٢".encode(), "full-width": "２".encode(), "superscript": b"\xb2", "letters": b"two",
        "64-bit-wrap": b"18446744073709551618", "64-bit-max": b"18446744073709551616",
        "signed-wrap": b"9223372036854775808", "32-bit-and-64": b"340282366920938463463374607431768211458",
        "400-digits": b"9" * 400, "nbsp": b"\xa02", "percent": b"%32",
    }
    for name, value in values.items():
        yield refuse(f"length-{name}", post(b"Content-Length: " + value, body=b"{}"),
            {400, 413} if value.isdigit() and len(value) > 18 else REFUSED)
    yield refuse("length-too-large", post(b"Content-Length: 99999999999", body=b"{}"), {400, 401, 413},
        follow=False)


def codings():
    """Transfer-Encoding: exactly `chunked`, once, on HTTP/1.1; the rest is somebody's trick."""
    body = b"0\r\n\r\n"
    values = {
        "identity": b"identity", "gzip": b"gzip", "unknown": b"xchunked", "suffix": b"chunkedx",
        "gzip-chunked": b"gzip, chunked", "chunked-gzip": b"chunked, gzip",
        "chunked-identity": b"chunked, identity",
        "identity-chunked": b"identity, chunked", "twice": b"chunked, chunked", "tail-comma": b"chunked,",
        "head-comma": b",chunked", "empty": b"", "quoted": b'"chunked"', "apostrophes": b"'chunked'",
        "parameter": b"chunked;q=1", "vertical-tab": b"\x0bchunked", "form-feed": b"chunked\x0c",
        "nul": b"chunked\x00",
        "inner-space": b"chu nked", "cr-tail": b"chunked\r", "cr-head": b"\rchunked",
        "dotless-i": "chunked\u0131".encode(),
        "kelvin-sign": "chun\u212aed".encode(), "nbsp": b"\xa0chunked", "high-bit": b"\xe3hunked",
        "brackets": b"[chunked]",
        "cow": b"cow", "deflate": b"deflate", "trailers": b"trailers", "newline-in": b"chun\nked",
    }
    for name, value in values.items():
        yield refuse(f"coding-{name}", post(b"Transfer-Encoding: " + value, body=body), {400, 501})
    two = [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"]
    yield refuse("coding-two-lines", post(*two, body=body))
    yield refuse("coding-then-identity", post(two[0], b"Transfer-Encoding: identity", body=body), {400, 501})
    yield refuse("coding-identity-then", post(b"Transfer-Encoding: identity", two[0], body=body), {400, 501})
    yield refuse("coding-then-cow-lower", post(two[0], b"transfer-encoding: x", body=body), {400, 501})
    yield refuse("coding-space-before-colon", post(b"Transfer-Encoding : chunked", b"Content-Length: 5",
        body=body))
    yield refuse("coding-tab-before-colon", post(b"Transfer-Encoding\t: chunked", body=body))
    yield refuse("coding-leading-space", post(b" Transfer-Encoding: chunked", b"Content-Length: 5",
        body=body))
    yield refuse("coding-folded", post(b"Transfer-Encoding:\r\n chunked", body=body))
    yield refuse("coding-folded-tail", post(b"Transfer-Encoding: chunked\r\n\tx", body=body))
    yield refuse("coding-hidden-behind-lf", post(b"Foo: bar\nTransfer-Encoding: chunked",
        b"Content-Length: 5", body=body))
    yield refuse("coding-hidden-behind-cr", post(b"Foo: bar\rTransfer-Encoding: chunked",
        b"Content-Length: 5", body=body))
    yield refuse("coding-name-lf", post(b"Transfer-Encoding\n: chunked", body=body))
    yield refuse("coding-name-nul", post(b"Transfer-Encoding\x00: chunked", b"Content-Length: 5", body=body))
    yield refuse("coding-name-high", post(b"Transfer\xadEncoding: chunked", b"Content-Length: 5", body=body))
    old = head(b"POST /v1/videos HTTP/1.0", b"Transfer-Encoding: chunked")
    yield refuse("coding-space-tail-and-length", post(b"Transfer-Encoding: chunked ", b"Content-Length: 5",
        body=body))
    yield refuse("coding-on-1.0", old + body)
    yield refuse("coding-on-1.0-keep-alive", head(b"POST /v1/videos HTTP/1.0", b"Connection: keep-alive",
        b"Transfer-Encoding: chunked") + body)


def bodies():
    """Chunks that two readers could measure differently; the follower stands behind each."""
    bad = {
        "size-0x": b"0x2\r\n{}\r\n0\r\n\r\n", "size-plus": b"+2\r\n{}\r\n0\r\n\r\n",
        "size-minus": b"-2\r\n{}\r\n0\r\n\r\n", "size-empty": b"\r\n{}\r\n0\r\n\r\n",
        "size-letters": b"g\r\n{}\r\n0\r\n\r\n", "size-space-before": b" 2\r\n{}\r\n0\r\n\r\n",
        "size-space-after": b"2 \r\n{}\r\n0\r\n\r\n",
        "size-tab-after": b"2\t\r\n{}\r\n0\r\n\r\n", "size-underscore": b"0_2\r\n{}\r\n0\r\n\r\n",
        "size-comma": b"2,2\r\n{}\r\n0\r\n\r\n",
        "size-float": b"2.0\r\n{}\r\n0\r\n\r\n", "size-wrap-64": b"10000000000000002\r\n{}\r\n0\r\n\r\n",
        "size-max-64": b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "size-sign-bit": b"8000000000000002\r\n{}\r\n0\r\n\r\n",
        "size-wrap-32": b"100000002\r\n{}\r\n0\r\n\r\n",
        "size-many-zeros": b"0" * 5000 + b"2\r\n{}\r\n0\r\n\r\n",
        "size-nul": b"2\x00\r\n{}\r\n0\r\n\r\n", "size-full-width": "２\r\n{}\r\n0\r\n\r\n".encode(),
        "size-lf": b"2\n{}\r\n0\r\n\r\n", "size-cr": b"2\r{}\r\n0\r\n\r\n",
        "size-cr-cr-lf": b"2\r\r\n{}\r\n0\r\n\r\n", "data-lf": b"2\r\n{}\n0\r\n\r\n",
        "data-cr": b"2\r\n{}\r0\r\n\r\n", "data-without-crlf": b"2\r\n{}0\r\n\r\n",
        "data-longer": b"2\r\n{}}\r\n0\r\n\r\n", "data-shorter": b"3\r\n{}\r\n0\r\n\r\n",
        "data-two-bytes-lost": b"2\r\n{}xx0\r\n\r\n", "last-lf": b"2\r\n{}\r\n0\n\n",
        "last-lf-end": b"2\r\n{}\r\n0\r\n\n", "last-junk": b"2\r\n{}\r\n0x\r\n\r\n",
        "extension-lf": b"2;a\n{}\r\n0\r\n\r\n", "extension-lf-hidden": b"2;\n\r\n{}\r\n0\r\n\r\n",
        "extension-cr": b"2;a\rb\r\n{}\r\n0\r\n\r\n", "extension-nul": b"2;a\x00\r\n{}\r\n0\r\n\r\n",
        "extension-long": b"2;" + b"a" * 20000 + b"\r\n{}\r\n0\r\n\r\n",
        "trailer-lf": b"2\r\n{}\r\n0\r\nA: b\n\r\n",
        "trailer-request": b"2\r\n{}\r\n0\r\nGET /v1/videos HTTP/1.1\r\nHost: hub.test\r\n\r\n",
        "trailer-no-colon": b"2\r\n{}\r\n0\r\nJustAName\r\n\r\n",
        "trailer-space": b"2\r\n{}\r\n0\r\nA : b\r\n\r\n",
        "trailer-fold": b"2\r\n{}\r\n0\r\nA: b\r\n c\r\n\r\n",
        "trailer-nul": b"2\r\n{}\r\n0\r\nA: \x00\r\n\r\n",
        "trailer-endless": b"2\r\n{}\r\n0\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
        "no-chunks": b"\r\n\r\n", "just-json": b"{}\r\n\r\n", "length-inside": b"Content-Length: 2\r\n\r\n{}",
    }
    for name, body in bad.items():
        statuses = BODY_REFUSED | ({413,
            431} if len(body) > 4000 or "wrap" in name or "sign-bit" in name or "max" in name else set())
        yield refuse(f"chunk-{name}", chunked(body), statuses)
    either = BODY_REFUSED | {201, 413, 415, 422, 431}
    for name, body in {"extension-empty": b"2;\r\n{}\r\n0\r\n\r\n", "extension": b"2;a=b\r\n{}\r\n0\r\n\r\n",
        "extension-quoted": b'2;a="x;y"\r\n{}\r\n0\r\n\r\n', "trailer": b"2\r\n{}\r\n0\r\nA: b\r\n\r\n",
                       "trailer-length": b"2\r\n{}\r\n0\r\nContent-Length: 50\r\n\r\n",
                       "trailer-coding": b"2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
                       "trailer-host": b"2\r\n{}\r\n0\r\nHost: evil.test\r\n\r\n",
                       "trailer-authorization": b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n"}.items():
        yield refuse(f"chunk-{name}-refused-or-ignored", chunked(body), either, closes=None, follow=False)
    yield refuse("chunk-one-byte-each",
        chunked(b"".join(b"1\r\n \r\n" for _ in range(3000)) + b"2\r\n{}\r\n0\r\n\r\n"), either, closes=None,
        follow=False)
    cut = dict(follow=False, half_close=True)
    yield refuse("body-cut-short", post(b"Content-Length: 50", body=b"{}"), SILENT | {401}, **cut)
    yield refuse("chunk-cut-short", chunked(b"5\r\n{}"), SILENT | {401}, **cut)
    yield refuse("chunk-without-last", chunked(b"2\r\n{}\r\n"), SILENT | {401}, **cut)


def smuggled():
    """A request inside a body is a body. One answer, or the connection is lost."""
    inner = b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\n\r\n"
    told = HANDLED | REFUSED
    yield Case("smuggle-in-length-body", post(b"Content-Length: %d" % len(inner), body=inner), told)
    yield Case("smuggle-in-get-body", get(b"Content-Length: %d" % len(inner)) + inner, told)
    yield Case("smuggle-in-chunk", chunked(b"%x\r\n" % len(inner) + inner + b"\r\n0\r\n\r\n"), told)
    yield Case("smuggle-in-options-body", head(b"OPTIONS /v1/videos HTTP/1.1",
        b"Content-Length: %d" % len(inner)) + inner, told)
    yield Case("smuggle-in-delete-body", head(b"DELETE /v1/videos/x HTTP/1.1",
        b"Content-Length: %d" % len(inner)) + inner, told)
    yield Case("smuggle-in-unknown-method-body", head(b"BREW /v1/videos HTTP/1.1",
        b"Content-Length: %d" % len(inner)) + inner, told | {501})
    yield Case("smuggle-in-head-body", head(b"HEAD /v1/videos HTTP/1.1",
        b"Content-Length: %d" % len(inner)) + inner, told, methods=("HEAD",))
    yield Case("smuggle-behind-expect", post(b"Content-Length: %d" % len(inner), b"Expect: 100-continue",
        body=inner), told)
    yield Case("smuggle-behind-404", head(b"POST /v1/no/such/place HTTP/1.1",
        b"Content-Length: %d" % len(inner)) + inner, told)
    yield Case("smuggle-in-upgrade", get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
        b"HTTP2-Settings: AAMAAABkAAQAAP__",
                                         b"Content-Length: %d" % len(inner)) + inner, told)
    yield Case("smuggle-in-websocket", get(b"Connection: Upgrade", b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
                                           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                           b"Content-Length: %d" % len(inner)) + inner, told)
    hidden = {"underscore-coding": b"Transfer_Encoding: chunked", "x-coding": b"X-Transfer-Encoding: chunked",
        "underscore-length": b"Content_Length: 0",
              "dash-length": b"Content-Length-: 0", "connection-length": b"Connection: close, Content-Length",
              "connection-coding": b"Connection: Transfer-Encoding"}
    for name, line in hidden.items():
        yield Case(f"smuggle-{name}", post(line, b"Content-Length: %d" % len(inner), body=inner), told)
