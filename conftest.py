"""What a test or an example of the documentation defines is known in it alone."""

from collections.abc import Iterator

import pytest
from _pytest.doctest import DoctestItem

from chainrule import configuration


@pytest.fixture(autouse=True)
def _own_definitions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if isinstance(request.node, DoctestItem):
        monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    before = dict(configuration._CLASSES)
    yield
    for name, cls in list(configuration._CLASSES.items()):  # but what a room of the package defines, imported late, stays
        if name not in before and not configuration.is_own(cls):
            del configuration._CLASSES[name]
