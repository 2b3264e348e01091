import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Conversation, Customer } from "~/api/types";
import { useAttributeName, useCustomerAttributes } from "~/customers/attributes";
import { useFormat } from "~/i18n/use-format";
import { keys } from "~/inbox/cache";
import { useInboxPlace } from "~/inbox/place";
import { useNow } from "~/lib/hooks";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Banner, Skeleton } from "~/ui/feedback";
import { BadgeCheck, Copy, ExternalLink, TriangleAlert, X } from "~/ui/icons";
import { ControllerBadge, channelIcon, StatusBadge, useChannelLabel } from "~/ui/marks";
import { showToast } from "~/ui/toast";
import { CustomerAvatar } from "./customer-avatar";
import { useCustomerName } from "./names";
import { RatingGiven } from "./rating";
import "./customer.css";

/** Who is writing, and the facts of the conversation. */
export function CustomerPanel({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { togglePanel } = useInboxPlace();
  const errorText = useErrorText();
  const { id } = conversation.customer;
  const customer = useQuery({
    queryKey: keys.customer(id),
    queryFn: ({ signal }) => api.customer(id, signal),
    staleTime: 20_000,
  });
  return (
    <section className="panel" aria-label={t("customer.panel")}>
      <div className="pane-head panel__head">
        <h2 className="pane-head__title">{t("customer.title")}</h2>
        <span className="pane-head__space" />
        <IconButton icon={X} label={t("customer.close")} size="sm" onClick={togglePanel} />
      </div>
      <div className="panel__scroll">
        {customer.data ? (
          <CustomerFacts customer={customer.data} />
        ) : customer.isError ? (
          <div className="panel__section">
            <Banner
              tone="danger"
              action={
                <Button size="sm" onClick={() => void customer.refetch()}>
                  {t("common.retry")}
                </Button>
              }
            >
              {errorText(customer.error)}
            </Banner>
          </div>
        ) : (
          <PanelSkeleton />
        )}
        <ConversationFacts conversation={conversation} />
      </div>
    </section>
  );
}

export function PanelSkeleton() {
  return (
    <div className="panel__section" aria-busy="true">
      <Skeleton width="2.75rem" height="2.75rem" round />
      <Skeleton width="60%" height="1rem" />
      <Skeleton width="80%" />
      <Skeleton width="50%" />
    </div>
  );
}

export function CustomerFacts({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = useCustomerName()(customer);
  const fields = Object.entries(customer.fields).filter(([, value]) => value !== null && value !== "");
  const attributeName = useAttributeName(useCustomerAttributes());
  const pages = customer.pages ?? [];
  return (
    <>
      <div className="panel__section panel__who">
        <CustomerAvatar customer={customer} size="lg" />
        <div>
          <h3 className="panel__name">
            <bdi>{name}</bdi>
          </h3>
          {customer.verified ? (
            <Badge tone="success" icon={BadgeCheck}>
              {t("customer.verified")}
            </Badge>
          ) : (
            <Badge tone="warning" icon={TriangleAlert} title={t("customer.unverifiedHint")}>
              {t("customer.unverified")}
            </Badge>
          )}
        </div>
      </div>
      <Section title={t("customer.contacts")}>
        <Facts>
          <Fact label={t("customer.email")}>
            {customer.email && <Contact value={customer.email} href={`mailto:${customer.email}`} />}
          </Fact>
          <Fact label={t("customer.phone")}>
            {customer.phone && <Contact value={customer.phone} href={`tel:${customer.phone}`} />}
          </Fact>
          <Fact label={t("customer.language")}>
            {customer.locale && languageName(customer.locale, i18n.language)}
          </Fact>
          <Fact label={t("customer.since")}>{format.dateTime(customer.created_at)}</Fact>
        </Facts>
      </Section>
      {fields.length > 0 && (
        <Section title={t("customer.fields")}>
          <Facts>
            {fields.map(([key, value]) => (
              <Fact key={key} label={attributeName(key)}>
                {fieldText(value)}
              </Fact>
            ))}
          </Facts>
        </Section>
      )}
      {pages.length > 0 && (
        <Section title={t("customer.pages")}>
          <ul className="pages">
            {pages.map((page, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same page may be visited twice
              <li key={at}>
                <PageLink url={page.url} title={page.title} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function languageName(locale: string, shownIn: string): string {
  try {
    const name = new Intl.DisplayNames([shownIn], { type: "language" }).of(locale) ?? locale;
    return name.charAt(0).toLocaleUpperCase(shownIn) + name.slice(1);
  } catch {
    return locale; // not a language tag
  }
}

function fieldText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** A page's address comes from a visitor's browser: only web addresses become links. */
function PageLink({ url, title }: { url: string; title: string | null }) {
  const { t } = useTranslation();
  if (!/^https?:\/\//i.test(url)) return <span className="pages__text">{title || url}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener" title={url}>
      <span className="pages__text">{title || url}</span>
      <ExternalLink size={12} aria-hidden />
      <span className="visually-hidden">{t("common.newTab")}</span>
    </a>
  );
}

function Contact({ value, href }: { value: string; href: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      showToast({ tone: "success", text: t("common.copied") });
    } catch {
      showToast({ tone: "error", text: t("common.copyFailed") });
    }
  };
  return (
    <span className="contact">
      <a href={href} title={value}>
        {value}
      </a>
      <IconButton
        icon={Copy}
        size="sm"
        label={t("common.copyValue", { value })}
        onClick={() => void copy()}
      />
    </span>
  );
}

export function ConversationFacts({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const now = useNow();
  const format = useFormat(now);
  const { channel, scenario, assignee, department, tags, waiting_since, snoozed_until } = conversation;
  const ChannelIcon = channelIcon(channel.type);
  const channelLabel = useChannelLabel();
  const isHeld = conversation.status !== "resolved" || assignee;
  return (
    <Section title={t("facts.title")}>
      <Facts>
        <Fact label={t("facts.status")}>
          <StatusBadge status={conversation.status} />
        </Fact>
        <Fact label={t("facts.controller")}>{isHeld && <ControllerBadge conversation={conversation} />}</Fact>
        <Fact label={t("facts.channel")}>
          <span className="fact__icon">
            <ChannelIcon size={14} aria-hidden />
            {channelLabel(channel)}
          </span>
        </Fact>
        <Fact label={t("facts.scenario")}>{scenario?.name}</Fact>
        <Fact label={t("facts.assignee")}>{assignee?.name}</Fact>
        <Fact label={t("facts.department")}>{department?.name}</Fact>
        {snoozed_until && <Fact label={t("facts.snoozed")}>{format.soon(snoozed_until)}</Fact>}
        {waiting_since && <Fact label={t("facts.waiting")}>{format.ago(waiting_since)}</Fact>}
        {conversation.rating && (
          <Fact label={t("facts.rating")}>
            <RatingGiven rating={conversation.rating} />
          </Fact>
        )}
        <Fact label={t("facts.started")}>{format.dateTime(conversation.created_at)}</Fact>
        <Fact label={t("facts.tags")}>
          {tags.length > 0 && (
            <ul className="tags">
              {tags.map((tag) => (
                <li key={tag}>
                  <Badge>{tag}</Badge>
                </li>
              ))}
            </ul>
          )}
        </Fact>
      </Facts>
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="panel__section">
      <h3 className="panel__title">{title}</h3>
      {children}
    </div>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

/** An absent value is said, not left out: one sees that it is not known. */
function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd dir="auto">{children || <span className="fact__none">—</span>}</dd>
    </div>
  );
}
