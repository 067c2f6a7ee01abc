"""Faults as a summary tells them."""


def labelled(label: str, words: str) -> str:
    """The words with the question's name before them, unless they are little more than that name."""
    return words if label in words and len(words) <= len(label) + 25 else f"{label}: {words}"
