"""A data folder worth measuring: 5,000 videos with shows, tags, encodes and the search index, and one asset of 1 GiB.

The hub itself makes the database, the account and its token; the rows are then written while no hub runs, as the same
seed makes them every time. The bytes of the 1 GiB asset are a hard link to one file that both servers send.
"""
import json
import os
import random
import sqlite3
import time

VIDEOS, SHOWS, HOLDERS = 5000, 40, 64
WIDE = 40 << 30  # a download may be sent twice its file in a day: room for a round of reading as fast as can be
DAY = 86400000
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
BIG_NAME = "panggung-terbuka-rekaman-penuh.mp4"

FIRST = ("Resep", "Cerita", "Jalan-jalan ke", "Di balik layar", "Belajar", "Kenangan", "Malam Minggu bersama", "Tebak-tebakan", "Dapur",
         "Berkebun", "Lomba", "Cara mudah", "Wawancara dengan", "Rahasia", "Seharian di", "Musik dari")
SECOND = ("Nasi Goreng Kampung", "Pasar Beringharjo", "Tante Sari", "Keponakan Bandel", "Gunung Bromo", "Soto Betawi", "Batik Pekalongan",
          "Kereta Malam", "Kakek di Desa", "Rendang Padang", "Pantai Parangtritis", "Layang-layang", "Kucing Oren", "Hujan Bulan Juni",
          "Warung Kopi", "Angklung Bandung", "Pempek Palembang", "Danau Toba", "Sepeda Onthel", "Tari Saman")
THIRD = ("untuk pemula", "yang tak terlupakan", "sebelum Lebaran", "bareng keluarga", "versi hemat", "tanpa naskah", "(bagian kedua)",
         "di musim hujan", "ala Nusantara", "bersama tetangga", "episode spesial")
TAGS = ("keluarga", "masak", "jalan-jalan", "komedi", "musik", "anak", "tips", "jakarta", "bandung", "yogyakarta", "ramadan", "kuliner",
        "tradisi", "alam", "sekolah", "olahraga", "pasar malam", "cerita rakyat")
SENTENCES = ("Tante dan keponakan kembali dengan cerita baru dari kampung halaman.",
             "Jangan lupa siapkan camilan, karena episode ini panjang dan penuh tawa!",
             "Bahan-bahannya sederhana, bisa dibeli di warung dekat rumah.",
             "Terima kasih untuk semua teman yang sudah mengirim pertanyaan minggu lalu.",
             "Direkam langsung di halaman belakang, lengkap dengan suara ayam tetangga.",
             "Kali ini kami bertemu Pak Darmo, pembuat layang-layang sejak 1974.",
             "Tonton sampai habis: resep lengkapnya ada di menit kesepuluh.")


def make_id(at_ms, dice):
    """A UUIDv7 in 26 letters, as the hub writes them."""
    value = at_ms << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | dice.getrandbits(62)
    return "".join(LETTERS[value >> shift & 31] for shift in range(125, -1, -5))


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def slug_of(title, n):
    return "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())[:70] + f"-{n}"


def insert(db, table, row):
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def add_shows(db, dice, start):
    shows = []
    for n in range(SHOWS):
        title = f"{FIRST[n % len(FIRST)]} {SECOND[n % len(SECOND)]}"
        at = start + n * DAY
        shows.append(make_id(at, dice))
        insert(db, "show", {"id": shows[-1], "slug": slug_of(title, n), "title": title, "description": SENTENCES[n % len(SENTENCES)],
                            "created_at": at, "updated_at": at})
    return shows


def add_encode(db, dice, video, at, duration_ms):
    encode = make_id(at, dice)
    insert(db, "encode", {"id": encode, "video": video, "blob": f"original/{encode}", "filename": "rekaman.mp4", "size_bytes": duration_ms * 500,
                          "sha256": f"{dice.getrandbits(256):064x}", "media_type": "video/mp4", "state": "ready", "duration_ms": duration_ms, "created_at": at})
    for position, (name, height, bps) in enumerate((("360p", 360, 700000), ("audio", 0, 128000), ("720p", 720, 2500000), ("1080p", 1080, 4500000))):
        rendition = make_id(at, dice)
        insert(db, "rendition", {"id": rendition, "encode": encode, "position": position, "name": name, "kind": "video" if height else "audio",
                                 "state": "ready", "percent": 100, "blob": f"rendition/{rendition}", "size_bytes": duration_ms * bps // 8000,
                                 "codecs": "avc1.64001f" if height else "mp4a.40.2", "width": height * 16 // 9, "height": height,
                                 "fps_num": 25, "fps_den": 1, "timescale": 12800, "init_size": 800, "peak_bps": bps * 2, "average_bps": bps})
    return encode


