/** What the fields of product safety say in French. */
export default {
  "safety.heading": "Sécurité du produit",
  "safety.maker": "Fabricant",
  "safety.contact": "Contact du fabricant",
  "safety.contact_hint": "Une adresse e-mail ou web",
  "safety.address": "Adresse postale du fabricant",
  "safety.responsible": "Responsable dans l’UE",
  "safety.responsible_hint": "Nom, adresse et contact. Seulement si le fabricant est hors de l’UE",
  "safety.warnings": "Avertissements",
  "safety.warnings_hint": "Dans la langue de vos clients",
  "safety.needed": "Fabricant, contact et adresse postale vont ensemble.",
  "problem.safety_missing": "Votre boutique vend à des personnes dans l’UE et rien n’est dit de la sécurité de ce produit. Remplissez Sécurité du produit, ici ou pour toute la boutique, ou enregistrez un brouillon.",
};
