"""What the catalogue says of a named data set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainrule.data.catalogue.download import File, Folder
from chainrule.data.collection import Collection
from chainrule.data.splits import Split


@dataclass(frozen=True)
class Entry:
    """A named data set in the catalogue.

    Args:
        name: what it is asked for by.
        description: what it is, in a line.
        authors: who made it.
        licence: under which it may be used.
        home: a page about it.
        files: those it is read from; none where it travels inside the package.
        read: makes its training and test part, as arrays, from the places of these files; None for sets that are not arrays.
        classes: names of the classes; None where the target is a quantity, and where `collect` says.
        feature_names: names of the numbers of each example; none for images.
        collect: makes its collection from the places of these files, then of the folders: of sets that are read file by file.
        folders: those it is read from, where it is no single file.
    """

    name: str
    description: str
    authors: str
    licence: str
    home: str
    files: tuple[File, ...]
    read: Callable[[Sequence[Path]], tuple[Split, Split | None]] | None = None
    classes: tuple[str, ...] | None = None
    feature_names: tuple[str, ...] = ()
    collect: Callable[[Sequence[Path]], Collection] | None = None
    folders: tuple[Folder, ...] = ()

    @property
    def source(self) -> str:
        """Who made it, where it lives, and under which licence."""
        return f"{self.authors}. {self.home}. Licence: {self.licence}."
