"""The command line: exit codes, options, settings and where they come from."""
import os
import pathlib
import pty
import re
import subprocess
import tempfile

from case import check, equal, run, test
from hub import BIN, Hub, clean_environment, free_port, small_clip


def start():
    hub = Hub()
    hub.account("ed", "editor")
    return hub


def hub_says(*args, env=None, stdin="", cwd=None):
    done = subprocess.run([BIN, *args], input=stdin, capture_output=True, text=True, timeout=60, env=clean_environment(env or {}), cwd=cwd)
    return done.returncode, done.stdout, done.stderr


def settings(*args, env=None, conf=None):
    """{setting: (value, source)} as `hub config` tells them."""
    with tempfile.TemporaryDirectory() as folder:
        if conf is not None:
            pathlib.Path(folder, "hub.conf").write_text(conf)
        code, out, err = hub_says("config", "--data", folder, *args, env=env)
    if code:
        return code, err
    found = {}
    for line in out.splitlines()[1:]:
        m = re.match(r"(\w+) +(.*?) +(default|file|environment|flag) ", line)
        found[m[1]] = (m[2].strip(), m[3])
    return found


@test
def wrong_use_exits_2_and_says_why(hub):
    rows = [[], ["nonsense"], ["--nonsense"], ["serve", "--nonsense"], ["serve", "--nonsense=1"], ["serve", "extra"], ["account"], ["account", "add"], ["account", "add", "a"],
            ["account", "add", "a", "--role"], ["account", "add", "a", "b", "--role", "fan"], ["account", "drop", "a", "--role", "fan"], ["token"], ["token", "a", "b"],
            ["token", "ed", "--ttl", "soon"], ["token", "ed", "--ttl", "10ms"], ["import"], ["import", "x"], ["import", "x", "y", "--title", "t"], ["doctor", "x"], ["config", "x"], ["migrate", "x"],
            ["flag"], ["flag", "drop"], ["flag", "list", "x"], ["flag", "get"], ["flag", "set", "rapidshare-mode"], ["flag", "set", "rapidshare-mode", "maybe"],
            ["flag", "set", "rapidshare-mode", "on", "--tier", "boss"], ["flag", "set", "rapidshare-mode", "on", "--percent", "101"], ["flag", "reset", "rapidshare-mode", "--tier", "fan"],
            ["flag", "set", "rapidshare-mode", "on", "--percent", "-1"], ["flag", "set", "rapidshare-mode", "on", "--percent"], ["flag", "get", "rapidshare-mode", "--percent", "5"],
            ["serve", "--workers", "many"], ["serve", "--listen"], ["serve", "--access-log", "maybe"], ["serve", "--max-upload", "4XB"], ["serve", "--lease", "5 parsecs"],
            ["serve", "--role", "boss"], ["serve", "--log-level", "loud"], ["serve", "--jail", "maybe"], ["serve", "--public-url", "ftp://x"], ["serve", "--public-url", "http://x/path"],
            ["token", "ed", "--password-stdin"], ["serve", "--config", "/nonexistent/hub.conf"]]
    for args in rows:
        code, out, err = hub_says(*args, "--data", hub.data) if args else hub_says()
        equal((code, out), (2 if args != ["serve", "--config", "/nonexistent/hub.conf"] else 1, ""), args)
        told = [line for line in err.splitlines() if not line.startswith('{"ts":')]  # serve logs, too
        check(len(told) == 1 and re.match(r"hub: \S.{5,}", told[0]), f"{args}: one sentence, not {err!r}")


@test
def failures_exit_1_and_say_why(hub):
    for args in (["token", "nobody"], ["account", "add", "ed", "--role", "fan"], ["import", "/nonexistent.mp4", "--title", "t"],
                 ["flag", "get", "none"], ["flag", "set", "none", "on"], ["flag", "reset", "none"], ["flag", "set", "rapidshare-mode", "on", "--account", "nobody"]):
        code, out, err = hub_says(*args, "--data", hub.data)
        equal((code, out), (1, ""), args)
        check(re.match(r"hub: \S.{5,}", err), f"{args}: {err!r}")


@test
def help_and_version_exit_0(hub):
    for args in (["version"], ["--version"]):
        code, out, err = hub_says(*args)
        check((code, err) == (0, "") and re.fullmatch(r"hub \d+\.\d+\.\d+\n", out), f"{args}: {out}")
    for args in (["help"], ["--help"]):
        code, out, err = hub_says(*args)
        equal((code, err), (0, ""), args)
        for word in ("serve", "account add", "token", "import", "doctor", "config", "migrate", "--listen", "--max-upload"):
            check(word in out, f"{args} tells of {word}")


@test
def options_stand_before_or_after_in_both_spellings(hub):
    for args in (["--data", hub.data, "token", "ed"], ["token", "--data", hub.data, "ed"], ["token", "ed", "--data", hub.data], ["token", "ed", f"--data={hub.data}"],
                 [f"--data={hub.data}", "token", "ed", "--ttl=2h"], ["--ttl", "2h", "token", "ed", "--data", hub.data], ["token", "--ttl", "2h", "ed", "--data", hub.data]):
        code, out, err = hub_says(*args)
        equal((code, err), (0, ""), args)


