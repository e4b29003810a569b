"""The style guide renders everything, and nothing in it is inline, missing or unnamed."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

STATIC = Path(settings.BASE_DIR, "static")
TEMPLATES = Path(settings.BASE_DIR, "templates")
PAGES = ["/styleguide/", "/styleguide/?page=console", "/styleguide/?page=phone"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_renders_without_anything_inline(client: Client, page, language):
    response = client.get(page, headers={"accept-language": language})
    html = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)


@pytest.mark.django_db
def test_every_part_stands_in_both_languages_and_themes(client: Client):
    html = client.get("/styleguide/").content.decode()
    parts = html.count('class="guide__part"')
    assert parts == 17
    for language in ("zh-hans", "en"):
        for theme in ("light", "dark"):
            assert html.count(f'lang="{language}" data-theme="{theme}"') == parts


def test_every_component_stands_in_it_or_in_a_base():
    pages = [*(TEMPLATES / "gridgov").glob("styleguide*.html"), *TEMPLATES.glob("*.html")]
    drawn = "".join(
        page.read_text() for page in [*pages, Path(settings.BASE_DIR, "gridgov/templatetags/ui.py")]
    )
    components = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    assert components == set(re.findall(r'"components/([a-z_]+)\.html"', drawn))


@pytest.mark.django_db
def test_no_id_stands_twice(client: Client):
    html = client.get("/styleguide/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = (STATIC / "vendor/lucide/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    for template in TEMPLATES.rglob("*.html"):
        used = re.findall(r'{% icon "([^"]+)"|\bicon="([^"]+)"|icon\|default:"([^"]+)"', template.read_text())
        unknown = {name for names in used for name in names if name} - known
        assert not unknown, template.name


def test_every_icon_named_in_python_is_in_the_sprite():
    from gridgov.context_processors import NAVIGATION
    from gridgov.templatetags.ui import STATUS_LOOKS
    from gridgov.views.styleguide import ICONS

    sprite = (STATIC / "vendor/lucide/icons.svg").read_text()
    used = {entry.icon for entries in NAVIGATION.values() for entry in entries}
    used |= {icon for _tone, icon in STATUS_LOOKS.values() if icon} | set(ICONS.split())
    assert not {name for name in used if f'id="{name}"' not in sprite}


def test_every_module_of_the_ground_floor_is_listed_and_every_listed_one_exists():
    app = (STATIC / "gridgov/js/app.js").read_text()
    listed = set(re.findall(r'(?:import\(| from )"\./modules/([a-z-]+)\.js"', app))
    files = (STATIC / "gridgov/js/modules").glob("*.js")
    assert listed == {path.stem for path in files if "export default" in path.read_text()}


def test_third_party_files_are_listed_with_their_licence():
    manifest = (STATIC / "vendor/MANIFEST.md").read_text()
    for path in (STATIC / "vendor").rglob("*"):
        if path.is_file() and path.name != "MANIFEST.md":
            assert str(path.relative_to(STATIC)) in manifest
