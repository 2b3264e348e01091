import { keepTexts } from "~/i18n";
import connectingEn from "~/i18n/connecting.en.json";
import connectingRu from "~/i18n/connecting.ru.json";
import en from "~/i18n/en.json";
import ru from "~/i18n/ru.json";

// Tests change the language as they go, and wait for no file.
keepTexts("en", { ...en, ...connectingEn });
keepTexts("ru", { ...ru, ...connectingRu });
