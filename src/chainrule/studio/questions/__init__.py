"""The questions that pages can ask, a file for each kind: request, response, and how it is answered. Every file here is read."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
