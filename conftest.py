"""What an example of the documentation defines is known in that example alone."""

from collections.abc import Iterator

import pytest
from _pytest.doctest import DoctestItem

from chainrule import configuration


@pytest.fixture(autouse=True)
def _own_definitions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if isinstance(request.node, DoctestItem):
        monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    yield
