"""Text fields of answers that hold no tenant's own words, and why; every other one must carry a canary."""

from __future__ import annotations

from collections.abc import Mapping

WITHOUT: Mapping[str, frozenset[str]] = {
    "a place in a list, which is probed as a cursor": frozenset(
        {
            "AdminMembers.next_cursor",
            "AdminTenants.next_cursor",
            "AuditPage.next_cursor",
            "BundlePage.next_cursor",
            "ConversationPage.next_cursor",
            "CustomerPage.next_cursor",
            "DeliveryPage.cursor",
            "DepartmentPage.next_cursor",
            "ErasurePage.next_cursor",
            "EventPage.cursor",
            "HoldPage.next_cursor",
            "InvitationPage.next_cursor",
            "Keys.next_cursor",
            "Members.next_cursor",
            "NotePage.next_cursor",
            "Referrals.next_cursor",
            "RunPage.next_cursor",
            "SkillPage.next_cursor",
            "VersionPage.next_cursor",
        }
    ),
    "a word of the product, out of a list that it does not say": frozenset(
        {
            "Acknowledged.codes",
            "AuditActor.kind",
            "AuditLine.action",
            "AuditLine.outcome",
            "AuditTarget.kind",
            "AuthOut.kind",
            "BundleOut.failure",
            "Change.kind",
            "ChannelRef.type",
            "Customer.locale",
            "CustomerLine.channels",
            "CustomerLine.locale",
            "DeliveryOut.event",
            "DeliveryOut.status",
            "Event.type",
            "EventOut.source",
            "FileOut.type",
            "Finding.code",
            "Finding.field",
            "Finding.severity",
            "IdentityOut.channel_type",
            "InBoth.en",
            "InBoth.ru",
            "Key.scopes",
            "Me.permissions",
            "Me.platform_role",
            "Me.role",
            "Me.scope",
            "LossOut.code",
            "LossOut.severity",
            "Message.status",
            "MovingNode.reason",
            "MovingNode.way",
            "Attachment.mime",
            "NodeCatalogue.$defs",
            "NodeCatalogue.inputs",
            "NodeCatalogue.nodes",
            "NodeCatalogue.standings",
            "NodeCatalogue.triggers",
            "OperationParameterOut.in",
            "OperationParameterOut.source",
            "OperationParameterOut.type",
            "OverCapacity.channel",
            "OwnTenant.role",
            "PassageOut.locale",
            "PermissionGroup.key",
            "PermissionOut.group",
            "RunLine.mode",
            "RunLine.status",
            "TagOut.color",
            "TemplateOut.description",
            "TemplateOut.document",
            "TemplateOut.id",
            "TemplateOut.name",
            "TemplateOut.tests",
            "UserOut.locale",
            "WebhookOut.events",
            "WidgetConfig.locale",
            "WidgetConfig.locales",
            "Job.failure",
            "Job.kind",
            "Job.status",
            "Point.code",
            "Point.message",
        }
    ),
    "hours and zones, which many tenants share": frozenset(
        {
            "CalendarOut.hours",
            "CalendarOut.timezone",
            "Department.hours",
            "Department.timezone",
            "HolidayOut.hours",
            "Hours.next_open",
        }
    ),
    "an id or a moment, or none": frozenset(
        {
            "Conversation.snoozed_until",
            "InvitationOut.invited_by",
            "Conversation.waiting_since",
            "Message.reply_to",
            "Scenario.archived_at",
            "ScenarioLine.archived_at",
            "Session.conversation_id",
            "Job.finished_at",
        }
    ),
    "all tests come from one address, with one browser": frozenset(
        {"AuditLine.address", "SessionOut.address", "SessionOut.device"}
    ),
    "four letters of a secret, or a digest": frozenset(
        {
            "IdentityKeyOut.hint",
            "Key.hint",
            "Published.ir_hash",
            "Receipt.digest",
            "TraceTurn.ir_hash",
            "Version.ir_hash",
            "VersionLine.ir_hash",
        }
    ),
    "made for the one who asks, and kept nowhere to be read": frozenset(
        {
            "Confirmed.recovery_codes",
            "Enrolment.otpauth_url",
            "Enrolment.qr_svg",
            "Enrolment.secret",
            "RecoveryCodes.recovery_codes",
            "SecondFactorToken.token",
            "Ticket.ticket",
        }
    ),
    "what the request itself has said": frozenset(
        {
            "Joined.email",
            "Joined.slug",
            "Joined.workspace",
            "Refusal.code",
            "Refusal.field",
            "Refusal.reason",
            "RefusedCell.code",
            "RefusedCell.field",
            "RefusedCell.message",
            "ScenarioDiff.after",
            "ScenarioDiff.before",
            "Sent.email",
            "Verified.email",
        }
    ),
    "of the platform's own people, above the tenants: tests/path/test_platform.py": frozenset(
        {
            "AdminMember.email",
            "AdminMember.name",
            "AdminMember.role",
            "AdminTenant.name",
            "AdminTenant.slug",
            "Impersonator.name",
            "Referral.name",
        }
    ),
    "of an invitation that was planted without a host": frozenset({"OfferOut.invited_by"}),
}
EXEMPT = frozenset().union(*WITHOUT.values())
