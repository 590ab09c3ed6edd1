"""Compiled programs kept on disk between processes, by JAX's own cache, in a folder that is the user's alone."""

import hashlib
import os
import platform
import zlib
from contextlib import suppress
from pathlib import Path

import jax
import platformdirs

SWITCH = "CHAINRULE_COMPILATION_CACHE"  # a folder, or "off"
MOST_BYTES = 1 << 30
_SETTING = "jax_compilation_cache_dir"  # of JAX


def use_disk_cache() -> Path | None:
    """Let JAX keep compiled programs on disk, and return the folder; None where it does not, or where the user has chosen another.

    The environment variable `CHAINRULE_COMPILATION_CACHE` names another folder, or is "off". Programs that take less than a second
    to compile are not kept. Machines with other processors have folders of their own, for their instructions differ.
    """
    wanted = os.environ.get(SWITCH, "")
    if wanted == "off" or getattr(jax.config, _SETTING) is not None:
        return None
    folder = Path(wanted or platformdirs.user_cache_dir("chainrule")) / "programs" / _processor()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)  # what is read from here is run: nobody else may write to it
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return None
        _thin(folder)
        _drop_damaged(folder)
        jax.config.update(_SETTING, str(folder))
        return folder
    return None


def _drop_damaged(folder: Path) -> None:
    """Delete programs that a process was stopped in the middle of writing: JAX would warn of them at each run, and never replace them.

    Each program is looked at once: those that are newer than the last look.
    """
    stamp = folder / "looked-through"
    since = stamp.stat().st_mtime_ns if stamp.exists() else 0
    stamp.touch()  # before the look, so that what is written meanwhile is looked at next time
    for file in folder.glob("*-cache"):
        with suppress(FileNotFoundError):  # another process looks too
            if file.stat().st_mtime_ns >= since and not _is_whole(file.read_bytes()):
                file.unlink()


def _is_whole(program: bytes) -> bool:
    """Return whether what zlib has compressed is there to its end; where JAX has compressed by something else, that is not known."""
    if not program.startswith(b"\x78"):
        return bool(program)
    stream = zlib.decompressobj()
    try:
        stream.decompress(program)
    except zlib.error:
        return False
    return stream.eof


def _processor() -> str:
    """Return a short name of the processor's kind."""
    described = platform.machine() + platform.processor()
    with suppress(OSError, StopIteration), open("/proc/cpuinfo", encoding="utf-8") as lines:
        described += next(line for line in lines if line.startswith(("flags", "Features")))
    return hashlib.sha256(described.encode()).hexdigest()[:12]


def _thin(folder: Path) -> None:
    """Delete the oldest programs until the others fit."""
    files = sorted(((file.stat(), file) for file in folder.iterdir()), key=lambda pair: pair[0].st_mtime)
    size = sum(stat.st_size for stat, _ in files)
    for stat, file in files:
        if size <= MOST_BYTES:
            return
        file.unlink(missing_ok=True)
        size -= stat.st_size
