"""What a password must be: long enough, and not guessed by who knows its owner (NIST SP 800-63B, 3.1.1.2)."""

from collections.abc import Iterable, Iterator
from threading import Lock

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200
"""In characters; hashing a longer one takes time and guards nothing."""
JUDGED = 40
"""Characters that are judged: time grows with their square, and nobody guesses a sentence by its end."""
SIGNS, FEW = frozenset("@([{<!|$+%"), 4
"""Signs that stand for letters: each kind more multiplies what is tried, and a word in disguise needs few."""
UNSHIFTED = str.maketrans("!@#$%^&*()_+", "1234567890-=")
ENOUGH = 2
"""A score of zxcvbn: beyond a million guesses, years of tries at an account that rests after five."""
_ONE_AT_A_TIME = Lock()
"""The library keeps what is known of an owner in one place for all threads."""
OURS = ("bnpb", "bpbd", "klaster", "logistik", "emonev", "bencana")


def is_guessed(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a few guesses find it. *about*: what everyone knows of its owner, such as name and address."""
    known = [*OURS, *about, *(part for text in about for part in text.replace("@", " ").replace(".", " ").split())]
    with _ONE_AT_A_TIME:
        return any(zxcvbn(text, known)["score"] < ENOUGH for text in _readings(password[:JUDGED]))


def _readings(password: str) -> Iterator[str]:
    """As it stands, with few kinds of the signs that stand for letters; and as typed without the shift key."""
    kinds = [sign for sign in dict.fromkeys(password) if sign in SIGNS]
    yield password.translate(dict.fromkeys(map(ord, kinds[FEW:]), "~"))
    yield password.translate(UNSHIFTED)
