import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { parseCustomerSearch } from "./customers/search";
import { Frame } from "./frame/frame";
import { NotFound, PageFailed } from "./frame/not-found";
import { withTexts } from "./i18n";
import { InboxPage } from "./inbox/inbox-page";
import { parseSearch } from "./inbox/search";
import { SessionGate } from "./session/session";
import { parseAuditSearch } from "./settings/audit-search";
import { ConversationPage } from "./thread/conversation-page";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageFailed });

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: () => (
    <SessionGate>
      <Frame />
    </SessionGate>
  ),
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", search: { view: "mine" }, replace: true });
  },
});

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: "inbox",
  validateSearch: parseSearch,
  component: InboxPage,
});

const nothingOpen = createRoute({ getParentRoute: () => inbox, path: "/", component: ConversationPage });
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: "$conversationId",
  component: ConversationPage,
});

/** The settings come when they are first opened. */
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "settings",
  component: lazyRouteComponent(() => import("./settings/settings-layout"), "SettingsLayout"),
});
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("./settings/settings-layout"), "SettingsIndex"),
});
const tags = createRoute({
  getParentRoute: () => settings,
  path: "tags",
  component: lazyRouteComponent(() => import("./settings/tags-page"), "TagsPage"),
});

const attributes = createRoute({
  getParentRoute: () => settings,
  path: "attributes",
  component: lazyRouteComponent(() => import("./settings/attributes-page"), "AttributesPage"),
});

const calendars = createRoute({
  getParentRoute: () => settings,
  path: "calendars",
  component: lazyRouteComponent(() => import("./settings/calendars-page"), "CalendarsPage"),
});
const calendar = createRoute({
  getParentRoute: () => settings,
  path: "calendars/$calendarId",
  component: lazyRouteComponent(() => import("./settings/calendar-page"), "CalendarPage"),
});

const channels = createRoute({
  getParentRoute: () => settings,
  path: "channels",
  component: lazyRouteComponent(
    () => withTexts("connecting", import("./channels/channels-page")),
    "ChannelsPage",
  ),
});
const newChannel = createRoute({
  getParentRoute: () => settings,
  path: "channels/new",
  component: lazyRouteComponent(
    () => withTexts("connecting", import("./channels/new-channel-page")),
    "NewChannelPage",
  ),
});
const connectChannel = createRoute({
  getParentRoute: () => settings,
  path: "channels/new/$kind",
  component: lazyRouteComponent(
    () => withTexts("connecting", import("./channels/connect-page")),
    "ConnectPage",
  ),
});
const channel = createRoute({
  getParentRoute: () => settings,
  path: "channels/$channelId",
  component: lazyRouteComponent(
    () => withTexts("connecting", import("./channels/channel-page")),
    "ChannelPage",
  ),
});
const connections = createRoute({
  getParentRoute: () => settings,
  path: "connections",
  component: lazyRouteComponent(() => import("./settings/connections-page"), "ConnectionsPage"),
});
const webhooks = createRoute({
  getParentRoute: () => settings,
  path: "webhooks",
  component: lazyRouteComponent(() => import("./settings/webhooks-page"), "WebhooksPage"),
});
const webhook = createRoute({
  getParentRoute: () => settings,
  path: "webhooks/$webhookId",
  component: lazyRouteComponent(() => import("./settings/webhook-page"), "WebhookPage"),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: "members",
  component: lazyRouteComponent(() => import("./settings/members-page"), "MembersPage"),
});
const departments = createRoute({
  getParentRoute: () => settings,
  path: "departments",
  component: lazyRouteComponent(() => import("./settings/departments-page"), "DepartmentsPage"),
});
const skills = createRoute({
  getParentRoute: () => settings,
  path: "skills",
  component: lazyRouteComponent(() => import("./settings/skills-page"), "SkillsPage"),
});
const availability = createRoute({
  getParentRoute: () => settings,
  path: "availability",
  component: lazyRouteComponent(() => import("./settings/availability-page"), "AvailabilityPage"),
});
const roles = createRoute({
  getParentRoute: () => settings,
  path: "roles",
  component: lazyRouteComponent(() => import("./settings/roles-page"), "RolesPage"),
});
const role = createRoute({
  getParentRoute: () => settings,
  path: "roles/$roleKey",
  component: lazyRouteComponent(() => import("./settings/role-page"), "RolePage"),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import("./settings/audit-page"), "AuditPage"),
});

