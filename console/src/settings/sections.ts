import {
  BookOpen,
  Building2,
  CalendarClock,
  Clock,
  EyeOff,
  GraduationCap,
  ListFilter,
  Lock,
  type LucideIcon,
  MessageSquare,
  MessagesSquare,
  Plug,
  ScrollText,
  ShieldCheck,
  Split,
  Tag,
  Users,
  Webhook,
} from "~/ui/icons";

type SectionKey =
  | "members"
  | "departments"
  | "skills"
  | "availability"
  | "roles"
  | "tags"
  | "attributes"
  | "calendars"
  | "channels"
  | "connections"
  | "webhooks"
  | "widget"
  | "fallback"
  | "articles"
  | "security"
  | "privacy"
  | "audit";

export interface Section {
  key: SectionKey;
  to: `/settings/${Exclude<SectionKey, "widget">}` | "/settings/channels/widget";
  icon: LucideIcon;
  /** What one needs to see it at all; changing asks for more. */
  permission: string;
}

export interface SectionGroup {
  key: "team" | "channels" | "workspace" | "integrations" | "security";
  sections: readonly Section[];
}

/** The settings in the order of the navigation. A new page is one line here and one route in router.tsx. */
export const GROUPS: readonly SectionGroup[] = [
  {
    key: "workspace",
    sections: [
      { key: "tags", to: "/settings/tags", icon: Tag, permission: "settings.read" },
      { key: "attributes", to: "/settings/attributes", icon: ListFilter, permission: "settings.read" },
      { key: "calendars", to: "/settings/calendars", icon: CalendarClock, permission: "settings.read" },
    ],
  },
  {
    key: "channels",
    sections: [
      { key: "channels", to: "/settings/channels", icon: MessagesSquare, permission: "settings.read" },
      {
        key: "widget",
        to: "/settings/channels/widget",
        icon: MessageSquare,
        permission: "connections.manage",
      },
      { key: "articles", to: "/settings/articles", icon: BookOpen, permission: "knowledge.read" },
      { key: "fallback", to: "/settings/fallback", icon: Split, permission: "settings.read" },
    ],
  },
  {
    key: "team",
    sections: [
      { key: "members", to: "/settings/members", icon: Users, permission: "team.read" },
      { key: "departments", to: "/settings/departments", icon: Building2, permission: "team.read" },
      { key: "skills", to: "/settings/skills", icon: GraduationCap, permission: "team.read" },
      { key: "availability", to: "/settings/availability", icon: Clock, permission: "team.read" },
      { key: "roles", to: "/settings/roles", icon: ShieldCheck, permission: "team.read" },
    ],
  },
  {
    key: "integrations",
    sections: [
      { key: "connections", to: "/settings/connections", icon: Plug, permission: "settings.read" },
      { key: "webhooks", to: "/settings/webhooks", icon: Webhook, permission: "webhooks.manage" },
    ],
  },
  {
    key: "security",
    sections: [
      { key: "security", to: "/settings/security", icon: Lock, permission: "security.manage" },
      { key: "privacy", to: "/settings/privacy", icon: EyeOff, permission: "privacy.manage" },
      { key: "audit", to: "/settings/audit", icon: ScrollText, permission: "audit.read" },
    ],
  },
];

/** The section that an address belongs to: of those above it, the nearest. */
export function sectionAt(path: string): SectionKey | undefined {
  const all = GROUPS.flatMap((group) => group.sections);
  const above = all.filter(({ to }) => path === to || path.startsWith(`${to}/`));
  return above.sort((one, other) => other.to.length - one.to.length)[0]?.key;
}

/** What somebody with these permissions sees; a group without a page is not there. */
export function visibleGroups(can: (permission: string) => boolean): SectionGroup[] {
  return GROUPS.map((group) => ({
    ...group,
    sections: group.sections.filter((section) => can(section.permission)),
  })).filter((group) => group.sections.length > 0);
}
