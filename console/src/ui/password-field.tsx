import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";
import { TextField } from "./field";
import { Eye, EyeOff } from "./icons";

/** A password that can be looked at; pasting and password managers work as in any field (WCAG 3.3.8). */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, "type">) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div className="password-field">
      <TextField autoCapitalize="none" spellCheck={false} {...props} type={shown ? "text" : "password"} />
      <IconButton
        className="password-field__reveal"
        icon={shown ? EyeOff : Eye}
        label={shown ? t("signIn.hidePassword") : t("signIn.showPassword")}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}
