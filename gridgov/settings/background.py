"""What runs in the background, and when."""

from celery.schedules import crontab

from gridgov.settings.environment import BASE_DIR
from gridgov.settings.stores import REDIS_URL

# django-redis-style socket addresses differ from Celery's: unix:// there, redis+socket:// here.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / "var" / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "dispatch.tasks.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "deliver": {"task": "gridgov.tasks.deliver_notices", "schedule": 10.0, "options": {"expires": 10}},
    "keep_tasks": {"task": "inspections.tasks.keep_tasks", "schedule": 60.0, "options": {"expires": 60}},
    # 00:10 in China, and each hour after, so that a plan made at noon holds from noon on.
    "plan_tasks": {"task": "inspections.tasks.plan_tasks", "schedule": crontab(minute=10)},
    "keep_tracks": {"task": "inspections.tasks.keep_tracks", "schedule": crontab(hour=17, minute=40)},
    "read_facts": {"task": "assessment.tasks.read_facts", "schedule": 15.0, "options": {"expires": 15}},
    "mend_facts": {"task": "assessment.tasks.mend_facts", "schedule": crontab(hour=18, minute=50)},
    # 02:30 in China, when what phones told late in the evening is there.
    "keep_periods": {"task": "assessment.tasks.keep_periods", "schedule": crontab(hour=18, minute=30)},
    "resume_imports": {"task": "grids.tasks.resume_imports", "schedule": 60.0, "options": {"expires": 60}},
    "overdue_feeds": {"task": "grids.tasks.say_overdue_feeds", "schedule": crontab(minute=5)},
    # 00:15 in China and each hour after: an order's day is over then.
    "overdue_orders": {"task": "grids.tasks.ring_for_overdue_orders", "schedule": crontab(minute=15)},
    "forget_imports": {"task": "grids.tasks.forget_imports", "schedule": crontab(hour=19, minute=40)},
    "forget_key_uses": {"task": "grids.tasks.forget_key_uses", "schedule": crontab(hour=19, minute=25)},
    "clean_up": {"task": "gridgov.tasks.clean_up", "schedule": crontab(hour=19, minute=20)},  # 03:20 in China
    "forget_residents": {"task": "grids.tasks.forget_residents", "schedule": crontab(hour=19, minute=30)},
    "resume_requests": {"task": "cases.tasks.resume_requests", "schedule": 60.0, "options": {"expires": 60}},
    "forget_requests": {"task": "cases.tasks.forget_request_files", "schedule": crontab(hour=19, minute=45)},
    "forget_alarms": {"task": "cases.tasks.forget_alarms", "schedule": crontab(hour=19, minute=45)},
    "forget_devices": {"task": "cases.tasks.forget_devices", "schedule": crontab(hour=19, minute=50)},
    "forget_contacts": {"task": "cases.tasks.forget_contacts", "schedule": crontab(hour=19, minute=35)},
}
