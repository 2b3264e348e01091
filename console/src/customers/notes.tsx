import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import type { Note, NotePage } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { useCan, useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { ConfirmDialog } from "~/ui/confirm-dialog";
import { Banner } from "~/ui/feedback";
import { TextArea } from "~/ui/field";
import { Form } from "~/ui/form";
import { StickyNote } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { Card } from "~/ui/page";
import { NoteDialog } from "./note-dialog";

/** What the team noted of a customer. */
export function Notes({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const { me } = useSession();
  const queries = useQueryClient();
  const [deleted, setDeleted] = useState<Note | null>(null);
  const [edited, setEdited] = useState<Note | null>(null);
  const queryKey = ["customer-notes", customerId];
  const found = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => api.notes(customerId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: NotePage) => page.next_cursor,
  });
  const read = () => queries.invalidateQueries({ queryKey });
  const mayDelete = (note: Note) =>
    can("customers.write") && (note.author_id === me.user.id || can("customers.delete"));
  return (
    <Card title={t("notes.title")} hint={t("notes.hint")}>
      {can("customers.write") && <NewNote customerId={customerId} onMade={read} />}
      <Loaded query={{ ...found, data: found.data?.pages.flatMap((page) => page.items) }}>
        {(notes) => (
          <ul className="lines">
            {notes.length === 0 && <li className="page__hint">{t("notes.empty")}</li>}
            {notes.map((note) => (
              <NoteLine
                key={note.id}
                note={note}
                onEdit={
                  can("customers.write") && note.author_id === me.user.id ? () => setEdited(note) : null
                }
                onDelete={mayDelete(note) ? () => setDeleted(note) : null}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
      {edited && (
        <NoteDialog
          customerId={customerId}
          note={edited}
          queryKey={queryKey}
          onClose={() => setEdited(null)}
        />
      )}
      {deleted && (
        <ConfirmDialog
          title={t("notes.deleteTitle")}
          hint={t("notes.deleteHint")}
          confirm={t("notes.delete")}
          onConfirm={async () => {
            await api.deleteNote(customerId, deleted.id);
            void read();
          }}
          onClose={() => setDeleted(null)}
        />
      )}
    </Card>
  );
}

function NewNote({ customerId, onMade }: { customerId: string; onMade: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const write = useMutation({
    mutationFn: () => api.createNote(customerId, text.trim()),
    onSuccess: () => {
      setText("");
      onMade();
    },
  });
  const refusals = useRefusals(write.error, ["text"]);
  return (
    <Form
      refused={missing ?? write.error}
      onSubmit={() => {
        setMissing(text.trim() ? null : {});
        if (text.trim() && !write.isPending) write.mutate();
      }}
    >
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <TextArea
        label={t("notes.text")}
        maxLength={8000}
        value={text}
        error={missing ? t("errors.message_empty") : refusals.at("text")}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="page__actions">
        <Button variant="note" icon={StickyNote} type="submit" busy={write.isPending}>
          {t("notes.add")}
        </Button>
      </div>
    </Form>
  );
}

interface NoteLineProps {
  note: Note;
  onEdit: (() => void) | null;
  onDelete: (() => void) | null;
}

function NoteLine({ note, onEdit, onDelete }: NoteLineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className="line">
      <div className="line__text">
        <p className="customer-note" dir="auto">
          {note.text}
        </p>
        <p className="line__facts">
          {note.author_name} · {format.dateTime(note.created_at)}
          {note.updated_at !== note.created_at && ` · ${t("notes.changed")}`}
        </p>
      </div>
      {onEdit && (
        <Button size="sm" onClick={onEdit}>
          {t("settings.edit")}
        </Button>
      )}
      {onDelete && (
        <Button size="sm" onClick={onDelete}>
          {t("notes.delete")}
        </Button>
      )}
    </li>
  );
}
