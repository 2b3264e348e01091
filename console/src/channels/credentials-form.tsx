import { AccountForm } from "./account-form";
import type { Credentials } from "./credentials";
import type { Kind } from "./kinds";
import { MailboxForm } from "./mailbox-form";
import { Steps } from "./steps";

interface CredentialsFormProps {
  kind: Kind;
  credentials: Credentials;
  faults: readonly string[];
  isAgain?: boolean;
}

/** Where credentials of a kind are found, and the fields for them. */
export function CredentialsForm({ kind, credentials, faults, isAgain }: CredentialsFormProps) {
  if (kind === "email") {
    return (
      <MailboxForm
        draft={credentials.mail}
        faults={faults}
        isAgain={isAgain}
        onChange={credentials.setMail}
      />
    );
  }
  return (
    <>
      <Steps of={kind} />
      <AccountForm kind={kind} draft={credentials.draft} faults={faults} onChange={credentials.setDraft} />
    </>
  );
}
