"""The doctor's score on real programs that do not learn: python benchmarks/doctor.py FOLDER [--only TEXT] [--seconds 20] [--json FILE].

FOLDER holds cases.json, a list of specifications in the words of any Keras version, and their arrays as .npz. Each case is built,
trained as it says (in at most about 20 seconds), recorded, and examined before and after training. Printed are the first three
findings of each, and how many were found.
"""

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from doctor_evidence import evidence_of_specification
from keras_specification import CannotBuildError, build, translate

import chainrule as cr
from chainrule.doctor import Finding, examine
from chainrule.doctor.ranking import rank
from chainrule.events import FitStarted, StepsFinished

CAUSES = {  # the words of cases.json, and the symptoms that say the same
    "OUT_SOFTMAX1": {"softmax on one unit"},
    "OUT_RANGE": {"output cannot reach the targets", "labels out of range"},
    "OUT_ACT_LOSS": {
        "output activation does not fit the loss",
        "logits taken for probabilities",
        "probabilities taken for logits",
        "categorical crossentropy on one unit",
        "softmax on one unit",
    },
    "LOSS_TASK": {"loss does not fit the task", "categorical crossentropy on one unit"},
    "LOSS": {"loss does not fit the task", "output activation does not fit the loss"},
    "OUT_UNITS": {"wrong number of outputs", "wrong output shape", "categorical crossentropy on one unit"},
    "UNSCALED_X": {"inputs not scaled"},
    "UNSCALED_Y": {"targets not scaled"},
    "LR_LOW": {"learning rate too low"},
    "LR_HIGH": {"learning rate too high"},
    "FEW_UPDATES": {"too few updates", "ended while still falling"},
    "SIGMOID_DEEP": {"deep stack of sigmoid layers", "vanishing gradients"},
    "MISSING_ACT": {"missing nonlinearity"},
    "BAD_INIT": {"bad initialisation", "symmetry not broken"},
    "LABELS": {"labels out of range", "labels unrelated to inputs", "noisy labels", "wrong number of outputs"},
    "TINY_DATA": {"few examples"},
    "BATCH": {"unfit batch size"},
    "BOTTLENECK": {"capacity too small"},
    "METRIC": {"metric hides failure"},
    "RNN_RELU": {"unbounded recurrence"},
    "DROPOUT": {"dropout misused"},
    "BATCHNORM": {"batch normalisation misused"},
    "REGULARIZATION": {"regularisation too strong"},
    "IMBALANCE": {"classes unbalanced"},
    "OVERFIT": {"overfitting"},
    "CAPACITY": {"capacity too small", "capacity too large"},
    "SHUFFLE": {"no shuffling"},
    "NAN": {"data not finite", "loss not finite"},
    "SHAPE": {"wrong output shape", "wrong number of outputs", "refused"},
    "DYING_RELU": {"dead units"},
    "DEAD_RELU": {"dead units"},
    "VANISHING": {"vanishing gradients", "deep stack of sigmoid layers"},
    "EXPLODING": {"exploding gradients", "loss not finite"},
}
FACTS = {"constant inputs", "constant targets", "data not finite"}  # what an array plainly is, whatever the program is called
DUE_TO_A_CUT = {
    "too few updates",
    "learning rate too low",
    "loss not falling",
    "same answer for every example",
    "ended while still falling",
}


@dataclass
class Outcome:
    """What came of one case."""

    case: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    note: str = ""
    seconds: float = 0.0

    @property
    def causes(self) -> list[str]:
        return [word for word in str(self.case.get("causes") or "").split() if word not in ("NO_FAULT", "None")]

    @property
    def is_faulty(self) -> bool:
        kind = str(self.case.get("kind") or "").lower()
        return "fault" in kind or ("crash" not in kind and "clean" not in kind and "fixed" not in kind and bool(self.causes))

    @property
    def is_sound(self) -> bool:
        return any(word in str(self.case.get("kind") or "").lower() for word in ("clean", "fixed", "normal"))

    @property
    def alarms(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_alarm]

    def names(self, words: list[str], count: int = 3) -> bool:
        """Return whether one of the first findings says one of these causes."""
        wanted = set().union(*(CAUSES.get(word, {word.lower().replace("_", " ")}) for word in words)) if words else set()
        return any(finding.symptom in wanted for finding in self.findings[:count])


