"""Addresses of what flows into the registry and out of it; all stand under /registry/."""

from django.urls import URLPattern, path

from grids.views.feeds import feed_detail, feed_list, feed_template
from grids.views.proposals import (
    accept_proposal,
    proposal_detail,
    proposal_list,
    proposal_photo,
    propose_change,
    propose_object,
    refuse_proposal,
    withdraw_proposal,
)
from grids.views.registry_export import export_licences, export_registry
from grids.views.registry_import import (
    discard_import,
    import_licences,
    import_registry,
    import_template,
    refused_rows,
    registry_import_preview,
    take_over_import,
)

urlpatterns: list[URLPattern] = [
    path("import/", import_registry, name="import_registry"),
    path("import/licences/", import_licences, name="import_licences"),
    path("import/template.csv", import_template, name="import_template"),
    path("import/licences/template.csv", import_template, {"kind": "licences"}, name="licence_template"),
    path("import/<int:import_id>/", registry_import_preview, name="registry_import_preview"),
    path("import/<int:import_id>/take-over/", take_over_import, name="take_over_import"),
    path("import/<int:import_id>/discard/", discard_import, name="discard_import"),
    path("import/<int:import_id>/refused.csv", refused_rows, name="refused_rows"),
    path("export/", export_registry, name="export_registry"),
    path("export/licences/", export_licences, name="export_licences"),
    path("feeds/", feed_list, name="feed_list"),
    path("feeds/<slug:code>/", feed_detail, name="feed_detail"),
    path("feeds/<slug:code>/template.csv", feed_template, name="feed_template"),
    path("proposals/", proposal_list, name="proposal_list"),
    path("proposals/<int:proposal_id>/", proposal_detail, name="proposal_detail"),
    path("proposals/<int:proposal_id>/accept/", accept_proposal, name="accept_proposal"),
    path("proposals/<int:proposal_id>/refuse/", refuse_proposal, name="refuse_proposal"),
    path("proposals/<int:proposal_id>/withdraw/", withdraw_proposal, name="withdraw_proposal"),
    path(
        "proposals/<int:proposal_id>/photos/<uuid:photo_id>/<slug:size>/",
        proposal_photo,
        name="proposal_photo",
    ),
    path("propose/", propose_object, name="propose_object"),
    path("<str:code>/propose/", propose_change, name="propose_change"),
]
