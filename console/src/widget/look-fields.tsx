import { useTranslation } from "react-i18next";
import type { Uploaded } from "~/files/upload";
import { Segmented, Switch, TextField } from "~/ui/field";
import { LogoField } from "./logo-field";
import { OFFSET_MAX, RADIUS_MAX } from "./look";
import { FEATURES, type Look, type Theme } from "./widget-api";
import { Part, Words } from "./words";

const SCHEMES = ["auto", "light", "dark"] as const;
const SIDES = ["right", "left"] as const;
const LAUNCHERS = ["bubble", "label"] as const;
const TEXTS = ["title", "greeting", "away"] as const;
const MOST = { title: 120, greeting: 1000, away: 1000 } as const;

interface LookProps {
  look: Look;
  /** Where the logo is, while that is known. */
  logo: string | null;
  onLogo: (file: Uploaded | null) => void;
  onChange: (look: Look) => void;
}

export function LookFields({ look, logo, onLogo, onChange }: LookProps) {
  const { t } = useTranslation();
  const { theme } = look;
  const dress = (part: Partial<Theme>) => onChange({ ...look, theme: { ...theme, ...part } });
  return (
    <>
      <Part title={t("widget.look")}>
        <LogoField id={theme.logo_file_id} link={logo} onChange={onLogo} />
        <div className="field-pair">
          <TextField
            label={t("widget.accent")}
            type="color"
            value={theme.accent}
            onChange={(event) => dress({ accent: event.target.value })}
          />
          <Length
            label={t("widget.radius")}
            most={RADIUS_MAX}
            value={theme.radius}
            onChange={(radius) => dress({ radius })}
          />
        </div>
        <Segmented
          showLabel
          label={t("widget.scheme")}
          value={theme.scheme}
          onChange={(scheme) => dress({ scheme })}
          options={SCHEMES.map((value) => ({ value, label: t(`widget.schemes.${value}`) }))}
        />
        <Segmented
          showLabel
          label={t("widget.position")}
          value={theme.position}
          onChange={(position) => dress({ position })}
          options={SIDES.map((value) => ({ value, label: t(`widget.positions.${value}`) }))}
        />
        <div className="field-pair">
          <Length label={t("widget.x")} most={OFFSET_MAX} value={theme.x} onChange={(x) => dress({ x })} />
          <Length label={t("widget.y")} most={OFFSET_MAX} value={theme.y} onChange={(y) => dress({ y })} />
        </div>
        <Segmented
          showLabel
          label={t("widget.launcher")}
          value={theme.launcher.kind}
          onChange={(kind) => dress({ launcher: { ...theme.launcher, kind } })}
          options={LAUNCHERS.map((value) => ({ value, label: t(`widget.launchers.${value}`) }))}
        />
        {theme.launcher.kind === "label" && (
          <Words
            label={t("widget.label")}
            most={MOST.title}
            value={theme.launcher.text}
            onChange={(text) => dress({ launcher: { ...theme.launcher, text } })}
          />
        )}
      </Part>
      <Part title={t("widget.words")}>
        {TEXTS.map((name) => (
          <Words
            key={name}
            long={name !== "title"}
            label={t(`widget.texts.${name}`)}
            most={MOST[name]}
            value={look[name]}
            onChange={(text) => onChange({ ...look, [name]: text })}
          />
        ))}
      </Part>
      <Part title={t("widget.offers")}>
        {FEATURES.map((name) => (
          <Switch
            key={name}
            label={t(`widget.features.${name}`)}
            checked={look.features[name]}
            onChange={(on) => onChange({ ...look, features: { ...look.features, [name]: on } })}
          />
        ))}
      </Part>
    </>
  );
}

interface LengthProps {
  label: string;
  most: number;
  value: number;
  onChange: (value: number) => void;
}

function Length({ label, most, value, onChange }: LengthProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={label}
      hint={t("widget.pixels", { most })}
      type="number"
      inputMode="numeric"
      min={0}
      max={most}
      value={Number.isNaN(value) ? "" : value}
      onChange={(event) => onChange(event.target.valueAsNumber)}
    />
  );
}
