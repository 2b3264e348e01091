import { type KeyboardEvent, lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { hintFor } from "~/actions/bindings";
import { useConversationActions } from "~/actions/conversation-actions";
import type { Conversation, MessageKind, Named } from "~/api/types";
import { useCustomerName } from "~/customer/names";
import { composerWish } from "~/frame/ui-state";
import { useLatest } from "~/lib/hooks";
import { newId } from "~/lib/ids";
import { useStore } from "~/lib/store";
import type { ReplyState, TemplateUse } from "~/reply/api";
import { ChannelLine } from "~/reply/channel-line";
import { Length, TEXT_MAX } from "~/reply/length";
import { PreviewPopover } from "~/reply/preview-popover";
import { useReplyState } from "~/reply/use-reply-state";
import { useCan, useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { Segmented } from "~/ui/field";
import { CircleCheck, Hand, Headset, Reply, SendHorizontal, StickyNote } from "~/ui/icons";
import { useChannelLabel } from "~/ui/marks";
import { readDraft, writeDraft } from "./drafts";
import { HeldTexts } from "./held-texts";
import { type Picked, pickedFor } from "./picked";
import { AttachButton, PickedFiles, useTakeFiles } from "./picked-files";
import { useTypingSign } from "./typing-sign";

const TemplateDialog = lazy(() =>
  import("~/reply/template-dialog").then((module) => ({ default: module.TemplateDialog })),
);

export function Composer({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const can = useCan();
  const draft = useDraft(conversation.id);
  const input = useRef<HTMLTextAreaElement>(null);
  const gate = useRef<HTMLButtonElement>(null);
  const joining = useJoining(conversation, draft.text !== "");
  const isAnothers = joining.holder !== null && draft.kind === "reply";
  useWish(() => (input.current ?? gate.current)?.focus(), draft.setKind);
  useEffect(() => {
    if (joining.hasPressed) input.current?.focus();
  }, [joining.hasPressed]);
  useGrowing(input, draft.text);

  if (!can("conversations.reply"))
    return <p className="composer composer--closed">{t("composer.readOnly")}</p>;
  const isClosed = conversation.status === "resolved" && draft.kind === "reply";
  const edit = (text: string, kind: MessageKind) => {
    draft.set({ kind, text: draft.text ? `${text}\n${draft.text}` : text });
    input.current?.focus();
  };
  return (
    <div className="composer-area">
      <HeldTexts conversationId={conversation.id} onEdit={edit} />
      <div className={`composer composer--${draft.kind}`} data-kind={draft.kind}>
        <Segmented
          label={t("composer.kind")}
          value={draft.kind}
          onChange={(kind) => {
            draft.setKind(kind);
            input.current?.focus();
          }}
          options={[
            { value: "reply", label: t("composer.reply"), icon: Reply },
            { value: "note", label: t("composer.note"), icon: StickyNote },
          ]}
        />
        {isClosed ? (
          <ClosedNotice conversation={conversation} />
        ) : (
          <>
            {isAnothers && (
              <HeldBy
                holder={joining.holder as Named}
                conversation={conversation}
                onJoin={joining.isJoined ? undefined : joining.join}
                gate={gate}
              />
            )}
            {(!isAnothers || joining.isJoined) && (
              <Writing conversation={conversation} draft={draft} input={input} />
            )}
          </>
        )}
      </div>
    </div>
  );
}

interface DraftState {
  kind: MessageKind;
  text: string;
  set: (draft: { kind: MessageKind; text: string }) => void;
  setKind: (kind: MessageKind) => void;
  setText: (text: string) => void;
}

/** The draft, kept in this browser at every key press. */
function useDraft(conversationId: string): DraftState {
  const { me } = useSession();
  const [draft, setDraft] = useState(() => readDraft(me.user.id, conversationId));
  const set = (next: { kind: MessageKind; text: string }) => {
    setDraft(next);
    writeDraft(me.user.id, conversationId, next);
  };
  return {
    ...draft,
    set,
    setKind: (kind) => set({ ...readDraft(me.user.id, conversationId), kind }),
    setText: (text) => set({ ...draft, text }),
  };
}

function usePicked(conversationId: string): Picked {
  const { me } = useSession();
  return pickedFor(me.user.id, conversationId);
}

function useWish(focus: () => void, setKind: (kind: MessageKind) => void) {
  const wish = useStore(composerWish);
  const apply = useLatest((kind: MessageKind) => {
    setKind(kind);
    focus();
  });
  useEffect(() => {
    if (!wish) return;
    composerWish.set(null);
    apply.current(wish.kind);
  }, [wish, apply]);
}

/** As high as its text, up to the limit that the style sheet sets. */
function useGrowing(input: React.RefObject<HTMLTextAreaElement | null>, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again whenever the text changes
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [input, text]);
}

interface WritingProps {
  conversation: Conversation;
  draft: DraftState;
  input: React.RefObject<HTMLTextAreaElement | null>;
}

function Writing({ conversation, draft, input }: WritingProps) {
  const { t } = useTranslation();
  const { outbox } = useSession();
  const can = useCan();
  const sign = useTypingSign(conversation.id);
  const name = useCustomerName()(conversation.customer);
  const state = useReplyState(conversation);
  const { kind, text } = draft;
  const isNote = kind === "note";
  const picked = usePicked(conversation.id);
  const takeFiles = useTakeFiles(picked);
  const files = useStore(picked.files);
  // The server takes over and sends in one step: the reply is the takeover.
  const mustTakeOver = !isNote && conversation.controller !== "operator";
  const tooLong = [...text].length > TEXT_MAX;
  const isBlocked = mustTakeOver && !can("conversations.control");
  const hasFiles = !isNote && files.length > 0;
  const isUploading = hasFiles && !files.every((file) => file.uploaded);
  const isReady = (text.trim() !== "" || hasFiles) && !isUploading && !tooLong && !isBlocked;

  const send = () => {
    const sent = isReady && hasFiles ? picked.take() : [];
    if (!isReady || !sent) return;
    outbox.add({
      id: newId(),
      conversationId: conversation.id,
      kind,
      text: text.trim(),
      ...(sent.length > 0 ? { files: sent } : {}),
    });
    draft.set({ kind: "reply", text: "" });
    sign.stop();
    input.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") input.current?.blur();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  if (!isNote && state && state.window.state !== "open")
    return <TemplateOnly conversation={conversation} state={state} isBlocked={isBlocked} />;
  return (
    <>
      {!isNote && state && <ChannelLine state={state} />}
      <textarea
        ref={input}
        className="composer__input"
        rows={2}
        value={text}
        aria-label={t(isNote ? "composer.noteLabel" : "composer.replyLabel", {
          name,
        })}
        placeholder={t(
          isNote
            ? "composer.notePlaceholder"
            : mustTakeOver
              ? "composer.botPlaceholder"
              : "composer.replyPlaceholder",
          {
            key: hintFor(isNote ? "note" : "reply"),
          },
        )}
        aria-invalid={tooLong || undefined}
        dir="auto"
        onChange={(event) => {
          draft.setText(event.target.value);
          if (!isNote) sign.typed();
        }}
        onKeyDown={press}
        onBlur={sign.stop}
        onPaste={(event) => {
          const files = event.clipboardData.files;
          if (isNote || files.length === 0) return;
          event.preventDefault();
          takeFiles(files);
        }}
        onDrop={(event) => {
          if (isNote || event.dataTransfer.files.length === 0) return;
          event.preventDefault();
          takeFiles(event.dataTransfer.files);
        }}
      />
      {!isNote && <PickedFiles picked={picked} />}
      <div className="composer__foot">
        <span className="composer__hint">{t("composer.hint")}</span>
        <Length text={text} state={isNote ? null : state} />
        {!isNote && <AttachButton picked={picked} />}
        {!isNote && state && (
          <PreviewPopover
            conversationId={conversation.id}
            text={text}
            files={files.flatMap(({ uploaded }) => (uploaded ? [uploaded.id] : []))}
            channel={conversation.channel}
          />
        )}
        <Button
          variant={isNote ? "note" : "primary"}
          size="sm"
          icon={isNote ? StickyNote : mustTakeOver ? Hand : SendHorizontal}
          aria-disabled={!isReady || undefined}
          onClick={send}
          data-action="send"
        >
          {t(isNote ? "composer.addNote" : mustTakeOver ? "composer.takeOverAndSend" : "composer.send")}
        </Button>
      </div>
    </>
  );
}

interface TemplateOnlyProps {
  conversation: Conversation;
  state: ReplyState;
  isBlocked: boolean;
}

/** The channel takes no free text now: what stands in the draft is kept until it does. */
function TemplateOnly({ conversation, state, isBlocked }: TemplateOnlyProps) {
  const { outbox } = useSession();
  const channel = useChannelLabel()(conversation.channel);
  const [isChoosing, setChoosing] = useState(false);
  const send = (template: TemplateUse, words: string) =>
    outbox.add({ id: newId(), conversationId: conversation.id, kind: "reply", text: words, template });
  return (
    <>
      <ChannelLine state={state} onTemplate={isBlocked ? undefined : () => setChoosing(true)} />
      {isChoosing && (
        <Suspense fallback={null}>
          <TemplateDialog
            conversationId={conversation.id}
            channel={{ id: conversation.channel.id, name: channel }}
            onSend={send}
            onClose={() => setChoosing(false)}
          />
        </Suspense>
      )}
    </>
  );
}

/** The colleague who holds the conversation, and whether one writes into it all the same. */
function useJoining({ controller, assignee }: Conversation, isWriting: boolean) {
  const { me } = useSession();
  const holder = controller === "operator" && assignee && assignee.id !== me.user.id ? assignee : null;
  const [known, setKnown] = useState(holder?.id);
  const [joined, setJoined] = useState<string>();
  const [pressed, setPressed] = useState<string>();
  if (known !== holder?.id) {
    setKnown(holder?.id);
    // Whoever was writing before the colleague came goes on.
    if (isWriting) setJoined(holder?.id);
  }
  const join = () => {
    setJoined(holder?.id);
    setPressed(holder?.id);
  };
  return {
    holder,
    isJoined: holder !== null && joined === holder.id,
    hasPressed: holder !== null && pressed === holder.id,
    join,
  };
}

interface HeldByProps {
  holder: Named;
  conversation: Conversation;
  onJoin: (() => void) | undefined;
  gate: React.RefObject<HTMLButtonElement | null>;
}

/** Whose conversation it is. The server takes anyone's reply, so to write into it is a step of its own. */
function HeldBy({ holder, conversation, onJoin, gate }: HeldByProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const can = useCan();
  const actions = useConversationActions();
  const { user } = me;
  return (
    <div className="composer__held-by">
      <Headset size={16} aria-hidden />
      <span>{t(onJoin ? "composer.heldBy" : "composer.alsoHeldBy", { name: holder.name })}</span>
      {onJoin && (
        <Button size="sm" ref={gate} onClick={onJoin}>
          {t("composer.writeAnyway")}
        </Button>
      )}
      {can("conversations.assign") && (
        <Button size="sm" onClick={() => void actions.assign(conversation, { user_id: user.id }, { user })}>
          {t("actions.assignMe")}
        </Button>
      )}
    </div>
  );
}

function ClosedNotice({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  return (
    <div className="composer__closed">
      <CircleCheck size={16} aria-hidden />
      <span>{t("composer.resolved")}</span>
      <Button size="sm" onClick={() => void actions.reopen(conversation)}>
        {t("actions.reopen")}
      </Button>
    </div>
  );
}
