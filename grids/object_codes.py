"""What may be the code of an object: it stands in addresses, beside the words of our own pages."""

from django.utils.translation import gettext as _

# Addresses right below /registry/, which the page of an object with such a code would never be reached under.
TAKEN = frozenset({"map", "import", "export", "feeds", "proposals", "propose", "looks"})


def code_problem(code: str) -> str:
    """Why an object can't have this code, in words; "" where it can."""
    if not code.replace("-", "").replace(".", "").replace("_", "").isalnum():
        return _("A code is made of letters, digits, “-”, “_” and “.”.")
    if code in TAKEN:
        return _("“%(code)s” is the address of a page: give it another code.") % {"code": code}
    return ""
