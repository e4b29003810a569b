"""Tables in files, CSV or Excel: read row by row, and written so that no spreadsheet takes text for a formula."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from grids.area_files import UnreadableFile

MOST_BYTES = 60 * 1024**2
# What an Excel file may grow to when it is unpacked: a real one of 500,000 rows stays below.
MOST_UNPACKED = 600 * 1024**2
MOST_SHARED_WORDS = 120 * 1024**2
MOST_ROWS = 500_000
MOST_COLUMNS = 200
# Text that a spreadsheet would run; a Chinese one takes the wide signs for the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Excel keeps 15 digits of a number.
_DIGITS_KEPT = 10**15


@dataclass
class Table:
    """A table that is being read: its header, and its rows with their numbers (the header is row 1).

    `total` is how many rows there are about; 0 where the file does not say.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    total: int = 0


@contextmanager
def open_table(file: IO[bytes], name: str) -> Iterator[Table]:
    """The table in a file (CSV in UTF-8 or GB18030, or the first sheet of an .xlsx); raises `UnreadableFile`."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(most)d MB; split it.") % {"most": MOST_BYTES // 1024**2}
        )
    is_excel = file.read(4) == b"PK\x03\x04"
    file.seek(0)
    if not is_excel and name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise UnreadableFile(_("This is no Excel file of today's kind (.xlsx); save it as such, or as CSV."))
    with _excel(file) if is_excel else _csv(file) as table:
        if len(table.header) > MOST_COLUMNS:
            raise UnreadableFile(_("More than %(most)d columns.") % {"most": MOST_COLUMNS})
        yield Table(table.header, _filled(table.rows), table.total)


def _filled(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything; raises `UnreadableFile` where there are too many, or one can't be read."""
    found = 0
    try:
        for number, cells in rows:
            if any(cells):
                found += 1
                if found > MOST_ROWS:
                    raise UnreadableFile(_("More than %(most)d rows; split the file.") % {"most": MOST_ROWS})
                yield number, cells
    except UnreadableFile:
        raise
    except Exception as error:  # whatever a broken or hostile file makes its reader raise
        raise _unreadable(error) from error


# CSV


@contextmanager
def _csv(file: IO[bytes]) -> Iterator[Table]:
    encoding, lines = _encoding_of(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        rows = csv.reader(text)
        header = [_without_marks(cell) for cell in next(rows, [])]
        yield Table(
            header,
            ((rows.line_num, [_without_marks(cell) for cell in row]) for row in rows),
            max(lines - 1, 0),
        )
    except (csv.Error, UnicodeError) as error:
        raise _unreadable(error) from error
    finally:
        text.detach()


def _encoding_of(file: IO[bytes]) -> tuple[str, int]:
    """UTF-8, with or without its mark, or else GB18030 as Chinese Excel writes it; and the number of lines."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        lines, chunk = 0, b""
        file.seek(0)
        try:
            while chunk := file.read(1024**2):
                lines += chunk.count(b"\n")
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            file.seek(0)
        return encoding, lines
    raise UnreadableFile(_("The text is neither UTF-8 nor GB18030; save the file anew as “CSV UTF-8”."))


# Excel


@contextmanager
def _excel(file: IO[bytes]) -> Iterator[Table]:
    try:
        _refuse_bombs(file)
        # Formulas are read as the text they are: nothing is computed from a file.
        book = load_workbook(file, read_only=True, keep_links=False)
    except UnreadableFile:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise _unreadable(error) from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise UnreadableFile(_("The file has no sheet."))
        total = sheet.max_row or 0
        # What a file says of its own size is not to be relied on.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        header = [_text(cell) for cell in next(rows, ())]
        while header and not header[-1]:
            header.pop()
        width = len(header)
        numbered = ((number, [_text(cell) for cell in row[:width]]) for number, row in enumerate(rows, 2))
        yield Table(header, numbered, min(max(total - 1, 0), MOST_ROWS))
    finally:
        book.close()


def _refuse_bombs(file: IO[bytes]) -> None:
    """Judge by the archive's own list, which unpacking keeps to."""
    with zipfile.ZipFile(file) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    words = sum(size for name, size in sizes.items() if name.lower().endswith("sharedstrings.xml"))
    if sum(sizes.values()) > MOST_UNPACKED or words > MOST_SHARED_WORDS:
        raise UnreadableFile(_("The file unpacks to more than can be read; save it as CSV, or split it."))
    file.seek(0)


def _text(cell: Any) -> str:
    """A cell as people see it in the spreadsheet."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int() | float():
            if abs(cell) >= _DIGITS_KEPT:
                return LOST_DIGITS
            return str(int(cell)) if cell == int(cell) else repr(cell)
        case date():  # a datetime is one, too
            return cell.isoformat(" ").removesuffix(" 00:00:00") if isinstance(cell, datetime) else str(cell)
        case _:
            return _without_marks(str(cell))


# Stands for a number that Excel has rounded: whoever judges the row refuses it.
LOST_DIGITS = "#LOST#"


def _without_marks(text: str) -> str:
    """Without blanks around, characters that no database keeps, and the mark that `harmless` sets."""
    text = text.replace("\x00", "").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _unreadable(error: Exception) -> UnreadableFile:
    return UnreadableFile(
        _("The file can't be read: %(error)s") % {"error": str(error) or type(error).__name__}
    )


# Writing


class Formula(str):
    """A formula of ours: Excel runs it; never made of what people typed."""

    __slots__ = ()


def harmless(value: Any) -> Any:
    """A value that no spreadsheet runs as a formula; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of a CSV file as UTF-8 with its mark, by which Excel knows it."""
    buffer = io.StringIO("\ufeff")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        if buffer.tell() > 64 * 1024:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def excel_chunks(rows: Iterable[Sequence[Any]], title: str) -> Iterator[bytes]:
    """The bytes of an Excel file with one sheet; rows go to a temporary file, never all into memory."""
    return excel_sheets([(title, rows)])


def excel_sheets(sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> Iterator[bytes]:
    """The same with several sheets, each with its title."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(
                [value if isinstance(value, Formula) else harmless(_printable(value)) for value in row]
            )
    with NamedTemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(256 * 1024):
            yield chunk


def _printable(value: Any) -> Any:
    """Without characters that XML can't hold."""
    if not isinstance(value, str):
        return value
    return "".join(letter for letter in value if letter >= " " or letter in "\t\n")
