import { useTranslation } from "react-i18next";
import type { Skill, SkillHeld } from "~/api/types";
import { CheckList } from "~/ui/check-list";

const LEVELS = [1, 2, 3, 4, 5];
const USUAL_LEVEL = 3;

export type Levels = ReadonlyMap<string, number>;

interface SkillLevelsProps {
  skills: readonly Skill[];
  value: Levels;
  error?: string | undefined;
  onChange: (levels: Levels) => void;
}

/** Which skills somebody has, and how well he knows each. */
export function SkillLevels({ skills, value, error, onChange }: SkillLevelsProps) {
  const { t } = useTranslation();
  return (
    <CheckList
      label={t("settings.sections.skills")}
      hint={t("settings.members.skillsHint")}
      empty={t("settings.members.noSkills")}
      options={skills.map(({ id, name }) => ({
        value: id,
        label: name,
        aside: value.has(id) && (
          <select
            className="input select level"
            aria-label={t("settings.members.level", { name })}
            value={value.get(id)}
            onChange={(event) => onChange(new Map(value).set(id, Number(event.target.value)))}
          >
            {LEVELS.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        ),
      }))}
      value={new Set(value.keys())}
      error={error ?? null}
      onChange={(next) => onChange(new Map([...next].map((id) => [id, value.get(id) ?? USUAL_LEVEL])))}
    />
  );
}

export function levelsOf(skills: readonly SkillHeld[]): Levels {
  return new Map(skills.map(({ skill_id, level }) => [skill_id, level]));
}

export function heldOf(levels: Levels): SkillHeld[] {
  return [...levels].map(([skill_id, level]) => ({ skill_id, level }));
}
