import { useState } from "react";
import { Avatar, BotAvatar } from "~/ui/avatar";
import { Badge, Counter, type Tone } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { CheckList } from "~/ui/check-list";
import { Banner, Empty, Skeleton } from "~/ui/feedback";
import { Segmented, Switch, TextArea, TextField } from "~/ui/field";
import { Bot, Check, Inbox, Monitor, Moon, Reply, Search, StickyNote, Sun, Trash2 } from "~/ui/icons";
import { Kbd } from "~/ui/kbd";
import { Menu, MenuCheck, MenuItem, MenuRadio, MenuSeparator } from "~/ui/menu";
import { Popover } from "~/ui/popover";
import { SelectField } from "~/ui/select";
import { showToast, ToastCard } from "~/ui/toast";
import { Part } from "./part";

const VARIANTS = ["primary", "secondary", "quiet", "danger", "note"] as const;
const TONES: Tone[] = [
  "neutral",
  "accent",
  "bot",
  "operator",
  "note",
  "warning",
  "danger",
  "success",
  "pink",
];
const nothing = () => {};

export function Primitives() {
  return (
    <>
      <Buttons />
      <Marks />
      <Fields />
      <Overlays />
      <Feedback />
    </>
  );
}

function Buttons() {
  return (
    <>
      {VARIANTS.map((variant) => (
        <Part key={variant} title={`Button, ${variant}`}>
          <Button variant={variant}>Button</Button>
          <Button variant={variant} icon={Check}>
            With an icon
          </Button>
          <Button variant={variant} size="sm" icon={Check}>
            Small
          </Button>
          <Button variant={variant} size="lg">
            Large
          </Button>
          <Button variant={variant} busy>
            Busy
          </Button>
          <Button variant={variant} disabled>
            Disabled
          </Button>
        </Part>
      ))}
      <Part title="IconButton">
        <IconButton icon={Search} label="Search" hint="/" />
        <IconButton icon={Search} label="Search, small" size="sm" />
        <IconButton icon={Search} label="Search, pressed" aria-pressed />
      </Part>
    </>
  );
}

function Marks() {
  return (
    <>
      <Part title="Badge">
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone} icon={Check}>
            {tone}
          </Badge>
        ))}
        <Badge tone="operator" icon={Check} plain>
          plain
        </Badge>
      </Part>
      <Part title="Counter, Kbd, Avatar">
        <Counter>3</Counter>
        <Counter>99+</Counter>
        <Kbd>K</Kbd>
        <Kbd>Ctrl K</Kbd>
        {["Анна Соколова", "Maya Lindqvist", "Пётр", "لیلا", "🙂", "Li Wei", "Zoë"].map((name) => (
          <Avatar key={name} name={name} />
        ))}
        <Avatar name="Анна Соколова" size="sm" online />
        <Avatar name="Анна Соколова" online={false} />
        <Avatar name="Анна Соколова" size="lg" />
        <BotAvatar />
      </Part>
    </>
  );
}

function Fields() {
  const [kind, setKind] = useState<"reply" | "note">("reply");
  const [size, setSize] = useState<"any" | "open" | "snoozed">("any");
  const [on, setOn] = useState(true);
  return (
    <>
      <Part title="TextField, TextArea" wide>
        <TextField label="Plain" placeholder="Placeholder" />
        <TextField label="With a hint" hint="What it is for" defaultValue="Value" />
        <TextField label="Refused" defaultValue="anna@" error="Enter a whole e-mail address." />
        <TextField label="Disabled" defaultValue="Value" disabled />
        <TextArea label="Many lines" defaultValue={"First\nSecond"} rows={2} />
      </Part>
      <Choices />
      <Part title="Segmented">
        <Segmented
          label="What you write"
          value={kind}
          onChange={setKind}
          options={[
            { value: "reply", label: "Reply", icon: Reply },
            { value: "note", label: "Note", icon: StickyNote },
          ]}
        />
        <Segmented
          chips
          showLabel
          label="Status"
          value={size}
          onChange={setSize}
          options={[
            { value: "any", label: "Any" },
            { value: "open", label: "Open" },
            { value: "snoozed", label: "Snoozed" },
          ]}
        />
      </Part>
      <Part title="Switch">
        <Switch label="On or off" checked={on} onChange={setOn} />
        <Switch label="Off" checked={false} onChange={nothing} />
        <Switch label="Disabled" checked disabled onChange={nothing} />
      </Part>
    </>
  );
}

