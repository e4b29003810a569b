"""Pages looked over by axe: what a screen reader or a keyboard would stumble over."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

# All rules: WCAG 2.2 A and AA, and what axe counts as good practice besides.
_OPTIONS = {"resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands: "rule: element", empty when all is well.

    It is a script itself, so it can't run where scripts are off: there `without_scripts` is used instead.
    """
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def without_scripts(context: BrowserContext) -> None:
    """Let no script of the site arrive: its pages are what they are without JavaScript, and axe can look at them."""
    context.route(
        "**/*", lambda route: route.abort() if route.request.resource_type == "script" else route.continue_()
    )


def overflows(page: Page) -> list[str]:
    """The elements that make the page wider than its window; empty when nothing has to be scrolled sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map((one) => one.outerHTML.slice(0, 160))"""
    )
