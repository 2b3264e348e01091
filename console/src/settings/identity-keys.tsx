import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type IdentityKey, security } from "~/api/security";
import { useFormat } from "~/i18n/use-format";
import { Button, IconButton } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { KeyRound, Plus, Trash2 } from "~/ui/icons";
import { ConfirmDelete } from "./confirm-delete";
import { HowToSign } from "./how-to-sign";
import { settingKeys } from "./keys";
import { SecretOnce } from "./secret-once";
import { useSave } from "./use-save";

/** The one in use, and the one that is to follow it or to go. */
const MOST = 2;
const STALE = [settingKeys.security];

type Open = { secret: string } | { remove: IdentityKey } | null;

/** The keys by which the company's server signs who a visitor is: made, shown once, exchanged, taken away. */
export function IdentityKeys({ keys }: { keys: IdentityKey[] }) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState<Open>(null);
  const make = useSave({
    run: security.createKey,
    stale: STALE,
    onDone: ({ secret }) => setOpen({ secret }),
  });
  return (
    <section className="setting setting--wide" aria-labelledby={id}>
      <div className="setting__head">
        <h2 id={id} className="form-part__title">
          {t("security.keys")}
        </h2>
        {keys.length < MOST && (
          <Button icon={Plus} busy={make.busy} onClick={() => make.save()}>
            {t(keys.length === 0 ? "security.makeKey" : "security.rotate")}
          </Button>
        )}
      </div>
      <p className="setting__text">{t("security.keysText")}</p>
      {make.refusal.rest && (
        <Banner tone="danger" alert>
          {make.refusal.rest}
        </Banner>
      )}
      {keys.length === MOST && <Banner>{t("security.rotating")}</Banner>}
      {keys.length > 0 && (
        <ul className="records">
          {keys.map((key) => (
            <KeyRow key={key.id} identityKey={key} onRemove={() => setOpen({ remove: key })} />
          ))}
        </ul>
      )}
      <HowToSign />
      {open && "secret" in open && (
        <SecretOnce
          title={t("security.keyMade")}
          label={t("security.key")}
          secret={open.secret}
          onClose={() => setOpen(null)}
        />
      )}
      {open && "remove" in open && (
        <ConfirmDelete
          title={t("security.removeKey.title", { hint: open.remove.hint })}
          text={t(keys.length === 1 ? "security.removeKey.last" : "security.removeKey.text")}
          submit={t("common.delete")}
          stale={STALE}
          run={() => security.deleteKey(open.remove.id)}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}

function KeyRow({ identityKey, onRemove }: { identityKey: IdentityKey; onRemove: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = t("security.keyEnds", { hint: identityKey.hint });
  return (
    <li className="record">
      <div className="record__main">
        <KeyRound size={16} aria-hidden />
        <div className="record__text">
          <span className="record__name">{name}</span>
          <span className="record__more">
            {t("security.keySince", { when: format.dateTime(identityKey.created_at) })}
          </span>
        </div>
      </div>
      <div className="record__actions">
        <IconButton icon={Trash2} label={t("settings.deleteNamed", { name })} onClick={onRemove} />
      </div>
    </li>
  );
}