def examine_case(case: dict[str, Any], folder: Path, seconds: float) -> Outcome:
    """Build, train, record and examine one case; whatever goes wrong is a note."""
    outcome, started = Outcome(case), time.perf_counter()
    try:
        _examine(case, folder, seconds, outcome)
    except Exception as error:  # a harness for unseen programs must come to its end
        outcome.note += f"; failed: {type(error).__name__}: {str(error)[:200]}"
    outcome.seconds = time.perf_counter() - started
    return outcome


def _examine(case: dict[str, Any], folder: Path, seconds: float, outcome: Outcome) -> None:
    spec = case.get("spec")
    if not isinstance(spec, dict):
        outcome.note = "no specification"
        return
    arrays = _arrays(case, folder)
    translated = translate(spec)
    if "x" in arrays and "y" in arrays:
        try:
            model = build(translated, arrays["x"])
            outcome.findings = _examine_model(model, translated.fit, arrays, seconds, outcome)
            return
        except CannotBuildError as error:
            outcome.note = f"{error}: examined from the specification alone"
        except (cr.errors.ChainruleError, ValueError, TypeError, KeyError) as error:
            outcome.note = f"cannot be built ({str(error)[:160]}): examined from the specification alone"
            refusal = str(error)
            outcome.findings = examine(replace(evidence_of_specification(spec, translated, arrays), refusals=(refusal,)))
            return
    else:
        outcome.note = "no arrays: examined from the specification alone"
    outcome.findings = examine(evidence_of_specification(spec, translated, arrays))


def _examine_model(model: Any, fit: dict[str, Any], arrays: dict[str, np.ndarray], seconds: float, outcome: Outcome) -> list[Finding]:
    x, y = arrays["x"], arrays["y"]
    validation = (arrays["x_val"], arrays["y_val"]) if len(arrays.get("x_val", ())) and len(arrays.get("y_val", ())) else None
    size = int(fit.get("batch_size") or 32)
    settings = {"batch_size": size, "epochs": int(fit.get("epochs") or 1), "shuffle": bool(fit.get("shuffle", True))}
    before = cr.diagnose(model, x, y, validation_data=validation, **settings)
    if any(finding.symptom in ("refused", "data not finite") for finding in before):
        outcome.note = "fit refuses it"
        return before
    with tempfile.TemporaryDirectory() as folder:
        recorder = cr.callbacks.Recorder(Path(folder) / "run")
        stop = OutOfTime(seconds)
        split = float(fit.get("validation_split") or 0)
        split = split if 0 < split < 1 and len(x) > 4 else 0.0
        try:
            model.fit(x, y, **settings, verbose=0, validation_data=validation, validation_split=split, callbacks=[stop, recorder])
        except cr.errors.ChainruleError as error:
            outcome.note = f"training failed: {str(error)[:120]}"
        if not (Path(folder) / "run").exists():
            return before
        run = cr.open_run(Path(folder) / "run")
        outcome.note += f"{'; ' if outcome.note else ''}cut after {len(run.figures()['loss']):,} updates" if stop.cut else ""
        after = cr.diagnose(run, experiments=not stop.cut)
    if not stop.cut:
        return after
    planned = {finding.symptom for finding in before}  # what is due to the cut is not the program's
    return rank(finding for finding in after if finding.symptom not in DUE_TO_A_CUT or finding.symptom in planned)


