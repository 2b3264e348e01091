import { useState } from "react";
import { Button } from "~/ui/button";
import { CheckList } from "~/ui/check-list";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { Loaded } from "~/ui/loaded";
import { Card } from "~/ui/page";
import { PasswordField } from "~/ui/password-field";
import { ToldOnce } from "~/ui/told-once";
import { Part } from "./part";

const nothing = () => {};
const WAITING = { data: undefined, error: null, isFetching: true, refetch: nothing };
const FAILED = { ...WAITING, error: new Error("made up"), isFetching: false };

/** What the pages of accounts and customers are made of. */
export function AccountKit() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(["read"]));
  return (
    <>
      <Part title="Form, PasswordField" wide>
        <Form refused={null} onSubmit={nothing}>
          <TextField label="Name" error="Enter a name." />
          <PasswordField label="Password" hint="At least 8 characters." autoComplete="off" />
          <PasswordField label="Password, refused" error="The password is wrong." autoComplete="off" />
        </Form>
      </Part>
      <Part title="CheckList" wide>
        <CheckList
          label="It may"
          hint="Choose as little as it needs."
          options={["read", "write", "delete"].map((value) => ({ value, label: value }))}
          value={chosen}
          onChange={setChosen}
        />
        <CheckList
          label="Nothing chosen"
          error="Choose one."
          options={[]}
          value={new Set()}
          onChange={nothing}
        />
      </Part>
      <Part title="ToldOnce" wide>
        <ToldOnce label="Secret" lines={["aaaa-1111-bbbb", "cccc-2222-dddd"]} fileName="codes.txt" />
      </Part>
      <Part title="Card, Loaded" wide>
        <Card title="A card" hint="With a hint." actions={<Button>Action</Button>}>
          <Loaded query={WAITING}>{() => null}</Loaded>
        </Card>
        <Card title="What could not be read">
          <Loaded query={FAILED}>{() => null}</Loaded>
        </Card>
      </Part>
    </>
  );
}
