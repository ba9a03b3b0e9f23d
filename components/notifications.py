"""Where alerts go, and who gets Google's own notices about expiry and renewal."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child

# Google sends submission, expiry and renewal notices of orders to this category (Use page, 2026-09-30).
_CATEGORY = "PRODUCT_UPDATES"


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """E-mail addresses for alerts and for Essential Contacts of a project."""

    project_id: str
    emails: Sequence[str]
    contacts: Sequence[str]
    provider: pulumi.ProviderResource


class Notifications(pulumi.ComponentResource):
    """Notification channels and Essential Contacts of one project."""

    def __init__(
        self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("vertex-throughput:components:Notifications", name, {}, opts)
        channels = [
            gcp.monitoring.NotificationChannel(
                f"{args.project_id}-{email}",
                project=args.project_id,
                type="email",
                display_name=email,
                labels={"email_address": email},
                opts=child(self, args.provider),
            )
            for email in sorted(set(args.emails))
        ]
        for email in sorted(set(args.contacts)):
            gcp.essentialcontacts.Contact(
                f"{args.project_id}-{email}",
                parent=f"projects/{args.project_id}",
                email=email,
                language_tag="en",
                notification_category_subscriptions=[_CATEGORY],
                opts=child(self, args.provider),
            )
        self.channel_names = [channel.name for channel in channels]
        self.register_outputs({"channels": self.channel_names})
