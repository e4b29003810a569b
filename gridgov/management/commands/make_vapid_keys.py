"""Make the key pair that web push needs."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints the setting that web push needs. Made once: with another key every browser has to subscribe again."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        key = base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
        self.stdout.write(f"GRIDGOV_VAPID_PRIVATE_KEY={key}")
