import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner, Skeleton } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { ArrowLeft, RotateCcw, SendHorizontal } from "~/ui/icons";
import { type MessageTemplate, replyApi, type TemplateUse } from "./api";
import { ShownMessages } from "./shown";

interface TemplateDialogProps {
  /** null: none has begun yet, and nothing shows what its customer will see. */
  conversationId: string | null;
  channel: { id: string; name: string };
  onSend: (template: TemplateUse, words: string) => void;
  onClose: () => void;
}

const TYPED_MS = 250;

/** Find an approved template, fill it in, see what the customer will see, send it. */
export function TemplateDialog(props: TemplateDialogProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<MessageTemplate | null>(null);
  return (
    <Dialog
      wide
      title={t("reply.template.title", { channel: props.channel.name })}
      hint={t("reply.template.hint")}
      onClose={props.onClose}
    >
      {chosen ? (
        <Filling {...props} template={chosen} onBack={() => setChosen(null)} />
      ) : (
        <Choosing channelId={props.channel.id} onChoose={setChosen} />
      )}
    </Dialog>
  );
}

function Choosing({ channelId, onChoose }: { channelId: string; onChoose: (one: MessageTemplate) => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim());
  const query = useQuery({
    queryKey: ["templates", channelId, q],
    queryFn: ({ signal }) => replyApi.templates(channelId, q, signal),
    placeholderData: keepPreviousData,
  });
  const items = query.data?.items.filter((each) => each.sendable) ?? [];
  return (
    <div className="templates">
      <TextField
        label={t("reply.template.search")}
        type="search"
        value={typed}
        data-autofocus
        onChange={(event) => setTyped(event.target.value)}
      />
      {query.isError && <Banner tone="danger">{errorText(query.error)}</Banner>}
      {query.data?.problem && <Banner tone="warning">{t("reply.template.notListed")}</Banner>}
      {query.isPending ? (
        <Skeleton width="100%" height="4rem" />
      ) : (
        <ul className="templates__list" aria-label={t("reply.template.list")}>
          {items.map((each) => (
            <li key={each.id}>
              <button type="button" className="templates__one" onClick={() => onChoose(each)}>
                <span className="templates__name">
                  {each.name} <span className="templates__language">{each.language}</span>
                </span>
                <span className="templates__body" dir="auto">
                  {each.body}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {query.data && items.length === 0 && <p role="status">{t("reply.template.none")}</p>}
      <Sync channelId={channelId} />
    </div>
  );
}

function Sync({ channelId }: { channelId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  if (!can("connections.manage")) return null;
  const sync = () => {
    setAsked(true);
    void replyApi
      .syncTemplates(channelId)
      .then(() => new Promise((done) => setTimeout(done, 2_000)))
      .then(() => queries.invalidateQueries({ queryKey: ["templates", channelId] }))
      .finally(() => setAsked(false));
  };
  return (
    <div className="templates__foot">
      <Button size="sm" variant="quiet" icon={RotateCcw} busy={asked} onClick={sync}>
        {t("reply.template.sync")}
      </Button>
    </div>
  );
}

interface FillingProps extends TemplateDialogProps {
  template: MessageTemplate;
  onBack: () => void;
}

function Filling({ conversationId, template, onBack, onSend, onClose }: FillingProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [values, setValues] = useState(() => template.parameters.map(() => ""));
  const isFull = values.every((value) => value.trim() !== "");
  const used = useSettled(JSON.stringify(values));
  const query = useQuery({
    queryKey: ["template-preview", conversationId, template.id, used],
    queryFn: ({ signal }) => {
      const parameters = JSON.parse(used) as string[];
      return replyApi.preview(
        conversationId ?? "",
        { content: { template: { id: template.id, parameters } } },
        signal,
      );
    },
    enabled: isFull && conversationId !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const words = values.reduce(
    (body, value, at) => body.replaceAll(holeOf(template.parameters[at] as string), value.trim() || "…"),
    template.body,
  );
  const send = () => {
    if (!isFull) return;
    onSend({ id: template.id, parameters: values.map((value) => value.trim()) }, words);
    onClose();
  };
  return (
    <form
      className="templates"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Button size="sm" variant="quiet" icon={ArrowLeft} onClick={onBack}>
        {t("reply.template.others")}
      </Button>
      {values.map((value, at) => (
        <TextField
          // biome-ignore lint/suspicious/noArrayIndexKey: the holes of one template never move
          key={at}
          label={t("reply.template.value", { name: template.parameters[at] })}
          value={value}
          maxLength={1024}
          autoFocus={at === 0}
          onChange={(event) =>
            setValues(values.map((one, other) => (other === at ? event.target.value : one)))
          }
        />
      ))}
      {query.isError && <Banner tone="danger">{errorText(query.error)}</Banner>}
      <section aria-label={t("reply.template.preview")} aria-live="polite">
        {isFull && query.data ? (
          <ShownMessages preview={query.data} />
        ) : (
          <p className="shown__bubble shown__text" dir="auto">
            {words}
          </p>
        )}
      </section>
      <div className="templates__foot">
        <Button type="submit" variant="primary" icon={SendHorizontal} aria-disabled={!isFull || undefined}>
          {t("reply.template.send")}
        </Button>
      </div>
    </form>
  );
}

function holeOf(name: string): RegExp {
  return new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`, "g");
}

/** A value once nobody has changed it for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
