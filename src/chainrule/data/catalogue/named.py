"""Collecting the named data sets."""

import numpy as np
import polars as pl

from chainrule.data.catalogue.entry import Dataset
from chainrule.data.collection import Collection, parts_column


def from_dataset(data: Dataset) -> Collection:
    """Return a named data set as a collection: its test part, where it has one, stays the test part."""
    parts = [data.train] if data.test is None else [data.train, data.test]
    x, y = (np.concatenate([part[column] for part in parts]) for column in (0, 1))
    target = "class" if data.classes else "target"
    columns = {target: y if data.classes is None else np.array(data.classes)[y]}
    kinds: dict[str, str] = {target: "category" if data.classes else "number"}
    if data.feature_names:
        frame, arrays = pl.DataFrame({name: x[:, i] for i, name in enumerate(data.feature_names)} | columns), {}
    else:
        frame, arrays = pl.DataFrame(columns), {"image": x}
        kinds["image"] = "image"
    if data.test is not None:
        frame = frame.with_columns(parts_column(["train"] * len(data.train.y) + ["test"] * len(data.test.y)))
    return Collection(frame, arrays, kinds, target=target, name=data.name, facts=(data.source,), class_names=data.classes)