const security = createRoute({
  getParentRoute: () => settings,
  path: "security",
  component: lazyRouteComponent(() => import("./settings/security-page"), "SecurityPage"),
});
const widgetDesigner = createRoute({
  getParentRoute: () => settings,
  path: "channels/widget",
  component: lazyRouteComponent(() => import("./widget/designer-page"), "WidgetPage"),
});
const articles = createRoute({
  getParentRoute: () => settings,
  path: "articles",
  component: lazyRouteComponent(() => import("./articles/articles-page"), "ArticlesPage"),
});
const newArticle = createRoute({
  getParentRoute: () => settings,
  path: "articles/new",
  component: lazyRouteComponent(() => import("./articles/article-page"), "NewArticlePage"),
});
const article = createRoute({
  getParentRoute: () => settings,
  path: "articles/$articleId",
  component: lazyRouteComponent(() => import("./articles/article-page"), "ArticlePage"),
});

const fallback = createRoute({
  getParentRoute: () => settings,
  path: "fallback",
  component: lazyRouteComponent(() => import("./channels/fallback-page"), "FallbackPage"),
});

const privacy = createRoute({
  getParentRoute: () => settings,
  path: "privacy",
  component: lazyRouteComponent(() => import("./privacy/privacy-page"), "PrivacyPage"),
});

/** Above the tenants, for who runs the platform. */
const tenants = createRoute({
  getParentRoute: () => signedIn,
  path: "platform",
  component: lazyRouteComponent(() => import("./platform/tenants-page"), "TenantsPage"),
});
const tenant = createRoute({
  getParentRoute: () => signedIn,
  path: "platform/$tenantId",
  component: lazyRouteComponent(() => import("./platform/tenant-page"), "TenantPage"),
});

/** Pages of one's own account come when they are first opened. */
const profile = createRoute({
  getParentRoute: () => signedIn,
  path: "profile",
  component: lazyRouteComponent(() => import("./account/profile-page"), "ProfilePage"),
});
const apiKeys = createRoute({
  getParentRoute: () => signedIn,
  path: "api-keys",
  component: lazyRouteComponent(() => import("./account/api-keys-page"), "ApiKeysPage"),
});
const frameless = createRoute({
  getParentRoute: () => root,
  id: "frameless",
  component: () => (
    <SessionGate>
      <Outlet />
    </SessionGate>
  ),
});
const workspaces = createRoute({
  getParentRoute: () => frameless,
  path: "workspaces",
  component: lazyRouteComponent(() => import("./account/workspaces-page"), "WorkspacesPage"),
});

const deliveries = createRoute({
  getParentRoute: () => signedIn,
  path: "deliveries",
  component: lazyRouteComponent(() => import("./deliveries/deliveries-page"), "DeliveriesPage"),
});
const customers = createRoute({
  getParentRoute: () => signedIn,
  path: "customers",
  validateSearch: parseCustomerSearch,
  component: lazyRouteComponent(() => import("./customers/customers-page"), "CustomersPage"),
});
const customer = createRoute({
  getParentRoute: () => signedIn,
  path: "customers/$customerId",
  component: lazyRouteComponent(() => import("./customers/customer-page"), "CustomerPage"),
});

/** What one can do without being signed in, by the links of mails for the most part. */
const signUp = createRoute({
  getParentRoute: () => root,
  path: "sign-up",
  component: lazyRouteComponent(() => import("./entry/sign-up-page"), "SignUpPage"),
});
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "forgot-password",
  component: lazyRouteComponent(() => import("./entry/forgot-page"), "ForgotPage"),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "reset-password",
  component: lazyRouteComponent(() => import("./entry/reset-page"), "ResetPage"),
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: "verify-email",
  component: lazyRouteComponent(() => import("./entry/verify-page"), "VerifyPage"),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: "invite",
  component: lazyRouteComponent(() => import("./entry/invite-page"), "InvitePage"),
});

/** Every component in every state, for people and for screenshots; needs no session. */
const kit = createRoute({
  getParentRoute: () => root,
  path: "console/_kit",
  component: lazyRouteComponent(() => import("./kit/kit-page"), "KitPage"),
});

export const routeTree = root.addChildren([
  home,
  kit,
  signUp,
  forgotPassword,
  resetPassword,
  verifyEmail,
  invite,
  frameless.addChildren([workspaces]),
  signedIn.addChildren([
    inbox.addChildren([nothingOpen, conversation]),
    profile,
    apiKeys,
    deliveries,
    customers,
    customer,
    tenants,
    tenant,
    settings.addChildren([
      settingsIndex,
      tags,
      attributes,
      calendars,
      calendar,
      channels,
      newChannel,
      connectChannel,
      channel,
      connections,
      members,
      departments,
      skills,
      availability,
      webhooks,
      webhook,
      roles,
      role,
      audit,
      security,
      widgetDesigner,
      articles,
      newArticle,
      article,
      fallback,
      privacy,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
