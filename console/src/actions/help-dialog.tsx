import { useTranslation } from "react-i18next";
import { prefs, setPrefs } from "~/lib/prefs";
import { useStore } from "~/lib/store";
import { Dialog } from "~/ui/dialog";
import { Switch } from "~/ui/field";
import { Kbd } from "~/ui/kbd";
import type { Action } from "./actions";
import { type ActionId, allHints } from "./bindings";
import "./actions.css";

/** In the order in which one meets them; shown whether or not they can be done right now. */
const SECTIONS: { key: "list" | "conversation" | "app"; ids: ActionId[] }[] = [
  { key: "list", ids: ["next", "previous", "view-mine", "view-unassigned", "view-bot", "view-all"] },
  {
    key: "conversation",
    ids: [
      "reply",
      "note",
      "take-over",
      "hand-back",
      "assign",
      "assign-me",
      "snooze",
      "resolve",
      "reopen",
      "panel",
    ],
  },
  { key: "app", ids: ["command", "help"] },
];

export function HelpDialog({ onClose }: { actions: Action[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { shortcuts } = useStore(prefs);
  return (
    <Dialog
      title={t("help.title")}
      hint={t("help.hint")}
      onClose={onClose}
      wide
      footer={
        <div className="help__switch">
          <Switch
            label={t("menu.shortcuts")}
            checked={shortcuts}
            onChange={(on) => setPrefs({ shortcuts: on })}
          />
        </div>
      }
    >
      <div className="dialog__body help">
        {SECTIONS.map(({ key, ids }) => (
          <section key={key} aria-labelledby={`help-${key}`}>
            <h3 id={`help-${key}`}>{t(`help.sections.${key}`)}</h3>
            <dl>
              {ids.map((id) => (
                <div key={id} className="help__row">
                  <dt>{t(`help.keys.${id}` as "help.keys.next")}</dt>
                  <dd>
                    {allHints(id).map((hint) => (
                      <Kbd key={hint}>{hint}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
              {key === "list" && (
                <div className="help__row">
                  <dt>{t("help.keys.arrows")}</dt>
                  <dd>
                    <Kbd>↑</Kbd>
                    <Kbd>↓</Kbd>
                    <Kbd>Enter</Kbd>
                  </dd>
                </div>
              )}
              {key === "conversation" && (
                <>
                  <div className="help__row">
                    <dt>{t("help.keys.send")}</dt>
                    <dd>
                      <Kbd>Enter</Kbd>
                    </dd>
                  </div>
                  <div className="help__row">
                    <dt>{t("help.keys.newline")}</dt>
                    <dd>
                      <Kbd>⇧Enter</Kbd>
                    </dd>
                  </div>
                </>
              )}
              {key === "app" && (
                <div className="help__row">
                  <dt>{t("help.keys.leave")}</dt>
                  <dd>
                    <Kbd>Esc</Kbd>
                  </dd>
                </div>
              )}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