const CHOICES = [
  { value: "a", label: "First", hint: "What it means" },
  { value: "b", label: "Second" },
  { value: "c", label: "Disabled", disabled: true },
];

function Choices() {
  const [one, setOne] = useState("a");
  const [some, setSome] = useState<Set<string>>(new Set(["a"]));
  return (
    <Part title="SelectField, CheckList" wide>
      <SelectField
        label="One of many"
        hint="What it is for"
        options={CHOICES}
        value={one}
        onChange={setOne}
      />
      <SelectField label="Refused" error="Choose another." options={CHOICES} value={one} onChange={setOne} />
      <CheckList label="Any of a few" options={CHOICES} value={some} onChange={setSome} />
      <CheckList label="Nothing there" empty="Make one first." options={[]} value={some} onChange={setSome} />
      <CheckList
        label="Refused choice"
        error="You may not give this."
        options={CHOICES.slice(0, 1)}
        value={some}
        onChange={setSome}
      />
    </Part>
  );
}

function Overlays() {
  const [theme, setTheme] = useState<"system" | "light" | "dark">("system");
  const [checked, setChecked] = useState(true);
  return (
    <Part title="Menu, Popover, Toast (open them)">
      <Menu label="Menu" align="start" trigger={<Button>Menu</Button>}>
        <MenuItem icon={Inbox} hint="I" onSelect={nothing}>
          Item
        </MenuItem>
        <MenuItem icon={Trash2} disabled onSelect={nothing}>
          Disabled
        </MenuItem>
        <MenuSeparator />
        <MenuRadio
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            { value: "system", label: "System", icon: Monitor },
            { value: "light", label: "Light", icon: Sun },
            { value: "dark", label: "Dark", icon: Moon },
          ]}
        />
        <MenuSeparator />
        <MenuCheck checked={checked} onChange={setChecked}>
          Checked
        </MenuCheck>
      </Menu>
      <Popover label="Popover" align="start" trigger={<Button>Popover</Button>}>
        <TextField label="Inside" />
      </Popover>
      <Button
        onClick={() =>
          showToast({ tone: "success", text: "Resolved.", action: { label: "Undo", run: nothing } })
        }
      >
        Toast
      </Button>
    </Part>
  );
}

function Feedback() {
  return (
    <>
      <Part title="Toast" wide>
        <ToastCard toast={{ id: -1, tone: "info", text: "It is being sent right now." }} onClose={nothing} />
        <ToastCard
          toast={{ id: -2, tone: "success", text: "Resolved.", action: { label: "Undo", run: nothing } }}
          onClose={nothing}
        />
        <ToastCard
          toast={{
            id: -3,
            tone: "error",
            text: "The server did not answer.",
            action: { label: "Try again", run: nothing },
          }}
          onClose={nothing}
        />
      </Part>
      <Part title="Banner" wide>
        <Banner>Information.</Banner>
        <Banner tone="success">It worked.</Banner>
        <Banner tone="warning" action={<Button size="sm">Try now</Button>}>
          No live connection. What you write is kept.
        </Banner>
        <Banner tone="danger">E-mail or password is wrong.</Banner>
      </Part>
      <Part title="Skeleton, Empty" wide>
        <Skeleton width="60%" />
        <Skeleton width="2rem" height="2rem" round />
        <Empty icon={Bot} title="The bot has no open conversations" actions={<Button>All: 8</Button>}>
          As soon as a customer writes, the conversation appears here.
        </Empty>
      </Part>
    </>
  );
}
