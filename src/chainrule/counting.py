"""Numbers with their nouns, in sentences for people."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun.

    Args:
        number: how many.
        one: the noun, and what may follow it, of one.
        several: of any other number; None for the noun with an s.

    Example:
        >>> counted(1, "row"), counted(1200, "class", "classes")
        ('1 row', '1,200 classes')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"
