"""How static files get names with a hash, so that browsers may keep them for ever."""

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Our own folders under static/; only their modules import each other by relative path.
OWN_FOLDERS = ("gridgov", "grids", "cases", "inspections", "dispatch", "assessment")
# Django's own switch for this would rewrite third-party bundles as well, which hold code in strings.
IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files whose `import` statements point at the hashed names too."""

    patterns: ClassVar = (
        *CompressedManifestStaticFilesStorage.patterns,
        *((f"{folder}/*.js", IMPORTS) for folder in OWN_FOLDERS),
    )
