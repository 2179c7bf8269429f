"""Posters of videos, and of those that cameras make awkward."""
import os

from checks import check
from still import BIG, FOOTAGE, at, clean_picture, colour, make, near, one, refused, still


def posters():
    for name, size in (("bigbuckbunny.mp4", "1280x720"), ("cityCC0.mpg", None), ("flashmob.mkv", "384x288")):
        code, rows, said = still("candidates", os.path.join(FOOTAGE, name), -1)
        check(code == 0 and len(rows) == 5, f"{name}: exit {code}: {said}")
        for row in rows:
            clean_picture(f"candidate of {name}", row, size)
        check(len({row["at"] for row in rows}) == 5, f"{name}: the same moment twice")
    clean_picture("the moment asked for", one("candidates", BIG, 2000), "1280x720")
    clean_picture("the very end", one("candidates", BIG, 5279), "1280x720")
    refused("beyond the end", "only 5.3 s long", "candidates", BIG, 60000)
    short = make(at("short.mp4"), "-i", BIG, "-t", "0.2", "-an")
    code, rows, said = still("candidates", short, -1)
    check(code == 0 and len(rows) == 1, f"0.2 s: {said}")


def odd_sources():
    x264 = ("-c:v", "libx264", "-preset", "ultrafast")
    make(at("a.mp4"), "-f", "lavfi", "-i", "color=white:s=480x640:r=25:d=3,drawbox=y=ih/2:h=ih/2:w=iw:color=black:t=fill", "-vf", "transpose=2", *x264)
    turned = make(at("turned.mp4"), "-i", at("a.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=270")
    row = one("candidates", turned, 1000)
    clean_picture("a telephone held upright", row, "480x640")
    check(row and near(colour(row["path"], "crop=iw:ih/4:0:0,scale=1:1"), (255, 255, 255)), "upright: white is not above")
    oblong = make(at("oblong.mp4"), "-i", BIG, "-vf", "scale=720:576,setsar=16/11,fps=50,tinterlace=mode=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct", *x264, "-x264-params", "tff=1", "-an", "-t", "2")
    clean_picture("interlaced, oblong pixels", one("candidates", oblong, 1000), "1046x576")
    for trc, matrix in (("bt709", "bt709"), ("smpte170m", "smpte170m")):
        red = make(at(f"red-{trc}.mp4"), "-f", "lavfi", "-i", "color=0xC03040:s=1280x720:r=25:d=1,format=gbrp", "-vf", f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p", "-colorspace", matrix, "-color_trc", trc, "-color_primaries", trc, *x264)
        row = one("candidates", red, 500)
        check(row and near(colour(row["path"]), (0xC0, 0x30, 0x40)), f"{matrix}: {row and colour(row['path'])}")
    hdr = make(at("hdr.mp4"), "-f", "lavfi", "-i", "color=0x808080:s=640x360:r=25:d=1", "-vf", "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020:t=smpte2084:m=bt2020nc:r=tv,format=yuv420p10le",
               "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc")
    row = one("candidates", hdr, 500)
    check(row and max(colour(row["path"])) - min(colour(row["path"])) < 8 and colour(row["path"])[0] > 60, f"HDR: {row and colour(row['path'])}")


def black():
    """Two seconds of every slot's middle are black."""
    dark = make(at("dark.mp4"), "-i", os.path.join(FOOTAGE, "flashmob.mkv"), "-t", "14", "-vf", "drawbox=c=black:t=fill:enable='between(mod(t-0.7,2.52),0.8,1.7)'", "-preset", "ultrafast", "-an")
    for bugs, fine in (("", True), ("noluma", False)):
        _, rows, said = still("candidates", dark, -1, bugs=bugs)
        good = bool(rows) and all(max(colour(row["path"])) > 25 for row in rows)
        check(good == fine, f"black pictures with HUB_BUG={bugs}: {said}")
