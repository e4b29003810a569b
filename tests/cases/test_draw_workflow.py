"""The page about the workflow says what the table says."""

from django.core.management import call_command


def test_the_workflow_page_is_up_to_date():
    call_command("draw_workflow", "--check")
