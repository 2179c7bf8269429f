"""What a player reads: playlists and the segments they name, fetched through a test's client."""
import os
import re
import subprocess
import tempfile


class Stream:
    """The version that an address of a playback names."""

    def __init__(self, client, url):
        self.client = client
        self.master_path = "/" + url.split("/", 3)[3]
        self.root = self.master_path.rsplit("/", 1)[0]
        self.token, self.version = self.root.split("/")[2:4]

    def get(self, name, **options):
        return self.client.get(f"{self.root}/{name}", **options)

    def text(self, name):
        answer = self.get(name)
        return answer.body.decode() if answer.status == 200 else None

    @property
    def master(self):
        return self.text("master.m3u8")

    def names(self):
        """Of the renditions with a picture, as the master playlist lists them."""
        return [line.removesuffix(".m3u8") for line in self.master.splitlines() if line and not line.startswith("#") and not line.startswith("audio")]

    def alternates(self, kind):
        """The attributes of EXT-X-MEDIA lines of that TYPE."""
        return [dict(re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', line)) for line in self.master.splitlines() if line.startswith(f"#EXT-X-MEDIA:TYPE={kind},")]

    def playlist(self, rendition):
        """(addresses of its segments, their seconds, its text), or None."""
        text = self.text(f"{rendition}.m3u8")
        if text is None:
            return None
        return ([line for line in text.splitlines() if line and not line.startswith("#")], [float(s) for s in re.findall(r"#EXTINF:([0-9.]+),", text)], text)

    def bytes_of(self, rendition, addresses):
        """The init segment and these, as one file that ffprobe reads."""
        return self.get(f"{rendition}/init.mp4").body + b"".join(self.get(address).body for address in addresses)


def frames(data):
    """Packets in these bytes, and the times they are shown at, in order."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "some.mp4")
        with open(path, "wb") as f:
            f.write(data)
        done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path], capture_output=True, text=True, check=True)
    times = sorted(float(line.strip(",")) for line in done.stdout.split())
    return len(times), times


def decodes(url):
    """What ffmpeg complains of when it reads all of it."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", url, "-map", "0", "-f", "null", "-"], capture_output=True, text=True, timeout=120)
    return done.stderr or (f"exit {done.returncode}" if done.returncode else "")
