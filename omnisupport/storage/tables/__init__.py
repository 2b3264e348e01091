"""Every table, so that one import fills the metadata that migrations are checked against."""

from __future__ import annotations

from omnisupport.storage.tables.accounts import AccountToken, ApiKey
from omnisupport.storage.tables.attributes import Attribute
from omnisupport.storage.tables.audit import Audit, Idempotency
from omnisupport.storage.tables.bundles import Bundle
from omnisupport.storage.tables.callbacks import ScenarioCallback, ScenarioCode
from omnisupport.storage.tables.channels import Channel, Connection, MessageTemplate
from omnisupport.storage.tables.conversation_fields import ConversationFields
from omnisupport.storage.tables.conversations import Change, Conversation, Message, MessagePart, Turn
from omnisupport.storage.tables.customers import (
    Customer,
    CustomerMerge,
    CustomerNote,
    CustomerTerm,
    Identity,
    IdentityAlias,
)
from omnisupport.storage.tables.effects import Effect, Rating
from omnisupport.storage.tables.files import File, InboundFile
from omnisupport.storage.tables.knowledge import ArticleFeedback, KnowledgeDocument
from omnisupport.storage.tables.people import Session, User, UserTenant
from omnisupport.storage.tables.privacy import AuditDetail, Erasure, ErasureSubject, LegalHold, Retention
from omnisupport.storage.tables.scenario_runs import ScenarioJob, ScenarioRun, ScenarioRunTurn
from omnisupport.storage.tables.scenarios import Scenario, ScenarioDraft, ScenarioTest, ScenarioVersion
from omnisupport.storage.tables.security import IdentityKey
from omnisupport.storage.tables.settings import BusinessCalendar, EventRow, TagRow
from omnisupport.storage.tables.team import (
    Availability,
    CustomRole,
    Invitation,
    Member,
    MemberDepartment,
    MemberSkill,
    Skill,
)
from omnisupport.storage.tables.tenants import ChannelRoute, Department, Tenant, TenantKey, TenantSlug
from omnisupport.storage.tables.triggers import TriggerCursor, TriggerDue, TriggerSeen
from omnisupport.storage.tables.webhooks import Webhook, WebhookDelivery, WebhookProgress

__all__ = [
    "AccountToken",
    "ApiKey",
    "ArticleFeedback",
    "Attribute",
    "Audit",
    "AuditDetail",
    "Availability",
    "Bundle",
    "BusinessCalendar",
    "Change",
    "Channel",
    "ChannelRoute",
    "Connection",
    "Conversation",
    "ConversationFields",
    "CustomRole",
    "Customer",
    "CustomerMerge",
    "CustomerNote",
    "CustomerTerm",
    "Department",
    "Effect",
    "Erasure",
    "ErasureSubject",
    "EventRow",
    "File",
    "Idempotency",
    "Identity",
    "IdentityAlias",
    "IdentityKey",
    "InboundFile",
    "Invitation",
    "KnowledgeDocument",
    "LegalHold",
    "Member",
    "MemberDepartment",
    "MemberSkill",
    "Message",
    "MessagePart",
    "MessageTemplate",
    "Rating",
    "Retention",
    "Scenario",
    "ScenarioCallback",
    "ScenarioCode",
    "ScenarioDraft",
    "ScenarioJob",
    "ScenarioRun",
    "ScenarioRunTurn",
    "ScenarioTest",
    "ScenarioVersion",
    "Session",
    "Skill",
    "TagRow",
    "Tenant",
    "TenantKey",
    "TenantSlug",
    "TriggerCursor",
    "TriggerDue",
    "TriggerSeen",
    "Turn",
    "User",
    "UserTenant",
    "Webhook",
    "WebhookDelivery",
    "WebhookProgress",
]
