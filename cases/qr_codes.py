"""QR codes as drawings within a page."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

_QUIET = 4  # modules around it, as the standard asks


def qr_svg(text: str, label: str) -> SafeString:
    """A QR code of a text as an SVG that a page holds itself; `label` is what a screen reader says of it."""
    code = qrcode.QRCode(border=_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><path d="{}"/></svg>',
        label,
        path,
        size=len(rows),
    )
