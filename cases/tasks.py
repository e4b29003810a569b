"""What the worker does by itself for cases."""

from datetime import timedelta

from celery import shared_task

from cases.services import events, forwarded
from cases.services.board import forget_board_senders
from cases.services.contact import forget_contacts as clear_contacts
from cases.services.survey import forget_survey_devices
from gridgov import clock


@shared_task
def forget_contacts() -> None:
    """Clear the contacts of cases that ended long ago; safe to run twice."""
    clear_contacts()


@shared_task
def take_requests(file_id: int) -> None:
    """Report the rows of a source's file; safe to run twice and at once."""
    forwarded.work_on_request_file(file_id)


@shared_task
def resume_requests() -> None:
    """Go on with files whose worker was lost, or that never reached one."""
    for file_id in forwarded.files_that_stand_still(clock.now() - forwarded.STANDS_STILL):
        take_requests.delay(file_id)


@shared_task
def forget_request_files() -> None:
    """Throw old files away: their rows name people; what was taken over stays."""
    forwarded.forget_request_files(clock.now() - forwarded.KEEP_FILES)


# Long enough to see how a device fares over a year.
KEEP_ALARMS = timedelta(days=400)


@shared_task
def forget_alarms() -> None:
    """Throw away devices' old alarms whose case has ended; safe to run twice."""
    events.forget_alarms(clock.now() - KEEP_ALARMS)


@shared_task
def forget_devices() -> None:
    """Clear by what devices are known again: on the board after some months, of surveys after their end."""
    forget_board_senders()
    forget_survey_devices()
