"""Names that try to be paths: as they stand in a URL, and as plain text in metadata.

`encoded()` yields (name, bytes for a URL); `plain()` yields (name, text) of the same tricks decoded,
for file names and titles. Both end up meaning `etc/passwd` or the planted file `secret` by one
reading or another; nothing may ever read them so.
"""
SLASHES = {
    "slash": b"/", "encoded": b"%2f", "encoded-upper": b"%2F", "double": b"%252f", "triple": b"%25252f",
    "backslash": b"\\",
    "backslash-encoded": b"%5c", "backslash-double": b"%255c", "overlong-2": b"%c0%af",
    "overlong-2-high": b"%c1%9c", "overlong-3": b"%e0%80%af",
    "overlong-4": b"%f0%80%80%af", "overlong-5": b"%f8%80%80%80%af", "overlong-6": b"%fc%80%80%80%80%af",
    "fraction": b"%e2%81%84",
    "division": b"%e2%88%95", "full-width": b"%ef%bc%8f", "full-width-back": b"%ef%bc%bc",
    "u-escape": b"%u002f", "u-full-width": b"%uff0f",
    "u-division": b"%u2215", "html": b"%26%2347;", "slash-slash": b"//", "slash-backslash": b"/\\",
    "slash-dot": b"/./", "iis-255c": b"%%35c",
    "iis-2f": b"%%32%66", "nul": b"%00/", "tab": b"%09/", "newline": b"%0a/", "space": b"%20/",
    "semicolon": b";/", "params": b";x=y/", "half": b"%2",
}
DOTS = {
    "dots": b"..", "encoded": b"%2e%2e", "encoded-upper": b"%2E%2E", "half": b".%2e", "other-half": b"%2e.",
    "double": b"%252e%252e",
    "triple": b"%25252e%25252e", "overlong-2": b"%c0%ae%c0%ae", "overlong-2b": b"%c0%2e%c0%2e",
    "overlong-3": b"%e0%80%ae%e0%80%ae",
    "overlong-4": b"%f0%80%80%ae%f0%80%80%ae", "full-width": b"%ef%bc%8e%ef%bc%8e",
    "ideographic": b"%e3%80%82%e3%80%82", "two-dot-leader": b"%e2%80%a5",
    "one-dot-leader": b"%e2%80%a4%e2%80%a4", "u-escape": b"%u002e%u002e", "three": b"...", "four": b"....",
    "three-slashes": b"....//", "trailing-dot": b"..%00",
    "semicolon": b"..;", "semicolon-encoded": b"..%3b", "space": b"..%20", "space-before": b"%20..",
    "iis": b"%%32%65%%32%65", "zero-width": b".%e2%80%8b.",
    "soft-hyphen": b".%c2%ad.", "bom": b"%ef%bb%bf..", "rtl": b"%e2%80%ae..", "surrogate": b"%ed%a0%80..",
    "latin1": b"%ae%ae", "stripped": b"..././..",
}
GOALS = (b"etc", b"passwd")

DEVICES = ["CON", "con", "PRN", "AUX", "NUL", "nul", "COM1", "LPT9", "CONIN$", "CON.txt", "aux.mp4",
    "NUL .mp4", "COM¹", "CLOCK$", "nul.tar.gz"]
DRIVES = [
    "C:\\Windows\\win.ini", "C:/Windows/win.ini", "c:secret", "\\\\?\\C:\\secret", "\\\\.\\PhysicalDrive0",
    "\\\\server\\share\\secret",
    "//server/share/secret", "\\\\?\\UNC\\server\\share", "file:///etc/passwd", "file:/etc/passwd",
    "/etc/passwd", "/proc/self/environ",
    "/dev/null", "/dev/stdin", "~/.ssh/id_rsa", "~root/.bashrc", "%HOME%", "${HOME}/secret", "$(id)", "`id`",
    "\\\\localhost\\c$\\secret",
]
STREAMS = ["secret::$DATA", "secret:stream", "secret:Zone.Identifier", "secret::$INDEX_ALLOCATION",
    "SECRET~1", "secret.", "secret ", "secret..", "secret. .", "sEcReT"]
