import { Part } from "./part";

const SURFACES = ["bg", "surface", "raised", "sunken", "hover", "pressed", "selected"];
const WORDS = ["text", "text-muted", "text-faint", "accent-text"];
const STATES = ["accent", "bot", "operator", "note", "warning", "danger", "success"];

/** The tokens as they look in the chosen theme. */
export function Colours() {
  return (
    <>
      <Part title="Surfaces and text">
        {SURFACES.map((name) => (
          <div key={name} className="swatch" style={{ background: `var(--color-${name})` }}>
            {name}
          </div>
        ))}
        {WORDS.map((name) => (
          <span key={name} style={{ color: `var(--color-${name})` }}>
            {name}
          </span>
        ))}
      </Part>
      <Part title="States">
        {STATES.map((name) => (
          <div
            key={name}
            className="swatch"
            style={{
              background: `var(--color-${name}-soft)`,
              borderColor: `var(--color-${name}-line)`,
              color: name === "accent" ? "var(--color-accent-text)" : `var(--color-${name})`,
            }}
          >
            {name}
          </div>
        ))}
      </Part>
    </>
  );
}
