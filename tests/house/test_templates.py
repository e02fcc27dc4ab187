"""Every template compiles, names only templates and filters that exist, and holds no code or style of its own."""

import re

from jinja2 import meta, nodes

from tests.support.paths import ROOT, tracked
from tests.support.web import Site

FOLDER = ROOT / "templates"
FORBIDDEN = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape")
TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def test_every_template_compiles_and_finds_what_it_names(site: Site) -> None:
    env = site.app.jinja_env
    names = [str(path.relative_to(FOLDER)) for path in tracked("templates/**/*.html")]
    assert "layouts/base.html" in names
    for name in names:
        source = (FOLDER / name).read_text("utf-8")
        tree = env.parse(source, name)
        env.compile(tree, name)
        for other in meta.find_referenced_templates(tree):
            assert other is not None, f"{name} names a template by a variable"
            env.get_template(other)
        for imported in tree.find_all(nodes.FromImport):
            other = imported.template.value
            found = env.parse(_source(site, other))
            known = {macro.name for macro in found.find_all(nodes.Macro)} | _assigned(found)
            wanted = {each if isinstance(each, str) else each[0] for each in imported.names}
            assert wanted <= known, f"{name} imports {wanted - known} from {other}, which has no such macro"


def _source(site: Site, name: str) -> str:
    assert site.app.jinja_env.loader is not None
    return site.app.jinja_env.loader.get_source(site.app.jinja_env, name)[0]


def _assigned(tree: nodes.Template) -> set[str]:
    return {each.target.name for each in tree.find_all(nodes.Assign) if isinstance(each.target, nodes.Name)}


def test_no_template_holds_code_style_or_unescaped_words() -> None:
    found = {}
    for path in tracked("templates/**/*.html"):
        text = path.read_text("utf-8")
        wrong = FORBIDDEN.search(TAGS.sub("", text)) or UNESCAPED.search(text)
        if wrong:
            found[str(path.relative_to(ROOT))] = wrong[0]
    assert found == {}
