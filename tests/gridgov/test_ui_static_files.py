"""Hashed names reach the imports between our own modules too, and files are handed out whole."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from gridgov.staticfiles import StaticFilesMiddleware, StaticFilesStorage


def test_imports_between_modules_point_at_hashed_files(tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)
    settings.DEBUG = False
    source = FileSystemStorage(Path(settings.BASE_DIR, "static"))
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")
    names = [
        str(path.relative_to(source.location))
        for folder in ("gridgov", "vendor")
        for path in Path(source.location, folder).rglob("*")
        if path.is_file()
    ]
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)

    for _name, _hashed, processed in storage.post_process({name: (storage, name) for name in names}):
        assert not isinstance(processed, Exception), processed

    app = (tmp_path / storage.stored_name("gridgov/js/app.js")).read_text()
    imports = re.findall(r'import\("(\./[^"]+)"\)', app)
    assert imports
    for name in imports:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
        assert (tmp_path / "gridgov/js" / name).exists()


LOGO = "gridgov/icons/logo.svg"


@pytest.fixture
def ask(settings, rf):
    """Ask the middleware for the logo."""
    settings.WHITENOISE_USE_FINDERS = True

    def ask(method: str = "get", **headers: str):
        return StaticFilesMiddleware(None)(getattr(rf, method)(f"/static/{LOGO}", headers=headers))

    return ask


def test_a_file_comes_whole_so_that_nothing_has_to_stream(ask, settings):
    answer = ask()
    assert not answer.streaming
    assert answer.content == Path(settings.BASE_DIR, "static", LOGO).read_bytes()
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Length"] == str(len(answer.content))


def test_a_browser_that_has_the_file_is_told_so(ask):
    again = ask(if_modified_since=ask()["Last-Modified"])
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Type" not in again


def test_a_part_or_the_head_alone_can_be_asked_for(ask):
    assert ask(range="bytes=0-3").content == ask().content[:4]
    assert ask("head").content == b""
    assert ask("head")["Content-Length"] == ask()["Content-Length"]
