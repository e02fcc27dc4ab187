"""What set-up builds has the Design System's looks, without GOV.UK's own font and pictures, and fits our macros."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from jinja2 import Environment, PackageLoader, PrefixLoader, select_autoescape

from tests.support.paths import ROOT

ASSETS = ROOT / "tracker/static/assets"
COMPONENTS = sorted((ROOT / "node_modules/govuk-frontend/dist/govuk/components").glob("*/fixtures.json"))


def test_the_stylesheet_and_scripts_are_built_and_whole() -> None:
    made = {path.name: path.stat().st_size for path in ASSETS.iterdir()}
    assert {name for name, size in made.items() if size > 2_000} == {
        "app.css",
        "govuk-frontend.min.js",
        "accessible-autocomplete.min.js",
        "accessible-autocomplete.min.css",
    }
    assert set(made) <= {path.name for path in ASSETS.iterdir() if path.suffix in (".css", ".js")}


def test_nothing_names_the_font_or_fetches_the_pictures_of_gov_uk() -> None:
    for path in ASSETS.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "gds transport" not in text.lower(), path.name
        assert "@font-face" not in text, path.name
        assert not re.search(r"url\([^)]*(govuk-|fonts/|images/)", text), path.name


@cache
def _macros() -> Environment:
    # As the application's: the macro package expects unnamed options to be undefined without complaint.
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)


def _shape(element: Element) -> tuple[Any, ...]:
    """An element as a browser sees it: names, attributes in any order, text without idle white space."""
    words = [" ".join((text or "").split()) for text in (element.text, element.tail)]
    attributes = {name: " ".join(value.split()) for name, value in element.attrib.items()}
    return element.tag, attributes, words, [_shape(child) for child in element]


def _same(ours: str, theirs: str) -> bool:
    if re.sub(r"\s+", "", ours) == re.sub(r"\s+", "", theirs):
        return True
    return _shape(html5lib.parseFragment(ours)) == _shape(html5lib.parseFragment(theirs))


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.parent.name)
def test_a_macro_writes_the_markup_that_the_styles_were_made_for(path: Path) -> None:
    name = path.parent.name
    macro = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    source = (
        f'{{% from "govuk_frontend_jinja/components/{name}/macro.html" import {macro} %}}{{{{ {macro}(options) }}}}'
    )
    template = _macros().from_string(source)
    fixtures = json.loads(path.read_text(encoding="utf-8"))["fixtures"]
    assert fixtures
    differ = [each["name"] for each in fixtures if not _same(template.render(options=each["options"]), each["html"])]
    assert differ == []


def test_the_styles_are_the_version_that_the_macros_follow() -> None:
    assert len(COMPONENTS) > 30
    package = json.loads((ROOT / "node_modules/govuk-frontend/package.json").read_text(encoding="utf-8"))
    assert package["version"] == "6.3.0"
