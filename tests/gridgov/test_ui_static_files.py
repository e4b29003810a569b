"""Hashed names reach the imports between our own modules too."""

import re
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from gridgov.staticfiles import StaticFilesStorage


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
