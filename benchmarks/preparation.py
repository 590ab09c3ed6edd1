"""A CSV file of a million rows to trained tensors: Chainrule beside pandas with scikit-learn, in one run, each the best of three."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from sklearn.compose import make_column_transformer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, StandardScaler

import chainrule as cr

ROWS, NUMBERS = 1_000_000, 8


def write(path: Path) -> None:
    """Write a table of numbers, a column of categories and two classes."""
    random = np.random.default_rng(0)
    columns = {f"x{number}": random.normal(size=ROWS).round(4) for number in range(NUMBERS)}
    words = {"bark": random.choice(["rough", "smooth", "thorny"], ROWS), "kind": random.choice(["oak", "elm"], ROWS)}
    pl.DataFrame(columns | words).write_csv(path)


def ours(path: Path) -> int:
    """Collect, split, encode and scale, without the checks for leaks, which the peer does not make."""
    splits = cr.data.Preparation(target="kind", checks=False).fit(cr.data.collect(path))
    return len(splits.train)


def theirs(path: Path) -> int:
    """Do the same by pandas and scikit-learn: 70, 15 and 15 % in proportion to the classes, one-hot and standardised."""
    frame = pd.read_csv(path)
    x, y = frame.drop(columns="kind"), LabelEncoder().fit_transform(frame["kind"])
    train, rest, _, y_rest = train_test_split(x, y, test_size=0.3, stratify=y, random_state=0)
    validation, test = train_test_split(rest, test_size=0.5, stratify=y_rest, random_state=0)
    names = [f"x{number}" for number in range(NUMBERS)]
    made = make_column_transformer((StandardScaler(), names), (OneHotEncoder(sparse_output=False), ["bark"]))
    tensors = [made.fit_transform(train), *(made.transform(part) for part in (validation, test))]
    tensors = [tensor.astype(np.float32) for tensor in tensors]
    return len(tensors[0])


def best(work: Callable[[Path], int], path: Path) -> float:
    """Return the shortest of three times, in seconds."""
    times: list[float] = []
    for _ in range(3):
        begin = time.perf_counter()
        work(path)
        times.append(time.perf_counter() - begin)
    return min(times)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "trees.csv")
        write(table)
        mine, peer = best(ours, table), best(theirs, table)
    print(f"{ROWS:,} rows: Chainrule {mine:.2f} s, pandas with scikit-learn {peer:.2f} s, ratio {peer / mine:.2f}")