def add_video(db, dice, n, at, shows):
    title = f"{dice.choice(FIRST)} {dice.choice(SECOND)} {dice.choice(THIRD)}"
    duration = dice.randrange(60, 3600) * 1000
    kind = dice.choice(("episode", "episode", "clip", "clip", "trailer", "music"))
    public = n == VIDEOS - 1 or dice.random() < 0.94
    state = "published" if public or dice.random() < 0.5 else "draft"
    video = {"n": n + 1, "id": make_id(at, dice), "slug": slug_of(title, n), "title": title,
             "description": " ".join(dice.sample(SENTENCES, dice.randrange(1, 4))), "kind": kind, "state": state,
             "visibility": "public" if public else "unlisted", "access": "everyone", "content_rating": dice.choice(("SU", "SU", "SU", "13")),
             "language": "id", "show": dice.choice(shows) if kind == "episode" else None, "season": dice.randrange(1, 5) if kind == "episode" else None,
             "episode": dice.randrange(1, 30) if kind == "episode" else None, "tags": compact(dice.sample(TAGS, dice.randrange(2, 6))),
             "chapters": compact([{"startMs": i * duration // 4, "title": f"Bagian {i + 1}"} for i in range(4)] if dice.random() < 0.25 else []),
             "duration_ms": duration, "width": 1920, "height": 1080, "published_at": at if state == "published" else None, "listed_at": at,
             "created_at": at, "updated_at": at}
    insert(db, "video", video)
    encode = add_encode(db, dice, video["id"], at, duration)
    db.execute("UPDATE video SET encode = ? WHERE id = ?", (encode, video["id"]))
    return video["id"], encode, public


def add_tickets(db, dice, video, encode, big, data, at):
    """One for each of 64 accounts, since one ticket serves at most 16 connections; last the same file without a ticket.

    Its first GiB is written out, the rest is a hole that nobody reads.
    """
    key = f"original/{encode}"
    os.makedirs(os.path.join(data, "blobs/original"), mode=0o700, exist_ok=True)
    with open(big, "rb") as given, open(os.path.join(data, "blobs", key), "wb") as blob:
        while block := given.read(1 << 20):  # as `big` itself was written: how pages came into the cache is part of what sending them costs
            blob.write(block)
        blob.truncate(WIDE)
    asset = make_id(at, dice)
    insert(db, "asset", {"id": asset, "video": video, "encode": encode, "kind": "original", "filename": BIG_NAME, "media_type": "video/mp4",
                         "size_bytes": WIDE, "sha256": f"{dice.getrandbits(256):064x}", "gate": "teaser", "tier": "free",
                         "blob": key, "created_at": at})
    for n in range(HOLDERS):
        account = make_id(at, dice)
        insert(db, "account", {"id": account, "subject": make_id(at, dice), "name": f"penonton-{n}", "role": "fan", "created_at": at})
        secret = "".join(dice.choice(LETTERS) for _ in range(32))
        insert(db, "ticket", {"id": make_id(at, dice), "secret": secret, "asset": asset, "account": account, "created_at": at,
                              "expires_at": at + 30 * DAY})
        yield f"/d/{secret}/{BIG_NAME}"
    plain = make_id(at, dice)
    insert(db, "picture", {"id": plain, "video": video, "kind": "preview", "blob": key, "media_type": "video/mp4", "width": 1280, "height": 720, "size_bytes": WIDE,
                           "created_at": at})
    yield f"/pictures/{plain}.mp4"


def seed(data, big):
    """Into the migrated database of `data`: ([(public video, encode)], paths of the tickets of `big`, and of it without one)."""
    dice, now = random.Random(5000), time.time_ns() // 1000000
    start = now - 700 * DAY
    db = sqlite3.connect(os.path.join(data, "hub.db"), isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("BEGIN")
    shows = add_shows(db, dice, start)
    made = [add_video(db, dice, n, start + n * 690 * DAY // VIDEOS, shows) for n in range(VIDEOS)]
    video, encode, _ = made[-1]
    *tickets, plain = list(add_tickets(db, dice, video, encode, big, data, now))
    db.execute("UPDATE search_state SET version = 0, done = 0")  # the hub analyses them when it starts
    db.execute("COMMIT")
    db.close()
    return [(video, encode) for video, encode, public in made if public], tickets, plain
