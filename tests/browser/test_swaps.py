"""What happens while a part of a page is changed for another."""

import pytest

from tests.browser.conftest import DESK, started

pytestmark = pytest.mark.browser

# A map in a sheet: Leaflet has written a style onto it, and its successor bears the same id.
SWAP = """
    async () => {
        const violated = [];
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => violated.push(effectiveDirective));
        const before = Object.assign(document.createElement("div"), { id: "swapped" });
        before.style.position = "relative";
        document.body.append(before);
        htmx.swap(before, '<div id="swapped" class="after"></div>', { swapStyle: "outerHTML", settleDelay: 20 }, { eventInfo: { elt: document.body, target: document.body } });
        await new Promise((done) => setTimeout(done, 300));
        return [violated, document.querySelector("#swapped").className];
    }
"""


def test_a_style_that_a_module_has_set_is_not_handed_on_against_the_policy(open_as, cast):
    page = open_as(cast.dispatcher, "/dispatch/", viewport=DESK)
    started(page)
    assert page.evaluate(SWAP) == [[], "after"]
