import { useLocation, useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { openDialog, wishToWrite } from "~/frame/ui-state";
import { chooseLocale } from "~/i18n";
import { useInboxPlace } from "~/inbox/place";
import { VIEWS } from "~/inbox/search";
import { useLatest } from "~/lib/hooks";
import { prefs, setPrefs, type ThemeChoice } from "~/lib/prefs";
import { useStore } from "~/lib/store";
import { useCan, useSession, useSignOut } from "~/session/session";
import * as icons from "~/ui/icons";
import { type ActionId, actionFor, isTyping } from "./bindings";
import { type ConversationActions, useConversationActions } from "./conversation-actions";

export type ActionGroup = "conversation" | "go" | "app";

export interface Action {
  id: ActionId;
  group: ActionGroup;
  label: string;
  icon: icons.LucideIcon;
  /** More words under which the command bar finds it. */
  keywords?: string[];
  run: () => void;
}

const show = (name: Parameters<typeof openDialog.set>[0]) => () => openDialog.set(name);

/** What can be done now, in the order of the menus: one list feeds command bar, shortcuts and help. */
export function useActions(): Action[] {
  return [...useConversationList(), ...useGoing(), ...useAppActions()];
}

function useConversationList(): Action[] {
  const { t } = useTranslation();
  const { conversation, togglePanel } = useInboxPlace();
  const actions = useConversationActions();
  const { me } = useSession();
  const can = useCan();
  if (!conversation) return [];
  const list: (Action | false)[] = [
    ...writing(t, can("conversations.reply")),
    ...(can("conversations.control") ? control(t, conversation, actions) : []),
    ...(can("conversations.assign") ? assignment(t, conversation, actions, me.user) : []),
    {
      id: "panel",
      group: "conversation",
      label: t("actions.panel"),
      icon: icons.PanelRight,
      run: togglePanel,
    },
  ];
  return list.filter((action) => action !== false);
}

type T = TFunction;

function writing(t: T, allowed: boolean): Action[] {
  if (!allowed) return [];
  return [
    {
      id: "reply",
      group: "conversation",
      label: t("actions.reply"),
      icon: icons.Reply,
      run: () => wishToWrite("reply"),
    },
    {
      id: "note",
      group: "conversation",
      label: t("actions.note"),
      icon: icons.StickyNote,
      run: () => wishToWrite("note"),
    },
  ];
}

function control(t: T, conversation: Conversation, actions: ConversationActions): (Action | false)[] {
  const { controller, assignee } = conversation;
  const isClosed = conversation.status === "resolved";
  const group = "conversation" as const;
  return [
    // From the bot, or where a person is asked for and nobody has come yet.
    (controller !== "operator" || !assignee) &&
      !isClosed && {
        id: "take-over",
        group,
        label: t(controller === "operator" ? "actions.take" : "actions.takeOver"),
        icon: icons.Hand,
        run: () => void actions.takeOver(conversation),
      },
    controller === "operator" &&
      !isClosed && {
        id: "hand-back",
        group,
        label: t("actions.handBack"),
        icon: icons.Bot,
        run: show("hand-back"),
      },
    !isClosed && {
      id: "resolve",
      group,
      label: t("actions.resolve"),
      icon: icons.CircleCheck,
      keywords: [t("actions.resolveWords")],
      run: () => void actions.resolve(conversation),
    },
    (isClosed || conversation.status === "snoozed") && {
      id: "reopen",
      group,
      label: t("actions.reopen"),
      icon: icons.RotateCcw,
      run: () => void actions.reopen(conversation),
    },
    !isClosed && {
      id: "snooze",
      group,
      label: t("actions.snooze"),
      icon: icons.AlarmClock,
      run: show("snooze"),
    },
  ];
}

function assignment(
  t: T,
  conversation: Conversation,
  actions: ConversationActions,
  user: { id: string; name: string },
): (Action | false)[] {
  const group = "conversation" as const;
  if (conversation.status === "resolved") return [];
  const mine = conversation.assignee?.id === user.id;
  return [
    { id: "assign", group, label: t("actions.assign"), icon: icons.UserPlus, run: show("assign") },
    !mine && {
      id: "assign-me",
      group,
      label: t("actions.assignMe"),
      icon: icons.UserCheck,
      run: () => void actions.assign(conversation, { user_id: user.id }, { user }),
    },
    {
      id: "transfer",
      group,
      label: t("actions.transfer"),
      icon: icons.ArrowRightLeft,
      run: show("transfer"),
    },
  ];
}

const VIEW_ICONS = { mine: icons.User, unassigned: icons.Inbox, bot: icons.Bot, all: icons.Layers } as const;

export function viewIcon(view: keyof typeof VIEW_ICONS): icons.LucideIcon {
  return VIEW_ICONS[view];
}

function useGoing(): Action[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { step } = useInboxPlace();
  const isInbox = !useLocation().pathname.startsWith("/settings");
  const views = VIEWS.map(
    (view): Action => ({
      id: `view-${view}`,
      group: "go",
      label: t("actions.goTo", { place: t(`views.${view}`) }),
      icon: VIEW_ICONS[view],
      run: () => void navigate({ to: "/inbox", search: { view } }),
    }),
  );
  const steps: Action[] = [
    { id: "next", group: "go", label: t("actions.next"), icon: icons.ArrowDown, run: () => step(1) },
    {
      id: "previous",
      group: "go",
      label: t("actions.previous"),
      icon: icons.CornerUpLeft,
      run: () => step(-1),
    },
  ];
  const toSettings: Action = {
    id: "settings",
    group: "go",
    label: t("actions.goTo", { place: t("settings.title") }),
    icon: icons.Settings,
    run: () => void navigate({ to: "/settings" }),
  };
  return [...(isInbox ? steps : []), ...views, toSettings];
}

const NEXT_THEME: Record<ThemeChoice, ThemeChoice> = { system: "dark", dark: "light", light: "system" };

function useAppActions(): Action[] {
  const { t, i18n } = useTranslation();
  const { theme, shortcuts } = useStore(prefs);
  const signOut = useSignOut();
  const other = i18n.language === "ru" ? "en" : "ru";
  const next = NEXT_THEME[theme];
  const group = "app" as const;
  return [
    { id: "command", group, label: t("actions.command"), icon: icons.Command, run: show("command") },
    { id: "help", group, label: t("actions.help"), icon: icons.Keyboard, run: show("help") },
    {
      id: "theme",
      group,
      label: t("actions.theme", { theme: t(`theme.${next}`) }),
      icon: next === "dark" ? icons.Moon : next === "light" ? icons.Sun : icons.Monitor,
      run: () => setPrefs({ theme: next }),
    },
    {
      id: "language",
      group,
      // In the language it leads to: for whoever cannot read the present one.
      label: other === "ru" ? "Переключить на русский" : "Switch to English",
      icon: icons.Languages,
      run: () => chooseLocale(other),
    },
    {
      id: "shortcuts",
      group,
      label: t(shortcuts ? "actions.shortcutsOff" : "actions.shortcutsOn"),
      icon: icons.Keyboard,
      run: () => setPrefs({ shortcuts: !shortcuts }),
    },
    { id: "sign-out", group, label: t("actions.signOut"), icon: icons.LogOut, run: () => void signOut() },
  ];
}

/** Listens to the keyboard for the whole console. */
export function useShortcuts(actions: Action[]): void {
  const latest = useLatest(actions);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return;
      const single = prefs.get().shortcuts && !isTyping(event.target) && openDialog.get() === null;
      const id = actionFor(event, single);
      const action = id && latest.current.find((one) => one.id === id);
      if (!action) return;
      event.preventDefault();
      if (id === "command" && openDialog.get() === "command") openDialog.set(null);
      else action.run();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [latest]);
}
