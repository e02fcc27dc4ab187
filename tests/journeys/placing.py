"""What a scheduler does to plan an inspection and to propose somebody, and what the steps are called."""

from tests.support.pages import Person

PROVIDER = "Ridge Academy"


def plans(sam: Person, reference: str, provider: str = PROVIDER) -> None:
    """Plan an inspection in two weeks, with two places."""
    sam.goes_to("Inspections")
    sam.presses("Plan an inspection")
    sam.finds(provider.lower(), provider)
    sam.reads("Plan an inspection", provider)
    sam.types("Reference", reference)
    sam.types("Framework", "Graded inspection")
    sam.dates("First day", "17", "3", "2026")
    sam.dates("Last day", "18", "3", "2026")
    sam.types("Team size", "2")
    sam.presses("Plan this inspection")
    sam.reads(f"{reference} is planned", "17 to 18 March 2026", "Nobody is proposed yet")


def proposes(sam: Person, reference: str, name: str) -> str:
    """Propose an inspector, and return the path of what the check says."""
    sam.opens(f"/inspections/inspection/{reference}")
    sam.presses("Propose an inspector")
    sam.page.get_by_label("Role").select_option("Team")
    sam.page.get_by_role("searchbox").fill(name.partition(" ")[0])
    sam.presses("Show")
    sam.presses(f"Propose {name}")
    sam.reads(f"{name} for {PROVIDER}", "Proposed")
    return sam.path
