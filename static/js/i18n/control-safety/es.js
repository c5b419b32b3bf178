/** What the fields of product safety say in Spanish. */
export default {
  "safety.heading": "Seguridad del producto",
  "safety.maker": "Fabricante",
  "safety.contact": "Contacto del fabricante",
  "safety.contact_hint": "Una dirección de correo o web",
  "safety.address": "Dirección postal del fabricante",
  "safety.responsible": "Responsable en la UE",
  "safety.responsible_hint": "Nombre, dirección y contacto. Solo si el fabricante está fuera de la UE",
  "safety.warnings": "Advertencias",
  "safety.warnings_hint": "En el idioma de quienes compran",
  "safety.needed": "Fabricante, contacto y dirección postal van juntos.",
  "problem.safety_missing": "Tu tienda vende a personas en la UE y no se dice nada de la seguridad de este producto. Rellena Seguridad del producto, aquí o para toda la tienda, o guarda un borrador.",
};
