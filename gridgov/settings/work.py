"""Terms of the work: case work, what strangers may do, going out, the registry."""

from gridgov.settings.environment import env

# Case work
# Calendars and stage limits are read again after so many seconds, not at every step.
REMEMBER_SECONDS = env.int("GRIDGOV_REMEMBER_SECONDS", 5)
# Yellow light and warning at this share of a stage's time.
WARN_AT_SHARE = env.float("GRIDGOV_WARN_AT_SHARE", 0.8)
# One in so many cases settled on the spot is verified by somebody else.
SETTLED_SAMPLE_EVERY = env.int("GRIDGOV_SETTLED_SAMPLE_EVERY", 10)
# Name and phone of whoever reported are cleared so many days after the case has ended.
CONTACT_KEEP_DAYS = env.int("GRIDGOV_CONTACT_KEEP_DAYS", 180)

# A citizen may open a closed case again, once, so many days after its close.
REOPEN_WINDOW_DAYS = env.int("GRIDGOV_REOPEN_WINDOW_DAYS", 15)

# What strangers may do without an account: for each door how often from one device, and from one address, until a small
# sum is asked, and until nothing is taken any more. An address may be that of a whole block of flats. A door may be set
# by itself: {"report": {"device": ["3/h", "20/d"]}}.
PUBLIC_LIMITS: dict[str, dict[str, list[str]]] = {
    "report": {"device": ["3/h", "20/d"], "address": ["20/h", "200/d"]},
    "join": {"device": ["6/h", "40/d"], "address": ["30/h", "300/d"]},
    "code": {"device": ["20/h", "100/d"], "address": ["60/h", "500/d"]},
    "answer": {"device": ["10/h", "40/d"], "address": ["60/h", "500/d"]},
    "board": {"device": ["3/h", "20/d"], "address": ["20/h", "200/d"]},
    "survey": {"device": ["6/h", "40/d"], "address": ["60/h", "500/d"]},
    # Looking for what is known around a place, and forms sent back with photos: many times while one form is filled in.
    "look": {"device": ["300/h", "600/h"], "address": ["3000/h", "6000/h"]},
    "photos": {"device": ["20/h", "30/h"], "address": ["200/h", "200/h"]},
    **env.json("GRIDGOV_PUBLIC_LIMITS", {}),
}
PUBLIC_MOST_PHOTOS = env.int("GRIDGOV_PUBLIC_MOST_PHOTOS", 4)
PUBLIC_PHOTO_MAX_BYTES = 12 * 1024 * 1024

# Going out
# An object is not disturbed again within so many days but for a re-check or an urgent order.
VISIT_EVERY_DAYS = env.int("GRIDGOV_VISIT_EVERY_DAYS", 7)
# A grabbed task that is not begun within so many minutes goes back.
TASK_BEGIN_MINUTES = env.int("GRIDGOV_TASK_BEGIN_MINUTES", 30)
# The shifts of the duty rota by name, at the seats and out in the areas; one that ends no later than it begins ends on
# the next day. early, late, night, day and evening have words in both languages, any other name is shown as it is.
SEAT_SHIFTS: dict[str, str] = env.dict(
    "GRIDGOV_SEAT_SHIFTS", default={"early": "08:00-16:00", "late": "16:00-00:00", "night": "00:00-08:00"}
)
AREA_SHIFTS: dict[str, str] = env.dict(
    "GRIDGOV_AREA_SHIFTS", default={"day": "08:30-17:30", "evening": "17:30-22:00"}
)
# A shift that nobody has handed over so long after its end is told to the supervisor.
HANDOVER_MINUTES = env.int("GRIDGOV_HANDOVER_MINUTES", 30)
# So long after something was put right somebody looks whether it still is.
RECHECK_AFTER_DAYS = env.int("GRIDGOV_RECHECK_AFTER_DAYS", 3)
# What was walked is thrown away then; how much of each grid was covered stays.
TRACK_KEEP_DAYS = env.int("GRIDGOV_TRACK_KEEP_DAYS", 90)

# The registry
# A resident's record is deleted so many days after its service has ended.
RESIDENT_KEEP_DAYS = env.int("GRIDGOV_RESIDENT_KEEP_DAYS", 30)
