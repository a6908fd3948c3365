"""axe-core in the page: what of it a person with a keyboard, a screen reader or weak eyes cannot use."""

from functools import cache
from importlib import resources

RUN = """() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(
    ({ id, impact, nodes }) => nodes.map(({ target, html, failureSummary }) => ({
        id, impact, target: target.join(" "), html: html.slice(0, 160), why: failureSummary.slice(0, 300) }))))"""


@cache
def axe_core():
    """Return the script of axe-core, which a package brings so that no network is needed."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def problems(page, impacts=("serious", "critical")):
    """Return what axe-core finds on the page as it stands, of these impacts, a line for each."""
    page.wait_for_timeout(150)  # what fades in is not there to be read yet
    page.evaluate(axe_core())
    found = page.evaluate(RUN)
    return [
        f"{one['id']} ({one['impact']}) at {one['target']}: {one['html']} {one['why']}"
        for one in found
        if one["impact"] in impacts
    ]
