import { keepTexts } from "~/i18n";
import en from "~/i18n/en.json";
import ru from "~/i18n/ru.json";

// Tests change the language as they go, and wait for no file.
keepTexts("en", en);
keepTexts("ru", ru);
