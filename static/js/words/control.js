import { EN } from "./control-en.js";
import { EN_FORMS } from "./control-en-forms.js";
import { IT } from "./control-it.js";
import { IT_FORMS } from "./control-it-forms.js";

/** Everything that the control panel and the dock say. */
export const CATALOGUE = { en: { ...EN, ...EN_FORMS }, it: { ...IT, ...IT_FORMS } };
