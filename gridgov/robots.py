"""Group robots of WeCom, DingTalk and Feishu: each one's form of message, signature and answer.

By the vendors' pages: developer.work.weixin.qq.com/document/path/91770,
open.dingtalk.com/document/robots/custom-robot-access, open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from gridgov.models import Channel
from gridgov.webhooks import JSON, TooFast, WebhookRefused, as_json, post, require_taken

# Bytes of UTF-8 that a text may have. WeCom cuts what is longer, the others refuse it.
MOST = {Channel.WECOM: 2048, Channel.DINGTALK: 16_000, Channel.FEISHU: 16_000}
# How each says "too fast", and how long it then takes nothing: WeCom and DingTalk 20 messages a minute, Feishu 100.
TOO_FAST = {
    Channel.WECOM: ({45009}, timedelta(minutes=1)),
    Channel.DINGTALK: ({130101, 410100, 90030}, timedelta(minutes=10)),
    Channel.FEISHU: ({11232, 9499, 99991400}, timedelta(minutes=1)),
}


def post_to_robot(channel: str, url: str, *, text: str, link: str, secret: str = "") -> None:
    """Let a group's robot say a text with a link.

    Raises `WebhookRefused` where the robot refuses, though it may do so with HTTP 200; `TooFast` where it asks to wait.
    """
    robot = Channel(channel)
    content = f"{_cut(text, MOST[robot] - len(link.encode()) - 1)}\n{link}"
    address, message = _FORMS[robot](url, content, secret)
    answer = post(address, as_json(message), JSON)
    code, reason = _verdict(answer.body)
    codes, pause = TOO_FAST[robot]
    if code in codes:
        raise TooFast(f"{code}: {reason}", pause)
    require_taken(answer)
    if code != 0:
        raise WebhookRefused(f"{code}: {reason}")


def _wecom(url: str, content: str, secret: str) -> tuple[str, Mapping[str, Any]]:
    # Its only secret is the key in its address.
    return url, {"msgtype": "text", "text": {"content": content}}


def _dingtalk(url: str, content: str, secret: str) -> tuple[str, Mapping[str, Any]]:
    message = {"msgtype": "text", "text": {"content": content}}
    if not secret:
        return url, message
    moment = str(round(time.time() * 1000))
    signed = urlencode({"timestamp": moment, "sign": _digest(secret, f"{moment}\n{secret}")})
    return f"{url}{'&' if '?' in url else '?'}{signed}", message


def _feishu(url: str, content: str, secret: str) -> tuple[str, Mapping[str, Any]]:
    message: dict[str, Any] = {"msg_type": "text", "content": {"text": content}}
    if secret:
        moment = str(round(time.time()))
        # Moment and secret are the key here, and nothing is signed.
        message |= {"timestamp": moment, "sign": _digest(f"{moment}\n{secret}", "")}
    return url, message


_FORMS: Mapping[Channel, Callable[[str, str, str], tuple[str, Mapping[str, Any]]]] = {
    Channel.WECOM: _wecom,
    Channel.DINGTALK: _dingtalk,
    Channel.FEISHU: _feishu,
}


def _digest(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _verdict(body: bytes) -> tuple[int | None, str]:
    """The robot's own code and reason; no code where it did not answer as robots do."""
    try:
        said = json.loads(body)
    except ValueError:
        return None, "not a robot's answer"
    if not isinstance(said, dict):
        return None, "not a robot's answer"
    code = said.get("errcode", said.get("code", said.get("StatusCode")))
    reason = str(said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or "")[:200]
    return (code if isinstance(code, int) else None), reason


def _cut(text: str, most: int) -> str:
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore") + "…"