@test
def token_prints_the_token_and_nothing_else(hub):
    code, out, err = hub_says("token", "ed", "--data", hub.data)
    check(code == 0 and err == "" and re.fullmatch(r"[A-Za-z0-9_-]{43}\n", out), (code, out, err))
    equal(hub.client(out.strip()).get("/v1/me").json["name"], "ed", "it opens")
    check(hub.command("token", "ed").out != hub.command("token", "ed").out, "each is new")


@test
def a_setting_comes_from_flag_environment_file_or_default_in_that_order(hub):
    conf, env = "workers = 5\n# a comment\n\n  listen=127.0.0.1:9999  \nmax-upload = 2GiB\r\n", {"HUB_WORKERS": "6"}
    equal(settings()["workers"], ("8", "default"), "default")
    found = settings(conf=conf)
    equal((found["workers"], found["listen"], found["max_upload"]), (("5", "file"), ("127.0.0.1:9999", "file"), ("2GiB", "file")), "file")
    equal(settings(conf=conf, env=env)["workers"], ("6", "environment"), "environment")
    equal(settings("--workers", "7", conf=conf, env=env)["workers"], ("7", "flag"), "flag")
    equal(settings("--workers=7", "--max_upload=1GiB", conf=conf, env=env)["max_upload"], ("1GiB", "flag"), "underscores too")
    equal(settings("--access-log", "off")["access_log"], ("off", "flag"), "a switch with a word")
    equal(settings("--insecure-http")["insecure_http"], ("on", "flag"), "a switch alone")


@test
def a_setting_may_lie_in_a_file_of_its_own(hub):
    with tempfile.NamedTemporaryFile("w") as f:
        f.write("  9 \n")
        f.flush()
        equal(settings(env={"HUB_WORKERS_FILE": f.name})["workers"], ("9", "environment"), "HUB_WORKERS_FILE")
        equal(settings(env={"HUB_WORKERS_FILE": f.name, "HUB_WORKERS": "3"})["workers"], ("3", "environment"), "the plain one wins")
    check(settings(env={"HUB_WORKERS_FILE": "/nonexistent"})[0] in (1, 2), "a file that is not there")


@test
def config_names_the_line_that_is_wrong(hub):
    for conf, line in (("workers = 5\nnonsense = 1\n", ":2:"), ("\n\nworkers\n", ":3:")):
        code, err = settings(conf=conf)
        check(code == 2 and line in err, f"{code} {err}")
    code, err = settings(conf="workers = many\n")
    check(code == 2 and "workers" in err and "many" in err, f"{code} {err}")
    code, err = settings(env={"HUB_WORKERS": "-1"})
    check(code == 2 and "workers" in err, f"{code} {err}")


@test
def config_tells_every_setting_and_no_secret(hub):
    found = settings()
    named = set(re.findall(r"^  --([a-z0-9-]+) ", hub_says("help")[1], re.M))
    equal({name.replace("_", "-") for name in found}, named, "settings of `hub config` and of `hub help`")
    key = hub.sql("SELECT value FROM secret WHERE name = 'stream'")[0][0]
    for command in (["config"], ["doctor"], ["help"]):
        done = hub.command(*command)
        check(key not in done.out + done.err, f"{command} tells the key")


@test
def one_folder_is_served_once(hub):
    code, out, err = hub_says("serve", "--data", hub.data, "--listen", f"127.0.0.1:{free_port()}", "--ops-listen", "off")
    equal(code, 1, "exit")
    check("another hub serves" in err.splitlines()[-1] and hub.data in err, err)
    check(hub.running and hub.client().get("/v1/videos").status == 200, "the first one goes on")


@test
def an_address_that_is_taken_is_told(hub):
    with tempfile.TemporaryDirectory() as folder:
        code, out, err = hub_says("serve", "--data", folder, "--listen", f"127.0.0.1:{hub.port}", "--ops-listen", "off")
        check(code == 1 and str(hub.port) in err, f"{code} {err}")
        for listen in ("nonsense", "127.0.0.1", "127.0.0.1:99999", "256.0.0.1:80", ""):
            code, out, err = hub_says("serve", "--data", folder, "--listen", listen, "--ops-listen", "off")
            check(code in (1, 2) and err.count("hub: ") == 1, f"--listen {listen!r}: {code} {err}")


@test
def commands_work_while_serve_runs(hub):
    for i in range(10):
        equal(hub.command("account", "add", f"meanwhile-{i}", "--role", "fan").code, 0, "account add")
    equal(hub.command("migrate").code, 0, "migrate")


