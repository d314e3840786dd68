from pathlib import Path

import pytest

from wowengine.recommend.revision import revision

COMMIT, OTHER = "a" * 40, "b" * 40


@pytest.mark.parametrize(
    "files",
    [
        {"HEAD": f"{COMMIT}\n"},
        {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{COMMIT}\n"},
        {
            "HEAD": "ref: refs/heads/main\n",
            "packed-refs": f"# packed\n{OTHER} refs/heads/b\n{COMMIT} refs/heads/main\n",
        },
        {
            "HEAD": "ref: refs/heads/main\n",
            "refs/heads/main": f"{COMMIT}\n",
            "packed-refs": f"{OTHER} refs/heads/main\n",  # left behind: the loose file is newer
        },
    ],
)
def test_the_commit_checked_out_is_found_wherever_git_keeps_it(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tmp_path / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert revision(tmp_path) == COMMIT


def test_an_installed_package_has_no_revision(tmp_path: Path) -> None:
    assert revision(tmp_path) is None
