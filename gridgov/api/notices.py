"""A person's notices over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.inbox import mark_all_notices_read, mark_notice_read
from gridgov.models import Notice
from gridgov.outbox import own_texts, text_of


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    text = serializers.SerializerMethodField(help_text="In the language of the request.")

    class Meta:
        model = Notice
        fields = ("id", "event", "text", "url", "subject", "urgent", "created_at", "read_at")

    def get_text(self, notice: Notice) -> str:
        return text_of(notice, own=self._own_texts)

    @cached_property
    def _own_texts(self) -> Mapping[str, str]:
        return own_texts()


class NoticeList(ListAPIView[Notice]):
    """The caller's own notices, newest first."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    pagination_class = KeysetPagination
    filterset_fields: ClassVar = {"read_at": ["isnull"], "subject": ["exact"], "urgent": ["exact"]}

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(cast(AbstractBaseUser, self.request.user))


class ReadNotice(APIView):
    """Mark one notice as read; a second time changes nothing."""

    @extend_schema(operation_id="read_notice", request=None, responses=NoticeSerializer)
    @idempotent
    def post(self, request: Request, notice_id: int) -> Response:
        notice = mark_notice_read(notice_id, actor=cast(AbstractBaseUser, request.user))
        return Response(NoticeSerializer(notice).data)


class ReadCount(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were unread.")


class ReadAllNotices(APIView):
    """Mark all notices as read."""

    @extend_schema(operation_id="read_all_notices", request=None, responses=ReadCount)
    @idempotent
    def post(self, request: Request) -> Response:
        return Response({"read": mark_all_notices_read(actor=cast(AbstractBaseUser, request.user))})
