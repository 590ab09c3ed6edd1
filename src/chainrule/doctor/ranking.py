"""Which finding stands first: the more certain, and of equally certain ones the cause before its consequences."""

from collections.abc import Iterable, Mapping

from chainrule.doctor.finding import CERTAINTIES, Finding
from chainrule.doctor.symptom import Symptom, known_symptoms


def consequences(symptom: str, known: Mapping[str, Symptom]) -> set[str]:
    """Return the names of the symptoms that another explains, itself aside.

    Args:
        symptom: the name of what explains.
        known: all symptoms, by name.
    """
    explains = set(known[symptom].explains) if symptom in known else set[str]()
    return {name for name, other in known.items() if name != symptom and explains & {name, *other.groups}}


def in_order(known: Mapping[str, Symptom]) -> list[str]:
    """Return the names of symptoms, causes before their consequences: what explains more stands nearer to the root.

    Of symptoms that explain equally many, the one defined first stands first.
    """
    return sorted(known, key=lambda name: -len(consequences(name, known)))


def rank(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order in which they should be read and mended.

    A finding that another explains is kept, one degree less certain; of the same symptom the most certain stands.
    """
    known = known_symptoms()
    given = _best_of_each(findings)
    explained = {name for finding in given if finding.is_alarm for name in consequences(finding.symptom, known)}
    ordered = [_softened(finding) if finding.symptom in explained else finding for finding in given]
    places = {name: place for place, name in enumerate(in_order(known))}

    def place(finding: Finding) -> tuple[int, bool, int]:
        certainty = CERTAINTIES.index(finding.certainty)
        return -certainty, finding.symptom in explained, places.get(finding.symptom, len(places))

    return sorted(ordered, key=place)


def _softened(finding: Finding) -> Finding:
    """Return a finding one degree less certain; what was certain stays an alarm, for it remains true."""
    kept = finding.certainty == "certain" and finding.symptom != "refused"  # which says the same as what explains it
    return finding.at_most("likely" if kept else "possible")


def _best_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without those of the same symptom and layer that are less certain."""
    best: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = finding.symptom, str(finding.details.get("layer", finding.details.get("array", "")))
        known = best.get(key)
        if known is None or CERTAINTIES.index(finding.certainty) > CERTAINTIES.index(known.certainty):
            best[key] = finding
    return list(best.values())
