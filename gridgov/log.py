"""What never goes into a log."""

import logging
import re

_CODE = re.compile(r"(/(?:track|report/done|board/mine)/)[^/\s?\"']+")


class WithoutCodes(logging.Filter):
    """Takes codes out of addresses: who reads one may answer in a citizen's place, or find what they wrote."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        if _CODE.search(words):
            record.msg, record.args = _CODE.sub(r"\1…", words), ()
        return True
