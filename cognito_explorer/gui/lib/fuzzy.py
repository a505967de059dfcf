"""How well typed letters fit a title."""


def score(query: str, text: str) -> int:
    """How well `query` fits `text`: 0 for not at all. Every word typed must be found; order does not matter."""
    total = 0
    folded = text.casefold()
    for word in query.casefold().split():
        found = _score_word(word, folded)
        if not found:
            return 0
        total += found
    return total or 1


def _score_word(word: str, text: str) -> int:
    at = text.find(word)
    if at >= 0:
        starts_word = at == 0 or not text[at - 1].isalnum()
        return 100 + len(word) * 4 + (40 if starts_word else 0) + (20 if at == 0 else 0)
    return _score_letters(word, text)


def _score_letters(word: str, text: str) -> int:
    """Letters in order with gaps: initials of words count most."""
    at, points = 0, 0
    for letter in word:
        found = text.find(letter, at)
        if found < 0:
            return 0
        starts_word = found == 0 or not text[found - 1].isalnum()
        points += 10 if starts_word else 6 if found == at and at else 1
        at = found + 1
    return points if points >= len(word) * 3 else 0
