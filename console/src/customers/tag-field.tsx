import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { Plus } from "~/ui/icons";
import { tagsOf } from "./draft";
import { useOfferedTags } from "./tags";

interface TagFieldProps {
  /** With commas between. */
  value: string;
  error: string | null;
  onChange: (typed: string) => void;
}

/** Tags as text, and those of the settings that are not there yet, to add by a click. */
export function TagField({ value, error, onChange }: TagFieldProps) {
  const { t } = useTranslation();
  const chosen = tagsOf(value);
  const others = useOfferedTags().filter(({ key }) => !chosen.includes(key));
  return (
    <div className="tag-field">
      <TextField
        label={t("customerForm.tags")}
        hint={t("customerForm.tagsHint")}
        maxLength={2600}
        value={value}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
      {others.length > 0 && (
        <fieldset className="tag-field__offered" aria-label={t("customerForm.offeredTags")}>
          {others.map(({ key, name }) => (
            <Button
              key={key}
              icon={Plus}
              aria-label={t("customerForm.addTag", { name })}
              onClick={() => onChange([...chosen, key].join(", "))}
            >
              {name}
            </Button>
          ))}
        </fieldset>
      )}
    </div>
  );
}
