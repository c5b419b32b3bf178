/** What the fields of product safety say in English. */
export default {
  "safety.heading": "Product safety",
  "safety.maker": "Made by",
  "safety.contact": "Contact of the maker",
  "safety.contact_hint": "An e-mail or web address",
  "safety.address": "Postal address of the maker",
  "safety.responsible": "Responsible in the EU",
  "safety.responsible_hint": "Name, address and contact. Only where the maker is outside the EU",
  "safety.warnings": "Warnings",
  "safety.warnings_hint": "In the language of your buyers",
  "safety.needed": "Maker, contact and postal address belong together.",
  "problem.safety_missing": "Your shop sells to people in the EU, and nothing is told of this product’s safety. Fill in Product safety, here or for the whole shop, or save a draft.",
};
