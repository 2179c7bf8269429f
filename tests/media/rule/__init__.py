"""A rule: a name, where it stands, what it says, whether it must be kept, and a function of a stream that yields what breaks it."""
RULES = []


def rule(name, where, text, must=True):
    def add(function):
        RULES.append((name, where, text, must, function))
        return function
    return add


def each_track(function):
    def of(s):
        for t in s.tracks.values():
            for problem in function(s, t):
                yield f"{t.name}: {problem}"
    return of


def each_representation(function):
    """Of picture and sound, with the track of the playlists that has its name."""
    def of(s):
        for r in s.representations:
            t = s.tracks.get(f"{r.get('id')}.m3u8")
            if r.template is not None and t and t.init and t.segments and None not in t.segments:
                for problem in function(s, r, t):
                    yield f"{r.get('id')}: {problem}"
    return of


def frame_rate(t):
    return sum(len(g.samples) for g in t.segments) * t.scale / sum(g.units for g in t.segments)