class OutOfTime(cr.callbacks.Callback):
    """Ends a training after some seconds of computing: a machine that is busy with other things cuts nothing."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self.cut = seconds, False

    def on_event(self, event: Any) -> None:
        if isinstance(event, FitStarted):
            self._end = time.process_time() + self._seconds
        elif isinstance(event, StepsFinished) and time.process_time() > self._end:
            self.cut = True
            self.session.stop("out of time")


def _arrays(case: dict[str, Any], folder: Path) -> dict[str, np.ndarray]:
    """Return the case's arrays; texts of numbers as numbers."""
    path = folder / str(case.get("npz") or "")
    if not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except (OSError, ValueError):
        return {}
    for name, array in list(found.items()):
        if array.dtype.kind in "SU":
            found[name] = _numbered(array)
    embedded = [
        str(layer.get("op")) for layer in ((case.get("spec") or {}).get("model") or {}).get("layers") or [] if isinstance(layer, dict)
    ]
    if "Embedding" in embedded[:2]:
        found |= {name: array.astype(np.int32) for name, array in found.items() if name.startswith("x")}
    return {name: array for name, array in found.items() if array.ndim}


def _numbered(array: np.ndarray) -> np.ndarray:
    try:
        return array.astype(np.float32)
    except ValueError:
        return np.unique(array, return_inverse=True)[1].reshape(array.shape).astype(np.int32)


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the lines on one case."""
    case = outcome.case
    note = f"  {outcome.note}" if outcome.note else ""
    yield f"{case.get('id')} [{case.get('kind')}] {case.get('causes') or '-'} ({outcome.seconds:.1f} s){note}"
    for finding in outcome.findings[:3]:
        yield f"    {finding.certainty:8s} {finding.symptom}: {finding.seen}"


def totals(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the lines on all cases."""
    faulty = [outcome for outcome in outcomes if outcome.is_faulty]
    known = [outcome for outcome in faulty if outcome.causes]
    sound = [outcome for outcome in outcomes if outcome.is_sound]
    false = [outcome for outcome in sound if outcome.alarms]
    plain = [outcome for outcome in false if all(f.symptom in FACTS for f in outcome.alarms)]
    yield ""
    yield f"detected (a finding that is likely or certain): {_share([o for o in faulty if o.alarms], faulty)}"
    yield f"one of its causes among the first three findings: {_share([o for o in known if o.names(o.causes)], known)}"
    yield f"its first-listed cause among the first three: {_share([o for o in known if o.names(o.causes[:1])], known)}"
    yield f"one of its causes is the first finding: {_share([o for o in known if o.names(o.causes, 1)], known)}"
    yield f"false alarms (likely or certain) on clean and fixed ones: {_share(false, sound)}"
    yield f"    of them plain facts of the recorded arrays (constant or NaN inputs): {len(plain)}"
    crashes = [o for o in outcomes if not o.is_faulty and not o.is_sound]
    yield f"crashes of the program that are found: {_share([o for o in crashes if o.alarms], crashes)}"
    for title, missed in (
        ("not detected", [o for o in faulty if not o.alarms]),
        ("cause not among the first three", [o for o in known if not o.names(o.causes)]),
        ("false alarm", false),
    ):
        yield f"{title}: {', '.join(str(o.case.get('id')) for o in missed) or 'none'}"


def _share(part: list[Outcome], whole: list[Outcome]) -> str:
    return f"{len(part)} of {len(whole)}" + (f" ({len(part) / len(whole):.0%})" if whole else "")


def main() -> None:
    """Run the harness."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--seconds", type=float, default=20.0, help="at most so long for a training")
    parser.add_argument("--json", type=Path, help="write all findings there")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    cases = json.loads((arguments.folder / "cases.json").read_text())
    cases = [case for case in (cases if isinstance(cases, list) else list(cases.values())) if arguments.only in str(case.get("id"))]
    outcomes: list[Outcome] = []
    for case in cases:
        outcomes.append(examine_case(case, arguments.folder, arguments.seconds))
        print("\n".join(lines(outcomes[-1])), flush=True)
    print("\n".join(totals(outcomes)))
    if arguments.json:
        found = [{"id": o.case.get("id"), "note": o.note, "findings": [finding.to_dict() for finding in o.findings]} for o in outcomes]
        arguments.json.write_text(json.dumps(found, indent=1, default=str))


if __name__ == "__main__":
    main()
