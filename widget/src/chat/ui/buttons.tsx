import type { Bubble } from "../rows";
import { t } from "../texts";
import { Icon } from "./icons";

interface Props {
  bubble: Bubble;
  press: (id: string, label: string) => void;
}

/** The answers a prompt offers: to be pressed while it is the newest one, a record of it afterwards. */
export function Buttons({ bubble, press }: Props) {
  if (bubble.buttons.length === 0) return null;
  if (bubble.active) {
    return (
      <fieldset class="buttons" aria-label={t("buttons.label")}>
        {bubble.buttons.map(({ id, label }) => (
          <button key={id || label} type="button" dir="auto" onClick={() => press(id, label)}>
            {label}
          </button>
        ))}
      </fieldset>
    );
  }
  return (
    <ul class="buttons done" aria-label={t("buttons.done")}>
      {bubble.buttons.map(({ id, label }) => (
        <li key={id || label} dir="auto" class={label === bubble.chosen ? "chosen" : ""}>
          {label === bubble.chosen && <Icon name="check" />}
          {label}
          {label === bubble.chosen && <span class="sr"> ({t("buttons.chosen")})</span>}
        </li>
      ))}
    </ul>
  );
}
