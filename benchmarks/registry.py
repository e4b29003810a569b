"""Taking a file of objects over into the registry; run as a program inside Django, it prints its seconds."""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.databases import ROOT, copy_of_city, url_of
from benchmarks.figures import Figure
from benchmarks.scale import Scale

# 100,000 rows in under 3 minutes, preview and taking over together.
MOST_SECONDS = 180
_POINTS = """
    SELECT ST_X(point.geom), ST_Y(point.geom) FROM grids_areaversion version
    CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(outline, %s, 1)) point
    WHERE version.level = 1 AND version.valid_to IS NULL
"""
_ATTRIBUTES = [
    {"key": "floors", "name": "层数", "type": "number"},
    {"key": "gas", "name": "使用瓶装液化气", "type": "yes_no"},
    {"key": "opened", "name": "开业日期", "type": "date"},
]


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("registry")
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.registry", str(scale.objects)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url_of(database), "DJANGO_SETTINGS_MODULE": "gridgov.settings"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    took = json.loads(answer.stdout)
    rows = f"{scale.objects:,} rows"
    return [
        Figure(f"{rows}: preview", took["preview"], "s"),
        Figure(f"{rows}: taking over", took["taking over"], "s"),
        Figure(f"{rows}: both together", took["preview"] + took["taking over"], "s", at_most=MOST_SECONDS),
        Figure("the same file again, all unchanged", took["again"], "s"),
        Figure("half of the rows changed: both together", took["changed"], "s", at_most=MOST_SECONDS),
        Figure("preview of the same as Excel", took["excel"], "s"),
        Figure("most memory of the process", took["memory"], "MB"),
    ]


def take_over(rows: int) -> dict[str, float]:
    """Seconds that each part takes, and megabytes of memory."""
    import resource

    from django.db import connection

    from grids.models import GridObject, ObjectType, RegistryChange
    from grids.registry_files import excel_chunks

    ObjectType.objects.create(kind="premises", code="bench-shop", name="测速商铺", attributes=_ATTRIBUTES)
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [rows])
        points = cursor.fetchall()
    before = GridObject.objects.count()
    took: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "objects.csv"
        _write_file(path, points)
        took["preview"], took["taking over"] = _import(path)
        assert GridObject.objects.count() == before + rows
        took["again"] = sum(_import(path))
        assert RegistryChange.objects.filter(source="import").count() == rows
        _write_file(path, points, renamed=True)
        took["changed"] = sum(_import(path))
        assert RegistryChange.objects.filter(source="import").count() == rows + rows // 2
        took["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        excel = Path(folder) / "objects.xlsx"
        with path.open(encoding="utf-8", newline="") as file:
            excel.write_bytes(b"".join(excel_chunks(csv.reader(file), "objects")))
        took["excel"] = _import(excel)[0]
    return took


def _import(path: Path) -> tuple[float, float]:
    from django.core.files import File

    from grids.services.registry_import import begin_import, take_over_import, work_on_import

    start = time.perf_counter()
    with path.open("rb") as file:
        begun = begin_import(File(file, name=path.name), actor=None, in_background=False)
    work_on_import(begun.pk)
    middle = time.perf_counter()
    take_over_import(begun.pk, actor=None, in_background=False)
    work_on_import(begun.pk)
    begun.refresh_from_db()
    assert begun.state == "done", (begun.state, begun.problem)
    return middle - start, time.perf_counter() - middle


def _write_file(path: Path, points: list[tuple[float, float]], *, renamed: bool = False) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "编码",
                "类型",
                "名称",
                "状态",
                "地址",
                "经度",
                "纬度",
                "风险等级",
                "经营范围",
                "数据日期",
                "来源",
            ]
            + [f"attr:{field['key']}" for field in _ATTRIBUTES]
        )
        for number, (longitude, latitude) in enumerate(points):
            name = f"测速商铺{number}" + ("新" if renamed and number % 2 else "")
            writer.writerow(
                [f"BENCH-{number:07d}", "bench-shop", name, "在用", f"测速路{number}号", longitude, latitude, "一般",
                 "日用百货零售;餐饮服务", "2026-11-02", "测速", number % 9, "是" if number % 2 else "否", "2020-05-06"]
            )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(take_over(int(sys.argv[1]))))