@test
def flags_are_set_and_asked_while_serve_runs(hub):
    flag, ed = "rapidshare-mode", hub.client(hub.token("ed"))
    told = lambda *who: hub.command("flag", "get", flag, *who).out.strip()
    served = lambda: ed.post(f"/ofrep/v1/evaluate/flags/{flag}", context={"targetingKey": ed.get("/v1/me").json["id"]}).json["value"]
    equal((told(), served()), ("false", False), "as it comes")
    equal(hub.command("flag", "set", flag, "on", "--tier", "editor").code, 0, "for a tier")
    equal((told("--tier", "editor"), told("--tier", "fan"), told("--account", "ed"), served()), ("true", "false", "true", True), "for a tier")
    equal(hub.command("flag", "set", flag, "off", "--account", "ed").code, 0, "for an account")
    equal((told("--account", "ed"), told("--tier", "editor"), served()), ("false", "true", False), "an account goes before its tier")
    equal(hub.command("flag", "set", flag, "true", "--percent", "100").code, 0, "for a share, by its value")
    equal((told("--tier", "fan"), told("--account", "ed")), ("true", "false"), "a share comes last")
    equal(hub.command("flag", "set", flag, "off", "--percent", "0").out, f"{flag}: 3 rules, else off.\n", "in place of the share there was")
    check(re.search(rf"^{flag} +boolean +off +yes +3 +download +\d{{4}}-\d\d-\d\d$", hub.command("flag", "list").out, re.M), "the list")
    equal(hub.command("flag", "reset", flag).code, 0, "reset")
    equal((told("--account", "ed"), served()), ("false", False), "as it came")
    actors = hub.sql("SELECT DISTINCT actor, target FROM audit WHERE action = 'flag.set'")
    equal(actors, [("command line", flag)], "audited")


@test
def import_prints_the_id_and_publishes_when_asked(hub):
    done = hub.command("import", small_clip(), "--title", "Impor & tes", "--publish", "--wait")
    check(done.code == 0 and re.fullmatch(r"[0-9a-z]{26}\n", done.out), done)
    check("/watch/impor-tes" in done.err, done.err)
    video = hub.client().get(f"/v1/videos/{done.out.strip()}").json
    equal((video["state"], video["title"]), ("published", "Impor & tes"), "published")
    done = hub.command("import", small_clip(), "--title", "Tanpa terbit", "--wait")
    equal(hub.client().get(f"/v1/videos/{done.out.strip()}").status, 404, "not published unless asked")
    equal(hub.command("import", small_clip(), "--title", "x", "--show", "none-such").code, 2, "a show that is not there")
    equal(hub.command("import", hub.data, "--title", "x").code, 2, "a folder")


@test
def import_encodes_itself_when_nobody_serves(hub):
    own = Hub(start=False)
    done = own.command("import", small_clip(), "--title", "Sendiri", "--publish")
    check(done.code == 0, done)
    own.start()
    equal(own.client().get(f"/v1/videos/{done.out.strip()}").json["state"], "published", "published")
    for fault in own.stop():
        check(False, fault)


@test
def a_password_is_read_from_stdin_and_kept_as_argon2id(hub):
    equal(hub.command("account", "add", "pw", "--role", "fan", "--password-stdin", stdin="correct horse battery\n").code, 0, "made")
    kept = hub.sql("SELECT password FROM account WHERE name = 'pw'")[0][0]
    check(kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$"), kept[:40])
    equal(hub.command("account", "add", "short", "--role", "fan", "--password-stdin", stdin="short\n").code, 2, "too short")
    equal(hub.command("account", "add", "none", "--role", "fan", "--password-stdin", stdin="").code, 2, "none came")
    equal(hub.sql("SELECT password FROM account WHERE name = 'ed'")[0][0], None, "without one: tokens only")


@test
def a_terminal_is_asked_twice_and_does_not_show_what_is_typed(hub):
    for answers, code in ((b"a long password\n" * 2, 0), (b"a long password\nanother password\n", 2), (b"\n", 0)):
        name = f"tty-{len(answers)}"
        master, slave = pty.openpty()
        process = subprocess.Popen([BIN, "account", "add", name, "--role", "fan", "--data", hub.data], stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=clean_environment({}))
        err = b""
        for line in answers.splitlines(keepends=True):
            while not err.endswith(b": "):  # the prompt
                err += os.read(process.stderr.fileno(), 100)
            err += b"\n"
            os.write(master, line)
        out, rest = process.communicate(timeout=30)
        err += rest
        os.set_blocking(master, False)
        try:
            echoed = os.read(master, 1000)
        except BlockingIOError:
            echoed = b""
        os.close(master)
        os.close(slave)
        equal(process.returncode, code, answers)
        check(b"password" not in echoed and b"a long" not in out + err, f"shown: {echoed}")


@test
def serve_makes_its_folder_for_its_owner_alone(hub):
    mode = lambda path: os.stat(path).st_mode & 0o777
    equal(mode(hub.data), 0o700, "the data folder")
    check(mode(os.path.join(hub.data, "hub.db")) & 0o077 == 0 or mode(hub.data) == 0o700, "the database")


@test
def a_newer_database_is_refused_with_a_sentence(hub):
    own = Hub()
    for fault in own.stop():
        check(False, fault)
    own.sql("INSERT INTO migration SELECT max(number) + 1, 'later', 0, '' FROM migration")
    code, out, err = hub_says("token", "x", "--data", own.data)
    check(code == 1 and "newer" in err, f"{code} {err}")


run(start)
