"""Signing up, in and back in: forms without JavaScript, guesses that are slowed down, a second factor, sessions that end."""
import base64
import hashlib
import hmac
import os
import re
import threading
import time

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub

PASSWORD, OTHER = "kuda laut minum kopi", "perahu kecil di danau"
CODE = r"[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){3}"
DAY = 86_400_000


def start():
    return Hub()


def codes(browser):
    return re.findall(CODE, browser.text)


def signed_up(hub, name, password=PASSWORD):
    browser = Browser(hub).get("/auth/signup").submit("/auth/signup", name=name, password=password)
    need(browser.status == 200, f"{name} has an account: {browser.answer}")
    browser.codes = codes(browser)
    return browser


def totp(key, at=None):
    """RFC 6238, reckoned here."""
    counter = int((at if at is not None else time.time()) // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(key), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7fffffff) % 1_000_000:06d}"


def stand(hub, at):
    """The hub's clock stands at this second."""
    hub.restart(env={"HUB_NOW": str(int(at * 1000))})


def second_on(hub, browser):
    """The key of the account's app, and the second whose code was used; the clock stands there."""
    at = (time.time() // 30) * 30 + 5
    stand(hub, at)
    browser.get("/me/security")
    key = re.search(r"\b[A-Z2-7]{32}\b", browser.text)[0]
    browser.submit("/me/security", {"do": "second-on"}, old=PASSWORD, code=totp(key, at))
    need(browser.status == 303, f"the second step is on: {browser.answer}")
    return key, at


@test
def the_first_administrator_needs_the_code_that_was_printed(hub):
    printed = re.findall(rf"/auth/setup with the code ({CODE})", hub.said())
    equal(len(printed), 1, "one code, once")
    check(not any(printed[0] in str(row) for row in hub.sql("SELECT * FROM setup_code")), "it is not kept")
    browser = Browser(hub)
    equal(browser.get("/auth/setup").submit("/auth/setup", code="0000-0000-0000-0000", name="bos", password=PASSWORD).status, 401, "a guess")
    equal(hub.sql("SELECT count(*) FROM account WHERE role = 'admin'"), [(0,)], "nobody")
    browser.get("/auth/setup").submit("/auth/setup", code=printed[0].upper().replace("-", " "), name="bos", password=PASSWORD)
    equal((browser.status, len(codes(browser)), browser.name), (200, 10, "bos"), "made, signed in, with recovery codes")
    equal(hub.sql("SELECT role FROM account WHERE name = 'bos'"), [("admin",)], "an administrator")
    equal((browser.get("/auth/setup").status, Browser(hub).post("/auth/setup", {"code": printed[0], "name": "dua", "password": PASSWORD}).status), (404, 404), "once")
    hub.restart()
    check("/auth/setup" not in hub.said() and printed[0] not in hub.log(), "no code is printed any more")


@test
def a_fan_signs_up_and_in_without_javascript(hub):
    browser = Browser(hub).get("/auth/signup?next=/search").submit("/auth/signup", name=" Sinta ", password=PASSWORD)
    equal((browser.status, browser.name, len(set(codes(browser)))), (200, "sinta", 10), "signed in, with ten codes")
    check(browser.answer.header("cache-control") == "private, no-store" and 'href="/search"' in browser.answer.body.decode(), "shown once, and on")
    equal(hub.sql("SELECT role FROM account WHERE name = 'sinta'"), [("fan",)], "a fan")
    kept = str(hub.sql("SELECT * FROM recovery_code")) + str(hub.sql("SELECT * FROM account")) + str(hub.sql("SELECT * FROM audit"))
    check(not any(code in kept or code.replace("-", "") in kept for code in codes(browser)), "no code is kept")
    again = Browser(hub).sign_in("SINTA", PASSWORD)
    equal((again.status, again.name), (303, "sinta"), "signed in")


@test
def what_is_wrong_with_a_new_account_is_said_in_the_form(hub):
    signed_up(hub, "taken")
    for name, password, said in (("taken", PASSWORD, "taken"), ("a b/c", PASSWORD, "1 to 40"), ("x" * 41, PASSWORD, "1 to 40"), ("", PASSWORD, "1 to 40"), ("baru", "pendek", "8 to 256"),
                                 ("baru", "12345678", "first that are guessed"), ("baru", "P4ssw0rd123!", "first that are guessed"), ("baru", "Sayangku99", "first that are guessed"),
                                 ("baru", "aaaaaaaaaa", "first that are guessed"), ("baru", "qwertyuiop", "first that are guessed"), ("baru", "abcdefghij", "first that are guessed"),
                                 ("marhaban", "marhaban2024", "hold the account name")):
        browser = Browser(hub).get("/auth/signup").submit("/auth/signup", name=name, password=password)
        equal((browser.status, browser.name), (422, None), f"{name} {password}")
        check(said in browser.text, f"{name} {password}: {said}")
    equal(hub.sql("SELECT count(*) FROM account WHERE name IN ('baru', 'marhaban')"), [(0,)], "none was made")


@test
def breached_passwords_are_found_in_a_list(hub):
    breached = "saya suka bakso urat"
    lines = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in [breached, *map(str, range(5000))])
    path = os.path.join(hub.folder, "breached.txt")
    with open(path, "w", encoding="ascii") as f:
        f.write("".join(f"{line}:{i}\r\n" for i, line in enumerate(lines)))
    hub.restart(env={"HUB_PASSWORD_LIST": path})
    browser = Browser(hub).get("/auth/signup").submit("/auth/signup", name="bocor", password=breached)
    check(browser.status == 422 and "breached" in browser.text, f"in the list: {browser.answer}")
    signed_up(hub, "aman", breached + " campur")
    hub.restart(env={})
    signed_up(hub, "bocor", breached)


@test
def settings_that_make_no_sense_are_refused(hub):
    plain = os.path.join(hub.folder, "plain.txt")
    with open(plain, "w", encoding="ascii") as f:
        f.write("password\n123456\n")
    for name, value, said in (("HUB_SECOND_FACTOR", "admin,boss", "--second-factor"), ("HUB_PASSWORD_LIST", plain, "--password-list"), ("HUB_PASSWORD_LIST", "/nonexistent", "/nonexistent")):
        done = hub.command("doctor", env={name: value})
        check(done.code != 0 and said in done.err, f"{name}={value}: {done}")


@test
def a_name_that_begins_like_this_machines_is_another_machine(hub):
    for host, forms in (("localhost", True), ("127.0.0.1:8080", True), ("localhost.example.com", False), ("127.0.0.1.example.com:8080", False), ("localhosts", False)):
        other = Hub(public_url=f"http://{host}")
        page = Browser(other).get("/auth/login").answer.body.decode()
        equal('action="/auth/login"' in page, forms, f"a form on http://{host}")
        equal(other.stop(), [], "its end")


@test
def signing_up_may_be_left_to_the_staff(hub):
    hub.restart(env={"HUB_SIGN_UP": "off"})
    equal((Browser(hub).get("/auth/signup").status, Browser(hub).post("/auth/signup", {"name": "x", "password": PASSWORD}).status), (404, 404), "closed")
    check("/auth/signup" not in Browser(hub).get("/auth/login").answer.body.decode(), "no way to it")
    hub.restart(env={})


@test
def guesses_at_a_password_are_slowed_down_and_nobody_is_locked_out(hub):
    now = time.time()
    stand(hub, now)
    signed_up(hub, "korban")
    for name in ("korban", "tidak-ada"):
        found = [Browser(hub).sign_in(name, f"salah sekali {i}").status for i in range(7)]
        equal(found, [401] * 5 + [429] * 2, f"{name}: the same, whether it is there or not")
    late = Browser(hub).sign_in("korban", PASSWORD)
    equal((late.status, late.answer.header("retry-after"), "Too many" in late.text), (429, "1", True), "also the right one, for a second")
    for wait, status in ((1, 401), (1.5, 429), (3, 401), (6.9, 429), (7, 401)):
        stand(hub, now + wait)
        equal(Browser(hub).sign_in("korban", "salah lagi").status, status, f"{wait} s later")
    stand(hub, now + 70)
    equal(Browser(hub).sign_in("korban", PASSWORD).status, 303, "a minute is the most")
    equal([Browser(hub).sign_in("korban", "salah").status for _ in range(5)], [401] * 5, "and forgiven")
    hub.restart(env={})


@test
def who_polls_a_name_keeps_its_owner_from_nothing(hub):
    """A stranger takes every guess there is; the browsers the owner used before have guesses of their own."""
    stand(hub, time.time())
    laptop, phone = signed_up(hub, "incaran"), Browser(hub).sign_in("incaran", PASSWORD)
    for browser in (laptop, phone):
        browser.get("/me/security").submit("/auth/logout")
    stranger = lambda word: Browser(hub).sign_in("incaran", word).status
    equal([stranger(f"salah {i}") for i in range(6)], [401] * 5 + [429], "the stranger")
    equal((laptop.sign_in("incaran", PASSWORD).status, phone.sign_in("incaran", PASSWORD).status), (303, 303), "the owner, where they were before")
    equal(stranger(PASSWORD), 429, "which forgives no stranger")
    another = Browser(hub)
    another.cookies["hub-known"] = phone.cookies["hub-known"][:-1] + ("A" if phone.cookies["hub-known"][-1] != "A" else "Q")
    equal(another.sign_in("incaran", PASSWORD).status, 429, "an invented mark is a stranger's")
    phone.get("/me/security").submit("/auth/logout")
    equal([phone.sign_in("incaran", f"salah {i}").status for i in range(6)], [401] * 5 + [429], "such a browser guesses no faster")
    laptop.get("/me/security").submit("/me/security", {"do": "password"}, old=PASSWORD, password=OTHER)
    stand(hub, time.time() + 7200)
    equal([stranger(f"salah {i}") for i in range(5)], [401] * 5, "hours later, a stranger again")
    equal(phone.sign_in("incaran", OTHER).status, 429, "with another password only the browser that changed it is known")
    check("hub-known" in laptop.cookies and hub.sql("SELECT count(*) FROM known_browser k JOIN account a ON a.id = k.account WHERE a.name = 'incaran'") == [(1,)], "one is left")
    hub.restart(env={})


@test
def who_is_named_like_the_id_of_another_is_not_known_there(hub):
    owner = signed_up(hub, "bernomor")
    second_on(hub, owner)
    hub.account(hub.sql("SELECT id FROM account WHERE name = 'bernomor'")[0][0], "fan", PASSWORD)
    namesake, found = hub.sql("SELECT id FROM account WHERE name = 'bernomor'")[0][0], []
    for i in range(2):
        thief = Browser(hub).sign_in(namesake, PASSWORD)
        need(thief.status == 303, thief.answer)
        thief.sign_in("bernomor", PASSWORD)
        found += [thief.submit("/auth/code", code=f"00000{3 * i + j}").status for j in range(3)]
    equal(found, [401] * 5 + [429], "one count, whatever browser")
    hub.restart(env={})


@test
def guesses_of_strangers_keep_nobody_from_changing_their_password(hub):
    stand(hub, time.time())
    owner = signed_up(hub, "dikepung")
    equal([Browser(hub).sign_in("dikepung", f"salah {i}").status for i in range(6)], [401] * 5 + [429], "strangers")
    owner.get("/me/security")
    equal([owner.submit("/me/security", {"do": "codes"}, old=f"salah {i}").status for i in range(2)], [401] * 2, "counted apart")
    equal(owner.submit("/me/security", {"do": "password"}, old=PASSWORD, password=OTHER).status, 303, "changed")
    owner.get("/me/security")
    equal([owner.submit("/me/security", {"do": "codes"}, old=f"salah {i}").status for i in range(6)], [401] * 5 + [429], "whoever has the session may not guess on either")
    hub.restart(env={})


@test
def many_guesses_at_once_are_no_way_around(hub):
    stand(hub, time.time())
    signed_up(hub, "ramai")
    browsers, found, gate = [Browser(hub).get("/auth/login") for _ in range(24)], [], threading.Barrier(24)

    def guess(browser, i):
        gate.wait()
        found.append(browser.submit("/auth/login", name="ramai", password=f"salah {i}").status)
    threads = [threading.Thread(target=guess, args=(b, i)) for i, b in enumerate(browsers)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    equal(sorted(found), [401] * 5 + [429] * 19, "five were looked at")
    hub.restart(env={})


@test
def a_recovery_code_makes_a_new_password_once_and_ends_all_sessions(hub):
    browser = signed_up(hub, "lupa")
    first, second = browser.codes[:2]
    there = Browser(hub)
    equal(there.get("/auth/recover").submit("/auth/recover", name="lupa", code=first[:-1] + ("0" if first[-1] != "0" else "1"), password=OTHER).status, 401, "a wrong one")
    equal(there.get("/auth/recover").submit("/auth/recover", name="lupa", code=first, password="12345678").status, 422, "a bad password uses nothing up")
    equal(there.get("/auth/recover").submit("/auth/recover", name=" Lupa", code=first.upper().replace("-", ""), password=OTHER).status, 303, "recovered")
    equal(browser.name, None, "the session before is over")
    equal((Browser(hub).sign_in("lupa", PASSWORD).status, Browser(hub).sign_in("lupa", OTHER).status), (401, 303), "the old password and the new one")
    equal(Browser(hub).get("/auth/recover").submit("/auth/recover", name="lupa", code=first, password=PASSWORD).status, 401, "once")
    signed_up(hub, "lain")
    equal(Browser(hub).get("/auth/recover").submit("/auth/recover", name="lain", code=second, password=OTHER).status, 401, "another account's")
    equal(Browser(hub).get("/auth/recover").submit("/auth/recover", name="tidak-ada-sama-sekali", code=second, password=OTHER).status, 401, "nobody's")


@test
def a_second_step_asks_for_a_code_that_works_once(hub):
    browser = signed_up(hub, "dua")
    key, at = second_on(hub, browser)
    check("on" in browser.follow().text, "told")
    stand(hub, at + 30)
    there = Browser(hub).sign_in("dua", PASSWORD)
    equal((there.status, there.name, "hub" in there.cookies), (200, None, False), "the password alone is not enough")
    for wrong in ("000000" if totp(key, at + 30) != "000000" else "000001", totp(key, at - 120), totp(key, at), "", "12345", "１２３４５６"):
        equal((there.submit("/auth/code", code=wrong).status, there.name), (401, None), f"{wrong!r}")
        stand(hub, (at := at + 60) + 30)
        there.sign_in("dua", PASSWORD)
    there.submit("/auth/code", code=totp(key, at + 30))
    equal((there.status, there.name), (303, "dua"), "the code")
    again = Browser(hub).sign_in("dua", PASSWORD)
    equal(again.submit("/auth/code", code=totp(key, at + 30)).status, 401, "the same code again")
    again.sign_in("dua", PASSWORD)
    equal((again.submit("/auth/code", code=browser.codes[3]).status, again.name), (303, "dua"), "a recovery code in its place")
    once = Browser(hub).sign_in("dua", PASSWORD)
    equal(once.submit("/auth/code", code=browser.codes[3]).status, 401, "once")
    equal(once.get("/v1/me").status, 401, "still nobody")
    again.get("/me/security").submit("/me/security", {"do": "second-off"}, old="salah sekali")
    equal(again.status, 401, "turning it off asks for the password")
    equal(again.get("/me/security").submit("/me/security", {"do": "second-off"}, old=PASSWORD).status, 303, "off")
    equal(Browser(hub).sign_in("dua", PASSWORD).status, 303, "the password is enough again")
    hub.restart(env={})


@test
def the_seal_between_password_and_code_is_no_ones_to_make(hub):
    browser = signed_up(hub, "segel")
    key, at = second_on(hub, browser)
    other = signed_up(hub, "penyerang")
    stand(hub, at + 30)
    theirs = Browser(hub).sign_in("segel", PASSWORD)
    step = re.search(r'name="step" value="([^"]+)"', theirs.answer.body.decode())[1]
    raw = base64.urlsafe_b64decode(step + "=" * (-len(step) % 4))
    account = hub.sql("SELECT id FROM account WHERE name = 'penyerang'")[0][0].encode()
    for forged in ("", "x", step[:-1], base64.urlsafe_b64encode(raw[:12] + account + raw[38:]).decode().rstrip("="), base64.urlsafe_b64encode(b"f" * 12 + raw[12:]).decode().rstrip("=")):
        equal((other.post("/auth/code", {"step": forged, "code": totp(key, at + 30), "next": "/"}).status), 401, forged[:20])
    stand(hub, at + 330)
    equal(theirs.post("/auth/code", {"step": step, "code": totp(key, at + 330), "next": "/"}).status, 401, "after five minutes")
    theirs.sign_in("segel", PASSWORD)
    stand(hub, at + 450)
    theirs.submit("/auth/code", code="12345")
    stand(hub, at + 660)
    equal(theirs.submit("/auth/code", code=totp(key, at + 660)).status, 401, "also when codes were tried meanwhile")
    hub.restart(env={})


@test
def who_stands_between_the_steps_is_out_with_the_old_password(hub):
    browser = signed_up(hub, "ganti")
    key, at = second_on(hub, browser)
    stand(hub, at + 30)
    thief, other = Browser(hub).sign_in("ganti", PASSWORD), Browser(hub).sign_in("ganti", PASSWORD)
    browser.get("/me/security").submit("/me/security", {"do": "password"}, old=PASSWORD, password=OTHER)
    equal((browser.status, browser.name), (303, "ganti"), "another password")
    equal((thief.submit("/auth/code", code=totp(key, at + 30)).status, thief.name), (401, None), "whoever knew the one before")
    late = Browser(hub).sign_in("ganti", OTHER)
    hub.sql("UPDATE account SET disabled_at = 1 WHERE name = 'ganti'")
    equal(late.submit("/auth/code", code=totp(key, at + 30)).status, 401, "an account that was disabled meanwhile")
    hub.sql("UPDATE account SET disabled_at = NULL WHERE name = 'ganti'")
    equal((late.name, other.name), (None, None), "nobody")
    equal((Browser(hub).sign_in("ganti", OTHER).submit("/auth/code", code=totp(key, at + 30)).status), 303, "no code was used up by it")
    hub.restart(env={})


@test
def a_role_that_must_have_a_second_factor_can_do_little_without(hub):
    hub.restart(env={"HUB_SECOND_FACTOR": "admin,editor"})
    hub.account("wajib", "editor", PASSWORD)
    browser = Browser(hub).sign_in("wajib", PASSWORD)
    equal((browser.status, browser.name), (303, "wajib"), "signed in")
    headers = browser._headers(Origin=hub.base)
    equal(browser.client.post("/v1/shows", headers=headers, title="Belum").status, 403, "no editing yet")
    check("needs a second step" in browser.get("/me/security").text, "it says why")
    equal(hub.client(hub.token("wajib")).post("/v1/shows", title="Dengan token").status, 201, "a token of the command line")
    browser.get("/me/security")
    key = re.search(r"\b[A-Z2-7]{32}\b", browser.text)[0]
    equal(browser.submit("/me/security", {"do": "second-on"}, old=PASSWORD, code=totp(key)).status, 303, "on")
    equal(browser.client.post("/v1/shows", headers=headers, title="Sudah").status, 201, "now it may")
    hub.restart(env={})


@test
def a_session_without_the_second_step_gains_nothing_when_another_turns_it_on(hub):
    hub.restart(env={"HUB_SECOND_FACTOR": "editor"})
    hub.account("berdua", "editor", PASSWORD)
    thief, owner = Browser(hub).sign_in("berdua", PASSWORD), Browser(hub).sign_in("berdua", PASSWORD)
    owner.get("/me/security")
    key = re.search(r"\b[A-Z2-7]{32}\b", owner.text)[0]
    equal(owner.submit("/me/security", {"do": "second-on"}, old=PASSWORD, code=totp(key)).status, 303, "on")
    equal((thief.name, owner.name), (None, "berdua"), "the others end")
    equal(thief.client.post("/v1/shows", headers=thief._headers(Origin=hub.base), title="Tanpa kode").status, 401, "no code, no editing")
    hub.restart(env={})


@test
def a_borrowed_browser_cannot_lock_its_owner_out(hub):
    browser = Browser(hub)
    hub.account("dipinjam", "fan", PASSWORD)
    browser.sign_in("dipinjam", PASSWORD).get("/me/security")
    key = re.search(r"\b[A-Z2-7]{32}\b", browser.text)[0]
    for wrong in (OTHER, ""):
        browser.get("/me/security").submit("/me/security", {"do": "second-on"}, key=key, old=wrong, code=totp(key))
        equal(browser.status, 401, f"with the password {wrong!r}")
    check("password is wrong" in browser.text.lower() or "wrong" in browser.text, "it says why")
    equal(browser.get("/me/security").submit("/me/security", {"do": "second-on"}, key=key, old=PASSWORD, code=totp(key)).status, 303, "with it")


@test
def ones_sessions_are_listed_and_ended(hub):
    signed_up(hub, "perangkat"), signed_up(hub, "maling")
    browsers = [Browser(hub, agent=f"Peramban {i} <b>\xe9").sign_in("perangkat", PASSWORD) for i in range(3)]
    listed = browsers[0].client.get("/v1/me/sessions", headers=browsers[0]._headers()).json["items"]
    mine = {s["agent"] for s in listed if s.get("agent", "").startswith("Peramban ") and "<b>" in s["agent"]}
    equal((len(mine), sum(s["current"] for s in listed)), (3, 1), f"{listed}")
    one = next(s["id"] for s in listed if s.get("agent", "").startswith("Peramban 1"))
    thief = Browser(hub).sign_in("maling", PASSWORD)
    equal(thief.client.delete(f"/v1/me/sessions/{one}", headers=thief._headers(Origin=hub.base)).status, 404, "not another's")
    equal(browsers[1].name, "perangkat", "it lives")
    browsers[0].get("/me/security").submit("/me/security", {"do": "end", "id": one})
    equal((browsers[0].status, browsers[1].name, browsers[2].name), (303, None, "perangkat"), "one is ended")
    browsers[0].get("/me/security").submit("/me/security", {"do": "end-others"})
    equal([b.name for b in browsers], ["perangkat", None, None], "and the others")
    third = Browser(hub).sign_in("perangkat", PASSWORD)
    browsers[0].get("/me/security").submit("/me/security", {"do": "password"}, old=PASSWORD, password=OTHER)
    equal((browsers[0].status, browsers[0].name, third.name), (303, "perangkat", None), "another password ends the others")
    equal(browsers[0].get("/me/security").submit("/me/security", {"do": "password"}, old=PASSWORD, password=OTHER + "!").status, 401, "the old password is asked for")
    fresh = browsers[0].get("/me/security").submit("/me/security", {"do": "codes"}, old=OTHER)
    equal((fresh.status, len(codes(fresh))), (200, 10), "fresh recovery codes")


@test
def a_session_ends_unused_and_ends_at_last(hub):
    hub.restart(env={"HUB_SESSION_LIFE": "10d", "HUB_SESSION_MAX": "25d"})
    signed_up(hub, "lama")
    used, idle = (Browser(hub).sign_in("lama", PASSWORD) for _ in range(2))
    for day, found in ((8, "lama"), (17, "lama"), (24, "lama"), (26, None)):
        hub.restart(env={"HUB_NOW": f"+{day * DAY}", "HUB_SESSION_LIFE": "10d", "HUB_SESSION_MAX": "25d"})
        equal(used.name, found, f"used, day {day}")
    hub.restart(env={"HUB_NOW": f"+{11 * DAY}", "HUB_SESSION_LIFE": "10d", "HUB_SESSION_MAX": "25d"})
    equal(idle.name, None, "unused for eleven days")
    hub.restart(env={})


@test
def administrators_change_accounts_and_the_last_one_stays(hub):
    hub.account("kepala", "admin", PASSWORD)
    admin, fan = Browser(hub).sign_in("kepala", PASSWORD), hub.signed_in("fan", "calon")
    mine = hub.sql("SELECT id FROM account WHERE name = 'kepala'")[0][0]

    def ask(method, path, **members):
        return getattr(admin.client, method)(path, headers=admin._headers(Origin=hub.base), **members)
    account = ask("get", "/v1/accounts?name=calon").json["items"][0]
    equal((account["role"], account["secondFactor"]), ("fan", False), "found by name")
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
    equal(ask("patch", f"/v1/accounts/{account['id']}", memberUntil=until).status, 200, "a member for a day")
    me = fan.get("/v1/me").json
    equal((me["membership"], me["memberUntil"][:16], fan.get("/v1/me/quota").json["tier"]), ("premium", until[:16], "premium"), "at once")
    hub.restart(env={"HUB_NOW": f"+{2 * DAY}", "HUB_TOKEN_LIFE": "30d"})
    late = hub.client(hub.token("calon"))
    equal((late.get("/v1/me").json["membership"], late.get("/v1/me/quota").json["tier"]), ("free", "free"), "and no longer")
    hub.restart(env={})
    equal(ask("patch", f"/v1/accounts/{account['id']}", memberUntil=None, role="moderator").json["role"], "moderator", "another role")
    equal((ask("patch", f"/v1/accounts/{account['id']}", disabled=True).status, fan.get("/v1/me").status), (200, 401), "out at once")
    equal((ask("patch", f"/v1/accounts/{account['id']}", disabled=False).status, fan.get("/v1/me").status), (200, 401), "let in again, with new credentials")
    for other in ask("get", "/v1/accounts").json["items"]:
        if other["role"] == "admin" and other["id"] != mine:
            equal(ask("patch", f"/v1/accounts/{other['id']}", role="fan").status, 200, "there were two")
    equal([ask("patch", f"/v1/accounts/{mine}", **change).status for change in ({"role": "fan"}, {"disabled": True})], [409, 409], "the last administrator stays")
    equal(ask("patch", f"/v1/accounts/{'0' * 26}", role="fan").status, 404, "nobody")
    equal(len(hub.sql("SELECT 1 FROM audit WHERE action = 'account.update' AND target = ?", account["id"])), 4, "audited")
    equal(hub.signed_in("editor").get("/v1/accounts").status, 403, "for administrators")


@test
def forms_of_other_sites_change_nothing(hub):
    browser = signed_up(hub, "csrf")
    for path, fields in (("/auth/signup", {"name": "dari-lain", "password": PASSWORD}), ("/auth/recover", {"name": "csrf", "code": browser.codes[0], "password": OTHER}),
                         ("/auth/code", {"step": "x", "code": "1"}), ("/me/security", {"do": "end-others"}), ("/me/security", {"do": "codes", "old": PASSWORD})):
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Origin": ""}):
            equal(browser.post(path, fields, **headers).status, 403, f"{path} {headers}")
    equal((hub.sql("SELECT count(*) FROM account WHERE name = 'dari-lain'"), Browser(hub).sign_in("csrf", PASSWORD).status), ([(0,)], 303), "nothing was done")


run(start)
