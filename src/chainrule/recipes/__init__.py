"""Published experiments to carry out again, each a data set, a preparation, a network, a training and figures to meet."""

from chainrule.errors import unknown_name
from chainrule.recipes import (
    deep_linear,
    digit_clusters,
    edge_of_stability,
    fashion_mlp,
    mnist_300,
    mnist_conv,
    sonar,
    symmetry,
    usps_1989,
    wheat_clusters,
    xor,
)
from chainrule.recipes.recipe import Options, Recipe, Report, Row
from chainrule.tasks.repetition import OnProgress

# In the order in which they are listed.
_ALL = (xor, symmetry, sonar, usps_1989, mnist_300, mnist_conv, fashion_mlp, deep_linear, edge_of_stability, wheat_clusters, digit_clusters)

RECIPES: dict[str, Recipe] = {module.RECIPE.name: module.RECIPE for module in _ALL}


def run(name: str, seed: int = 0, quick: bool = False, on_progress: OnProgress | None = None) -> Report:
    """Carry out a published experiment.

    Args:
        name: one of the names in `RECIPES`.
        seed: what its first weights and its orders of examples depend on.
        quick: do a small part, to see that it works; its figures are not compared.
        on_progress: hears the share that is done, from 0 to 1, and what is being done.

    Returns:
        Our figures beside the published ones.

    Raises:
        ArgumentError: a name that is not in the table, or a negative seed.
        DataError: a data set that cannot be had.

    Example:
        >>> report = run("xor", quick=True)
        >>> report.columns
        ('', 'ours', 'to meet, or published')
    """
    if name not in RECIPES:
        raise unknown_name("The recipe", name, RECIPES)
    return RECIPES[name].run(Options(seed, quick) if on_progress is None else Options(seed, quick, on_progress))


__all__ = ["RECIPES", "OnProgress", "Options", "Recipe", "Report", "Row", "run"]
