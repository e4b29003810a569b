"""What the pages of a case say of its clock."""

from django import template

from cases.case_page import working_time_left

register = template.Library()
register.filter("working_time_left", working_time_left)
