"""A replay by several processes at once: each carries one inspector's requests, on a clock of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

import django
from django.db import connection

from cases.models import Case
from dispatch.replay.city import open_city
from dispatch.replay.rows import Request
from dispatch.replay.run import Replay

_LOOK_EVERY_S = 0.5


def replay_all(
    requests: Sequence[Request], precincts: Path, zone: ZoneInfo, advance: Callable[[int], object]
) -> datetime:
    """Replay everything that has not been replayed yet; returns the last moment of the requests.

    There are as many processes as the city has inspectors. `advance` is told how many more requests are opened.
    """
    city = open_city(precincts)
    end = max(max(request.opened_at, request.closed_at or request.opened_at) for request in requests)
    shares = [
        (inspector.pk, requests[number :: len(city.inspectors)])
        for number, inspector in enumerate(city.inspectors)
    ]
    if len(shares) == 1:
        Replay(city, list(requests), zone, city.inspectors[0], end, advance).run()
        return end
    # A fresh interpreter each: a fork would share this one's connections.
    with ProcessPoolExecutor(len(shares), get_context("spawn"), django.setup) as processes:
        database = connection.settings_dict["NAME"]
        running = {
            processes.submit(
                _replay_share,
                database=database,
                inspector_id=inspector,
                requests=share,
                precincts=precincts,
                zone=zone,
                end=end,
            )
            for inspector, share in shares
            if share
        }
        _watch(running, Case.objects.filter(district=city.district).count, advance)
    return end


def _watch(running: set[Future[None]], opened: Callable[[], int], advance: Callable[[int], object]) -> None:
    told = 0
    while running:
        done, running = wait(running, _LOOK_EVERY_S)
        for share in done:
            share.result()
        now = opened()
        advance(now - told)
        told = now


def _replay_share(
    *,
    database: str,
    inspector_id: int,
    requests: Sequence[Request],
    precincts: Path,
    zone: ZoneInfo,
    end: datetime,
) -> None:
    # The same one as the process that asks, which a test may have turned away from the settings' own.
    connection.settings_dict["NAME"] = database
    city = open_city(precincts)
    [inspector] = [user for user in city.inspectors if user.pk == inspector_id]
    Replay(city, list(requests), zone, inspector, end).run()
