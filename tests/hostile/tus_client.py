"""A tus client that can be told to do wrong, for tus.py."""
import base64
import re

from raw import Client

OCTETS = "application/offset+octet-stream"
NO_SUCH = "0" * 26


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def offset_of(answer):
    told = answer.header("upload-offset") or ""
    return int(told) if re.fullmatch("[0-9]{1,18}", told) else None


class Tus:
    """One editor, one video to upload to, and short words for the requests."""

    def __init__(self, base, token, tally, video=None):
        self.client, self.tally, self.base = Client(base, token, patience=10.0), tally, base
        self.video = video or self.make_video()

    def make_video(self):
        answer = self.client.ask_json("POST", "/v1/videos",
            {"title": "tus used wrongly", "visibility": "private"})
        video = (answer.json() or {}).get("id")
        if answer.status != 201 or not video:
            raise SystemExit(f"POST /v1/videos said {answer.status}: the token must be an editor's")
        return video

    def metadata(self, **members):
        told = {"filename": "a.bin", "videoId": self.video, "purpose": "original", **members}
        return ",".join(f"{name} {b64(value)}" for name, value in told.items() if value is not None)

    def ask(self, method, target, headers=None, body=None):
        told = {"Tus-Resumable": "1.0.0", **(headers or {})}
        return self.client.ask(method, target, {n: v for n, v in told.items() if v is not None}, body)

    def create(self, headers=None, body=b""):
        told = {"Upload-Length": "10", "Upload-Metadata": self.metadata(), **(headers or {})}
        return self.ask("POST", "/v1/uploads", told, body)

    def fresh(self, length=10):
        """The path of a new, empty upload."""
        answer = self.create({"Upload-Length": str(length)})
        where = answer.header("location") or ""
        if not self.tally.check("an upload is created", answer.status == 201 and where,
            f"status {answer.status}, Location {where!r}"):
            raise SystemExit(self.tally.finish())
        return "/" + where.split("/", 3)[3] if "://" in where else where

    def patch(self, path, offset, body, headers=None):
        told = {"Upload-Offset": str(offset), "Content-Type": OCTETS, **(headers or {})}
        return self.ask("PATCH", path, told, body)

    def offset(self, path):
        return offset_of(self.ask("HEAD", path))

    def want(self, name, answer, *statuses):
        told = "" if answer.status in statuses else f"wanted {'/'.join(map(str, statuses))}, got {answer.status}"
        if not told and answer.status in (201, 409, 460) and answer.header("tus-resumable") != "1.0.0":
            told = f"{answer.status} came without Tus-Resumable"
        if not told and answer.status >= 400 and answer.body and (fault := answer.problem_fault()):
            told = fault
        return self.tally.check(name, not told, told)

    def want_offset(self, name, path, *wanted):
        got = self.offset(path)
        self.tally.check(f"{name}: offset", got in wanted, f"wanted {'/'.join(map(str, wanted))}, got {got}")
