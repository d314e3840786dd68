"""Which revision of the code made a model, where the code stands in a git clone; read from its files alone."""

from pathlib import Path

CLONE = Path(__file__).parents[2]


def revision(clone: Path = CLONE) -> str | None:
    """Return the commit that is checked out in a clone, or None where there is no clone (an installed package)."""
    git = clone / ".git"
    head = _read(git / "HEAD")
    if not head.startswith("ref: "):
        return head or None
    branch = head.removeprefix("ref: ")
    return _read(git / branch) or _packed(git, branch)


def _packed(git: Path, branch: str) -> str | None:
    """Look a branch up in the file that git packs branches into, which it does now and then."""
    lines = (line.partition(" ") for line in _read(git / "packed-refs").splitlines())
    return next((commit for commit, _, name in lines if name == branch), None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
