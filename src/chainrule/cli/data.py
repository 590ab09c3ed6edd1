"""`chainrule data`."""


def data() -> None:
    """List the named data sets: what each is, its licence and where it comes from."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.screen import console  # noqa: PLC0415
    from chainrule.data import CATALOGUE  # noqa: PLC0415

    listed = Table.grid(padding=(0, 2, 0, 0))
    for entry in CATALOGUE.values():
        size = sum(file.size for file in entry.files)
        by_hand = any(file.inside for file in entry.files)
        where = f"{max(size / 1e6, 0.1):.1f} MB to {'fetch by hand' if by_hand else 'download'}" if size else ""
        where = where or ("A folder, to fetch by hand" if entry.folders else "Inside the package")
        source = Text(f"{entry.authors}. Licence: {entry.licence}. {where}.\n{entry.home}", "bright_black")
        listed.add_row(Text(entry.name, "bold cyan"), Text.assemble(entry.description, "\n", source))
    console().print(listed)
