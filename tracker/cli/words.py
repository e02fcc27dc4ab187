"""`tracker words`: the words that the inspectorate's own files may use, for whoever prepares them."""

from collections.abc import Iterable, Mapping
from typing import Any

import click


@click.command()
def words() -> None:
    """List the words that files may use: titles, remits, natures, holders, roles, schemes, frameworks."""
    from config import Config
    from tracker.domain.allocation_rules import parse
    from tracker.domain.declaration import HOLDERS, NATURES
    from tracker.domain.lifecycle import ROLES
    from tracker.domain.people import ENGAGEMENTS, TITLES
    from tracker.domain.remits import REMITS
    from tracker.domain.schemes import GROUP_WORDS, PROVIDERS

    rules = parse(Config.from_env().allocation.read_text(encoding="utf-8"))
    _list("tracker inspectors import, title", TITLES)
    _list("tracker inspectors import, engagement", ENGAGEMENTS)
    _list("tracker inspectors import, remits", REMITS)
    natures: dict[str, str] = {str(nature): says for nature, says in NATURES.items()}
    _tell("tracker declarations import, nature", {**natures, "nil": "nothing to declare; stands alone"})
    _tell("tracker declarations import, holder", HOLDERS)
    _list("tracker assignments import, role", ROLES)
    _list("tracker inspections import, frameworks", rules.frameworks or ("any",))
    _tell("every file, the scheme of a provider", PROVIDERS)
    _tell("every file, the scheme of a group", GROUP_WORDS)


def _list(title: str, names: Iterable[str]) -> None:
    click.echo(f"{title}: {', '.join(names)}")


def _tell(title: str, names: Mapping[Any, str]) -> None:
    click.echo(f"{title}:")
    for name, says in names.items():
        click.echo(f"  {name}: {says}")