OTHER = [
    ".", "..", "...", " ", "  ", "-", "--help", "-rf", ".htaccess", ".git/config", ".env", "hub.conf",
    "hub.db", "hub.db-wal", "*", "?", "a|id", "a;id", "a&id",
    "a\nb", "a\r\nSet-Cookie: x=y", "a\tb", "\x1b[31m", "a\u0000b", "secret\u0000.mp4", "\u202egpj.exe",
    "a\u2028b", "\ufeffsecret", "ｅｔｃ／ｐａｓｓｗｄ", "‥/‥/secret",
    "..∕..∕secret", "..⁄..⁄secret", "․․/secret", "é", "e\u0301", "\U0001f600", "ﬃ", "ſecret", "K", "İ", "ß",
    "{{7*7}}", "%s%s%n", "%2e%2e%2fsecret", "%252e%252e%252fsecret",
    "&#46;&#46;&#47;secret", "\\u002e\\u002e\\u002fsecret", "..\\/secret", "....//....//secret",
    "..%c0%afsecret", "x/../../secret", "x\\..\\..\\secret", "./secret",
    ".\\secret", "secret/", "secret/.", "secret/..", "//secret", "///", "/", "\\", "a/b", "a\\b",
    "lost+found", "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "' OR '1'='1",
    "a" * 255, "a" * 256, "a" * 1000, "a/" * 300 + "secret", "../" * 300 + "etc/passwd", "é" * 200, ".mp4",
    "a.mp4/", "a.mp4\u0000.php", "a.php.mp4", "a.mp4;.php", "CON/../secret",
    "index.html", "..;/secret", "..;x=y/secret", ";/../secret", "a%00", "a%0d%0ab", "ffconcat version 1.0",
    "concat:secret", "pipe:0", "data:text/plain,x", "http://127.0.0.1:1/",
]


def climb(dots, slash, times=6):
    return (dots + slash) * times + slash.join(GOALS)


def encoded():
    for name, slash in SLASHES.items():
        yield f"slash-{name}", climb(b"..", slash)
        yield f"slash-{name}-encoded-dots", climb(b"%2e%2e", slash)
    for name, dots in DOTS.items():
        yield f"dots-{name}", climb(dots, b"/")
        yield f"dots-{name}-encoded-slash", climb(dots, b"%2f")
        yield f"dots-{name}-alone", dots
        yield f"dots-{name}-inside", b"x/" + dots + b"/" + dots + b"/secret"
    for name in ("double", "overlong-2", "full-width", "u-escape"):
        yield f"both-{name}", climb(DOTS[name], SLASHES[name])
    for name in ("slash", "encoded", "double", "backslash", "overlong-2", "full-width"):
        for n in range(1, 5):
            yield f"secret-{name}-{n}", (b".." + SLASHES[name]) * n + b"secret"
            yield f"secret-{name}-{n}-encoded-dots", (b"%2e%2e" + SLASHES[name]) * n + b"secret"
    for suffix in (b"%00", b"%00.mp4", b"%00.json", b"?.mp4", b"#.mp4", b";.mp4", b"%20", b"%3f.mp4",
        b"%23.mp4", b"/.", b"%0a", b"%0d%0aX-Injected:%20y"):
        yield f"suffix-{suffix.decode()}", climb(b"..", b"%2f") + suffix
    for at, text in enumerate(DEVICES + DRIVES + STREAMS + OTHER):
        yield f"text-{at}-{text[:20]!r}", quote(text, keep=b"/")
        if "/" in text:
            yield f"text-{at}-encoded-{text[:20]!r}", quote(text, keep=b"")


def plain():
    """Unicode texts; the caller escapes them for where they go."""
    for name, piece in encoded():
        if name.startswith(("slash", "dots", "both", "suffix")) and not name.endswith(("-alone", "-inside")):
            yield name, piece.decode("ascii")
    for name, slash in {"slash": "/", "backslash": "\\", "full-width": "／", "fraction": "⁄", "division": "∕",
        "nul": "\u0000/"}.items():
        for dots_name, dots in {"dots": "..", "full-width": "．．", "leader": "‥", "nul": ".\u0000."}.items():
            yield f"decoded-{dots_name}-{name}", (dots + slash) * 6 + "etc" + slash + "passwd"
    for at, text in enumerate(DEVICES + DRIVES + STREAMS + OTHER):
        yield f"text-{at}-{text[:20]!r}", text


def quote(text, keep):
    safe = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@" + keep
    return b"".join(bytes([b]) if b in safe else b"%%%02x" % b for b in text.encode("utf-8"))


def parts():
    """Every word that must never be a name in the data folder."""
    words = {"etc", "passwd", "secret"}
    for _, text in plain():
        words |= {word for word in text.replace("\\", "/").split("/") if word.strip(". ")}
    return words
