"""Answers without an account: their keys have no owner, and are unique all the same."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def swap(columns):
    """Another rule of uniqueness: its index is built while people work, and put in the place of the one before."""
    return [
        "DROP INDEX CONCURRENTLY IF EXISTS idempotency_key_next",
        f"CREATE UNIQUE INDEX CONCURRENTLY idempotency_key_next ON gridgov_idempotencykey {columns}",
        "ALTER TABLE gridgov_idempotencykey DROP CONSTRAINT idempotency_key_once, "
        "ADD CONSTRAINT idempotency_key_once UNIQUE USING INDEX idempotency_key_next",
    ]


class Migration(migrations.Migration):
    # The table holds an answer for each request of two months.
    atomic = False

    dependencies = [
        ('gridgov', '0004_redacted_photos'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='idempotencykey',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.RunSQL(
            swap("(owner_id, key) NULLS NOT DISTINCT"),
            swap("(owner_id, key)"),
            state_operations=[
                migrations.RemoveConstraint(
                    model_name='idempotencykey',
                    name='idempotency_key_once',
                ),
                migrations.AddConstraint(
                    model_name='idempotencykey',
                    constraint=models.UniqueConstraint(fields=('owner', 'key'), name='idempotency_key_once', nulls_distinct=False),
                ),
            ],
        ),
    ]
