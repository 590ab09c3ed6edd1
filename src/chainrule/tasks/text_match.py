"""How alike found answers and true ones are, in words, as on SQuAD."""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_SIGNS = str.maketrans("", "", string.punctuation)


def words_of(answer: str) -> list[str]:
    """Return the words of an answer that count: in small letters, without signs and the articles a, an and the.

    Source:
        Rajpurkar, Zhang, Lopyrev and Liang (2016), SQuAD: 100,000+ questions for machine comprehension of text.

    Example:
        >>> words_of("The green, green garden.")
        ['green', 'green', 'garden']
    """
    return _ARTICLES.sub(" ", answer.lower().translate(_SIGNS)).split()


def token_f1(found: str, true: str) -> float:
    """Return 2 · precision · recall / (precision + recall) of a found answer's words; 1 where both have none.

    Example:
        >>> token_f1("in the green garden", "the garden"), token_f1("kitchen", "garden")
        (0.5, 0.0)
    """
    has, wanted = words_of(found), words_of(true)
    if not has or not wanted:
        return float(has == wanted)
    shared = sum((Counter(has) & Counter(wanted)).values())
    return 2 * shared / (len(has) + len(wanted))


def exact_match(found: Sequence[str], true: Sequence[str]) -> float:
    """Return the share of answers whose words are those of the true one."""
    return sum(words_of(one) == words_of(other) for one, other in zip(found, true, strict=True)) / len(true)


def f1_of(found: Sequence[str], true: Sequence[str]) -> float:
    """Return the mean over the answers of `token_f1`."""
    return sum(token_f1(one, other) for one, other in zip(found, true, strict=True)) / len(true)
