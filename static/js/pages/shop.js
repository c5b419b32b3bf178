import { translator } from "../shared/i18n.js";
import { BagOpener } from "../shop/bag-opener.js";
import { Following } from "../shop/following.js";
import { Grid, LiveCard } from "../shop/grid.js";
import { Notices } from "../shop/notices.js";

/** `/shop/{handle}`: what the server drew, kept true while a show is on. */
function open() {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const { lang, words: entries } = data;
  const following = new Following(data);
  const t = translator({ [lang.split("-")[0].toLowerCase()]: entries }, lang);
  const words = { t, lang, now: () => following.now() };
  const grid = new Grid(document, words);
  const card = new LiveCard(document.querySelector("[data-part=live]"), words);
  const notices = new Notices(words, (sku) => grid.has(sku));
  let deals = following.state?.deals ?? [];
  following.addEventListener("events", ({ detail }) => {
    notices.say(detail, deals);
    deals = following.state?.deals ?? [];
  });
  following.addEventListener("change", () => {
    grid.update(following);
    card.update(following.state);
    notices.update(following.trouble);
  });
  document.querySelector(".find select").addEventListener("change", ({ target }) => target.form.requestSubmit());
  if (data.shop) new BagOpener({ shop: data.shop, lang });
  following.start();
}

open();
