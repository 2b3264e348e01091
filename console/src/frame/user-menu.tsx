import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { hintFor } from "~/actions/bindings";
import { useErrorText } from "~/api/error-text";
import { chooseLocale } from "~/i18n";
import { type Locale, prefs, setPrefs, type ThemeChoice } from "~/lib/prefs";
import { useStore } from "~/lib/store";
import { usePlatformRole } from "~/platform/role";
import { useCan, useSession, useSignOut } from "~/session/session";
import { useStateName } from "~/settings/availability-badge";
import { Avatar } from "~/ui/avatar";
import {
  Building2,
  ChevronDown,
  CircleHelp,
  KeyRound,
  Layers,
  LogOut,
  Monitor,
  Moon,
  Sun,
  User,
} from "~/ui/icons";
import { Menu, MenuCheck, MenuItem, MenuRadio, MenuSeparator } from "~/ui/menu";
import { showToast } from "~/ui/toast";
import { LANGUAGES } from "./language-choice";
import { AvailabilityMenu, useOwnAvailability } from "./own-availability";
import { openDialog } from "./ui-state";

export function UserMenu() {
  const { t, i18n } = useTranslation();
  const { me, connection } = useSession();
  const { theme, shortcuts } = useStore(prefs);
  const state = useStore(connection);
  const signOut = useSignOut();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const can = useCan();
  const { own, states } = useOwnAvailability();
  const stateName = useStateName(states);
  const platformRole = usePlatformRole();
  const leave = () => signOut().catch((error) => showToast({ tone: "error", text: errorText(error) }));
  return (
    <Menu
      label={t("menu.title")}
      align="start"
      side="top"
      trigger={
        <button type="button" className="user-button">
          <span className="visually-hidden">{t("menu.title")}</span>
          <Avatar name={me.user.name} size="sm" online={state === "open"} />
          <span className="user-button__name">
            {me.user.name}
            {own && <span className="user-button__state">{stateName(own.state)}</span>}
          </span>
          <ChevronDown size={15} aria-hidden className="user-button__mark" />
        </button>
      }
    >
      <p className="menu__who">
        <strong>{me.user.name}</strong>
        <span>{me.user.email}</span>
      </p>
      <MenuSeparator />
      <AvailabilityMenu />
      <MenuSeparator />
      <MenuItem icon={User} onSelect={() => void navigate({ to: "/profile" })}>
        {t("profile.title")}
      </MenuItem>
      {can("api_keys.manage") && (
        <MenuItem icon={KeyRound} onSelect={() => void navigate({ to: "/api-keys" })}>
          {t("keys.page")}
        </MenuItem>
      )}
      <MenuItem icon={Building2} onSelect={() => void navigate({ to: "/workspaces" })}>
        {t("workspaces.menu")}
      </MenuItem>
      {platformRole && (
        <MenuItem icon={Layers} onSelect={() => void navigate({ to: "/platform" })}>
          {t("platform.title")}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuRadio<Locale>
        label={t("menu.language")}
        value={i18n.language as Locale}
        options={LANGUAGES}
        onChange={chooseLocale}
      />
      <MenuSeparator />
      <MenuRadio<ThemeChoice>
        label={t("menu.theme")}
        value={theme}
        onChange={(choice) => setPrefs({ theme: choice })}
        options={[
          { value: "system", label: t("theme.system"), icon: Monitor },
          { value: "light", label: t("theme.light"), icon: Sun },
          { value: "dark", label: t("theme.dark"), icon: Moon },
        ]}
      />
      <MenuSeparator />
      <MenuCheck checked={shortcuts} onChange={(on) => setPrefs({ shortcuts: on })}>
        {t("menu.shortcuts")}
      </MenuCheck>
      <MenuItem icon={CircleHelp} hint={hintFor("help")} onSelect={() => openDialog.set("help")}>
        {t("actions.help")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void leave()}>
        {t("actions.signOut")}
      </MenuItem>
    </Menu>
  );
}
