/** What the fields of product safety say in German. */
export default {
  "safety.heading": "Produktsicherheit",
  "safety.maker": "Hersteller",
  "safety.contact": "Kontakt des Herstellers",
  "safety.contact_hint": "Eine E-Mail- oder Webadresse",
  "safety.address": "Postanschrift des Herstellers",
  "safety.responsible": "Verantwortlich in der EU",
  "safety.responsible_hint": "Name, Anschrift und Kontakt. Nur wenn der Hersteller außerhalb der EU sitzt",
  "safety.warnings": "Warnhinweise",
  "safety.warnings_hint": "In der Sprache deiner Kundschaft",
  "safety.needed": "Hersteller, Kontakt und Postanschrift gehören zusammen.",
  "problem.safety_missing": "Dein Shop verkauft an Menschen in der EU, und zur Sicherheit dieses Produkts steht nichts da. Fülle Produktsicherheit aus, hier oder für den ganzen Shop, oder speichere einen Entwurf.",
};
