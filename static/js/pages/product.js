import { translator } from "../shared/i18n.js";
import { BagOpener } from "../shop/bag-opener.js";
import { Following } from "../shop/following.js";
import { Notices } from "../shop/notices.js";
import { ProductSheet } from "../shop/product-sheet.js";
import { offerSharing } from "../shop/share.js";

/** `/shop/{handle}/products/{sku}`: a choice without a new page, and the running show's deal. */
function open() {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const { lang, words: entries } = data;
  const following = new Following(data);
  const t = translator({ [lang.split("-")[0].toLowerCase()]: entries }, lang);
  const words = { t, lang, now: () => following.now() };
  const sheet = new ProductSheet(document.getElementById("sheet"), words, following, data);
  const notices = new Notices(words, (sku) => sku === data.product);
  let deals = following.state?.deals ?? [];
  following.addEventListener("events", ({ detail }) => {
    notices.say(detail, deals);
    deals = following.state?.deals ?? [];
  });
  following.addEventListener("change", () => {
    sheet.update();
    notices.update(following.trouble);
  });
  const share = document.querySelector("[data-part=share]");
  document.addEventListener("shop-chosen", ({ detail }) => {
    const address = new URL(share.dataset.url);
    address.searchParams.set("variant", detail.sku);
    share.dataset.url = address.href;
  });
  offerSharing(share, t);
  if (data.shop) new BagOpener({ shop: data.shop, lang });
  following.start();
}

open();
