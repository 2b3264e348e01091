import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import type { Conversation } from "~/api/types";
import { CustomerFacts } from "~/customer/customer-panel";
import { useCustomerName } from "~/customer/names";
import { useFormat } from "~/i18n/use-format";
import { keys } from "~/inbox/cache";
import { CustomerPrivacy } from "~/privacy/customer-privacy";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { MessagesSquare, Pencil, SendHorizontal } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { StatusBadge, useChannelLabel } from "~/ui/marks";
import { Card, Page } from "~/ui/page";
import { Addresses } from "./addresses";
import { Consents } from "./consents";
import { CustomerForm } from "./customer-form";
import { CustomerMenu } from "./customer-menu";
import { CustomerTags } from "./customer-tags";
import { DuplicatesHint } from "./duplicates";
import { MergeDialog } from "./merge-dialog";
import { MergedAway, mergedInto } from "./merged-away";
import { Notes } from "./notes";
import { WriteDialog } from "./write-dialog";
import "./customers.css";

/** One customer: who it is, what was talked about, what the team noted. */
export function CustomerPage() {
  const { t } = useTranslation();
  const { customerId = "" } = useParams({ strict: false });
  const can = useCan();
  const nameOf = useCustomerName();
  const customer = useQuery({
    queryKey: keys.customer(customerId),
    queryFn: ({ signal }) => api.customer(customerId, signal),
    retry: false,
  });
  const [open, setOpen] = useState<"edit" | "merge" | "write" | null>(null);
  const [otherId, setOtherId] = useState<string | null>(null);
  const into = customer.data ? null : mergedInto(customer.error);
  const compare = (id: string | null) => {
    setOtherId(id);
    setOpen("merge");
  };
  if (into)
    return (
      <Page title={t("customers.one")}>
        <MergedAway id={customerId} into={into} />
      </Page>
    );
  return (
    <Page
      title={customer.data ? nameOf(customer.data) : t("customers.one")}
      actions={
        <>
          <Link to="/customers" search={{}} className="button button--quiet">
            {t("customers.back")}
          </Link>
          {customer.data && can("conversations.reply") && (
            <Button icon={SendHorizontal} onClick={() => setOpen("write")}>
              {t("customers.write.open")}
            </Button>
          )}
          {customer.data && can("customers.write") && (
            <Button icon={Pencil} onClick={() => setOpen("edit")}>
              {t("customers.edit")}
            </Button>
          )}
          {customer.data && <CustomerMenu customer={customer.data} onMerge={() => compare(null)} />}
          {customer.data && <CustomerPrivacy customer={customer.data} name={nameOf(customer.data)} />}
        </>
      }
      wide
    >
      <Loaded query={customer}>
        {(found) => (
          <>
            {can("customers.write") && <DuplicatesHint id={found.id} onCompare={compare} />}
            <div className="customer-columns">
              <div className="customer-main">
                <Card title={t("customer.contacts")}>
                  <div className="customer-facts">
                    <CustomerFacts customer={found} />
                    <CustomerTags customer={found} />
                  </div>
                </Card>
                <Consents customer={found} />
              </div>
              <div className="customer-main">
                {can("conversations.read") && <Conversations customerId={found.id} />}
                <Addresses customerId={found.id} />
                <Notes key={found.id} customerId={found.id} />
              </div>
            </div>
            {open === "write" && <WriteDialog customerId={found.id} onClose={() => setOpen(null)} />}
            {open === "edit" && <CustomerForm customer={found} onClose={() => setOpen(null)} />}
            {open === "merge" && (
              <MergeDialog customer={found} otherId={otherId} onClose={() => setOpen(null)} />
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Conversations({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["customer-conversations", customerId],
    queryFn: ({ signal }) => api.conversationsOf(customerId, signal),
  });
  return (
    <Card title={t("customers.conversations")}>
      <Loaded query={found}>
        {({ items }) =>
          items.length ? (
            <ul className="lines">
              {items.map((each) => (
                <ConversationLine key={each.id} conversation={each} />
              ))}
            </ul>
          ) : (
            <Empty icon={MessagesSquare} title={t("customers.noConversations.title")}>
              {t("customers.noConversations.text")}
            </Empty>
          )
        }
      </Loaded>
    </Card>
  );
}

function ConversationLine({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelLabel = useChannelLabel();
  return (
    <li className="line">
      <div className="line__text">
        <div className="line__name">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: conversation.id }}
            search={{ view: "all" }}
          >
            {conversation.last_message?.text || t("customers.openConversation")}
          </Link>
        </div>
        <p className="line__facts">
          {channelLabel(conversation.channel)} · {format.dateTime(conversation.created_at)}
        </p>
      </div>
      <StatusBadge status={conversation.status} />
    </li>
  );
}
