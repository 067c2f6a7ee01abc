"""What a password must be: long enough, and not guessed by who knows its owner (NIST SP 800-63B, 3.1.1.2)."""

from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200
"""In characters; hashing a longer one takes time and guards nothing."""
JUDGED = 72
"""Characters that are judged: time grows with their square, and a weak beginning makes no long password weak."""
ENOUGH = 2
"""A score of zxcvbn: beyond a million guesses, years of tries at an account that rests after five."""
OURS = ("bnpb", "bpbd", "klaster", "logistik", "emonev", "bencana")


def is_guessed(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a few guesses find it. *about*: what everyone knows of its owner, such as name and address."""
    known = [*OURS, *about, *(part for text in about for part in text.replace("@", " ").replace(".", " ").split())]
    return bool(zxcvbn(password[:JUDGED], known)["score"] < ENOUGH)
