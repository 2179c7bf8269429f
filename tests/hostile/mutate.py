"""Requests bent at random from good ones, bad ones and a dictionary: the same for the same seed."""
import random

import http_requests

LARGEST = 9000  # bytes of a request that is bent; larger rows are only used as they are

WORDS = [
    b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"  ", b"\x00", b"\x0b",
    b"\x0c", b"\x7f", b"\x80", b"\xff", b"\xa0", b":", b" :", b": ", b",", b";", b'"',
    b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"get", b"CONNECT", b"/", b"*", b"//", b"/../", b"%",
    b"%00", b"%2f", b"#", b"?", b"http://a", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"http/1.1",
    b"Content-Length: 2\r\n", b"Content-Length: 0\r\n", b"Content-Length:5\r\n", b"Content-Length : 2\r\n",
    b"content-length: +2\r\n", b"Content-Length: 2, 2\r\n", b"Content-Length: 0x2\r\n",
    b"Content-Length: 18446744073709551618\r\n", b"Content-Length: 2 \r\n", b"Content-Length:\t2\t\r\n",
    b"Content-Length: \r\n", b"Content_Length: 2\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"transfer-encoding:chunked\r\n",
    b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding: chunked, chunked\r\n", b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: Chunked\r\n", b"Transfer-Encoding:\r\n chunked\r\n",
    b"Transfer-Encoding: \x0bchunked\r\n",
    b"Transfer-Encoding: chunked \r\n", b"Transfer-Encoding:\tchunked\t\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"0\r\n\r\n", b"2\r\n{}\r\n", b"2;a=b\r\n{}\r\n",
    b"00\r\n\r\n", b"0x2\r\n", b"-1\r\n", b"ffffffffffffffff\r\n",
    b"10000000000000000\r\n", b"0\r\nA: b\r\n\r\n", b"0\r\nContent-Length: 3\r\n\r\n", b"2 \r\n{}\r\n",
    b"2\n{}\n", b"Host: a\r\n", b"Host: b\r\n", b"host:\r\n", b"Host: a@b\r\n", b"Host: a b\r\n",
    b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Connection: upgrade\r\nUpgrade: h2c\r\n",
    b"Upgrade: websocket\r\n", b"Expect: 100-continue\r\n", b" folded\r\n", b"\tfolded\r\n", b"A:\r\n",
    b"A: b\r\n",
    b": b\r\n", b"A b\r\n", b"A\x00: b\r\n", b"A: \x01\r\n", b"A: \xe9\r\n", b"Trailer: A\r\n",
    b"TE: chunked\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /x\r\n",
]
NUMBERS = [b"0", b"1", b"2", b"5", b"00", b"02", b"10", b"99999", b"4294967296", b"18446744073709551615",
    b"18446744073709551618", b"-1", b"+1", b"1e1", b"0x1", b"a", b"A", b"f" * 16, b""]


def spot(chance, data):
    return chance.randrange(len(data) + 1)


def piece(chance, data):
    at = spot(chance, data)
    return at, min(len(data), at + chance.choice((1, 1, 2, 3, 8, 30, 100)))


def flip(chance, data, _):
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:] if data else data


def put_byte(chance, data, _):
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + chance.randrange(2):]


def put_word(chance, data, _):
    at = spot(chance, data)
    return data[:at] + chance.choice(WORDS) + data[at:]


def put_field(chance, data, _):
    """A word where a header line begins: what the dictionary is for."""
    starts = [n + 2 for n in range(len(data)) if data.startswith(b"\r\n", n)]
    at = chance.choice(starts) if starts else 0
    return data[:at] + chance.choice(WORDS) + data[at:]


def swap_word(chance, data, _):
    word = chance.choice(WORDS)
    at = data.find(word)
    return data[:at] + chance.choice(WORDS) + data[at + len(word):] if at >= 0 else put_word(chance, data, _)


def drop(chance, data, _):
    at, end = piece(chance, data)
    return data[:at] + data[end:]


def double(chance, data, _):
    at, end = piece(chance, data)
    return data[:end] + data[at:end] + data[end:]


def lines(chance, data, _):
    """A line dropped, doubled or moved."""
    found = data.split(b"\r\n")
    one, two = chance.randrange(len(found)), chance.randrange(len(found))
    how = chance.randrange(3)
    if how == 0:
        del found[one]
    elif how == 1:
        found.insert(two, found[one])
    else:
        found[one], found[two] = found[two], found[one]
    return b"\r\n".join(found)


def number(chance, data, _):
    digits = [n for n in range(len(data)) if data[n:n + 1].isdigit()]
    if not digits:
        return put_word(chance, data, _)
    at = chance.choice(digits)
    return data[:at] + chance.choice(NUMBERS) + data[at + 1:]


def letter_case(chance, data, _):
    at, end = piece(chance, data)
    return data[:at] + data[at:end].swapcase() + data[end:]


def cut(chance, data, _):
    return data[:spot(chance, data)]


def splice(chance, data, bases):
    other = chance.choice(bases)
    return data[:spot(chance, data)] + other[spot(chance, other):]


def behind(chance, data, bases):
    return data + chance.choice(bases)


WAYS = [flip, put_byte, put_word, put_field, put_field, swap_word, drop, double, lines, number, letter_case,
    cut, splice, behind]


def corpus():
    return [case.data for _, case in http_requests.cases()]


def requests(seed, count):
    """The corpus as it stands, then bent ones until there are `count`."""
    chance, rows = random.Random(seed), corpus()
    good = [case.data for _, case in http_requests.cases() if case.valid and len(case.data) <= LARGEST]
    bases = [data for data in rows if 0 < len(data) <= LARGEST]
    yield from rows[:count]
    for _ in range(count - len(rows)):
        data = chance.choice(good if chance.random() < 0.7 else bases)
        for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3))):
            data = chance.choice(WAYS)(chance, data, bases)
        yield data
