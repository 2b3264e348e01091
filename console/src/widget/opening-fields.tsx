import { useTranslation } from "react-i18next";
import { nameIn } from "~/settings/name-fields";
import { Button } from "~/ui/button";
import { Segmented, TextField } from "~/ui/field";
import { Plus } from "~/ui/icons";
import { AFTER_MAX, MOST_OPENINGS } from "./look";
import { RowTools } from "./row-tools";
import { freeName, moved, replaced, without } from "./rows";
import type { Opening, OpeningWhen } from "./widget-api";
import { Part, Words } from "./words";

interface OpeningFieldsProps {
  openings: Opening[];
  onChange: (openings: Opening[]) => void;
}

/** What the widget says by itself, and when. */
export function OpeningFields({ openings, onChange }: OpeningFieldsProps) {
  const { t, i18n } = useTranslation();
  const add = () => {
    const id = freeName(
      "opening-",
      openings.map((each) => each.id),
    );
    const when = { page: null, after_s: 30, scroll: null, event: null };
    onChange([...openings, { id, text: {}, when, once: "visit" }]);
  };
  return (
    <Part title={t("widget.openings.title")} hint={t("widget.openings.hint")}>
      {openings.length === 0 && <p className="form-part__none">{t("widget.openings.none")}</p>}
      {openings.map((opening, at) => {
        const name = nameIn(opening.text, i18n.language, t("widget.openings.unnamed", { number: at + 1 }));
        const time = (part: Partial<OpeningWhen>) =>
          onChange(replaced(openings, at, { when: { ...opening.when, ...part } }));
        return (
          <fieldset key={opening.id} className="widget-row">
            <legend className="visually-hidden">{name}</legend>
            <div className="widget-row__head">
              <span className="widget-row__name">{opening.id}</span>
              <RowTools
                name={name}
                at={at}
                count={openings.length}
                onMove={(by) => onChange(moved(openings, at, by))}
                onRemove={() => onChange(without(openings, at))}
              />
            </div>
            <Words
              long
              label={t("widget.openings.text")}
              most={1000}
              value={opening.text}
              onChange={(text) => onChange(replaced(openings, at, { text }))}
            />
            <div className="field-pair">
              <Count
                label={t("widget.openings.after")}
                least={0}
                most={AFTER_MAX}
                value={opening.when.after_s}
                onChange={(after_s) => time({ after_s })}
              />
              <Count
                label={t("widget.openings.scroll")}
                least={1}
                most={100}
                value={opening.when.scroll}
                onChange={(scroll) => time({ scroll })}
              />
            </div>
            <div className="field-pair">
              <TextField
                label={t("widget.openings.page")}
                hint={t("widget.openings.pageHint")}
                maxLength={500}
                value={opening.when.page ?? ""}
                onChange={({ currentTarget }) => time({ page: currentTarget.value || null })}
              />
              <TextField
                label={t("widget.openings.event")}
                hint={t("widget.openings.eventHint")}
                maxLength={100}
                value={opening.when.event ?? ""}
                onChange={({ currentTarget }) => time({ event: currentTarget.value || null })}
              />
            </div>
            <Segmented
              showLabel
              label={t("widget.openings.once")}
              value={opening.once}
              onChange={(once) => onChange(replaced(openings, at, { once }))}
              options={(["visit", "visitor"] as const).map((value) => ({
                value,
                label: t(`widget.openings.times.${value}`),
              }))}
            />
          </fieldset>
        );
      })}
      {openings.length < MOST_OPENINGS && (
        <Button size="sm" className="widget-add" icon={Plus} onClick={add}>
          {t("widget.openings.add")}
        </Button>
      )}
    </Part>
  );
}

interface CountProps {
  label: string;
  least: number;
  most: number;
  value: number | null;
  onChange: (value: number | null) => void;
}

function Count({ label, least, most, value, onChange }: CountProps) {
  return (
    <TextField
      label={label}
      type="number"
      inputMode="numeric"
      min={least}
      max={most}
      value={value ?? ""}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === "" ? null : currentTarget.valueAsNumber)
      }
    />
  );
}
