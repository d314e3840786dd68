"""A real Chromium for tests of pages: where it is found, how it is started, what its tests put up with."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("WOW_SKIP_BROWSER") == "1", reason="WOW_SKIP_BROWSER=1: skipped on purpose"),
    # Playwright's own loop and pipes are closed by its exit, and some of them only when they are collected.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

QUIET = [
    f"--{flag}"
    for flag in (
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "no-sandbox",
    )
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Where a Chromium is; without one the tests fail and say how to get one."""
    found = os.environ.get("WOW_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("no Chromium: install one, set WOW_CHROMIUM to it, or skip on purpose with WOW_SKIP_BROWSER=1")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        opened.close()
