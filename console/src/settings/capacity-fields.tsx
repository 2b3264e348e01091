import { useTranslation } from "react-i18next";
import { TextField } from "~/ui/field";
import { useChannelName } from "~/ui/marks";

/** All channels together, as the api calls it. */
const ANY = "any";
const CHANNELS = ["widget", "telegram", "whatsapp", "sms", "email", "vk"];

/** By channel type or `any`, as typed: an empty text is no limit. */
export type Limits = Readonly<Record<string, string>>;

interface CapacityFieldsProps {
  value: Limits;
  error?: string | undefined;
  onChange: (limits: Limits) => void;
}

/** How many conversations somebody has at once: in all, and on each channel. */
export function CapacityFields({ value, error, onChange }: CapacityFieldsProps) {
  const { t } = useTranslation();
  const channelName = useChannelName();
  const others = Object.keys(value).filter((type) => type !== ANY && !CHANNELS.includes(type));
  return (
    <fieldset className="field capacity">
      <legend className="field__label">{t("settings.members.capacity")}</legend>
      <p className="field__hint">{t("settings.members.capacityHint")}</p>
      <div className="capacity__fields">
        {[ANY, ...CHANNELS, ...others].map((type) => (
          <TextField
            key={type}
            label={type === ANY ? t("settings.members.capacityAll") : channelName(type)}
            type="number"
            inputMode="numeric"
            min={0}
            max={1000}
            value={value[type] ?? ""}
            error={type === ANY ? (error ?? null) : null}
            onChange={(event) => onChange({ ...value, [type]: event.target.value })}
          />
        ))}
      </div>
    </fieldset>
  );
}

export function limitsOf(capacity: Readonly<Record<string, number>>): Limits {
  return Object.fromEntries(Object.entries(capacity).map(([type, most]) => [type, String(most)]));
}

export function capacityOf(limits: Limits): Record<string, number> {
  return Object.fromEntries(
    Object.entries(limits)
      .filter(([, most]) => most.trim() !== "")
      .map(([type, most]) => [type, Number(most)]),
  );
}
