/** What the fields of product safety say in Italian. */
export default {
  "safety.heading": "Sicurezza del prodotto",
  "safety.maker": "Prodotto da",
  "safety.contact": "Contatto del produttore",
  "safety.contact_hint": "Un indirizzo e-mail o web",
  "safety.address": "Indirizzo postale del produttore",
  "safety.responsible": "Responsabile nell’UE",
  "safety.responsible_hint": "Nome, indirizzo e contatto. Solo se il produttore è fuori dall’UE",
  "safety.warnings": "Avvertenze",
  "safety.warnings_hint": "Nella lingua di chi compra",
  "safety.needed": "Produttore, contatto e indirizzo postale vanno insieme.",
  "problem.safety_missing": "Il tuo negozio vende a persone nell’UE e della sicurezza di questo prodotto non si dice nulla. Compila Sicurezza del prodotto, qui o per tutto il negozio, oppure salva una bozza.",
};
