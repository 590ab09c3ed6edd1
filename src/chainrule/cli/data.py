"""`chainrule data`."""


def data() -> None:
    """List the named data sets: what each is, its licence and where it comes from."""
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.screen import console  # noqa: PLC0415
    from chainrule.data import CATALOGUE  # noqa: PLC0415

    for entry in CATALOGUE.values():
        size = sum(file.size or 0 for file in entry.files)
        where = f"{size / 1e6:.1f} MB to download" if size else "inside the package"
        console().print(Text.assemble((entry.name, "bold cyan"), f"  {entry.description}"))
        console().print(Text(f"    {entry.authors}. Licence: {entry.licence}. {where}.\n    {entry.home}", "bright_black"))
