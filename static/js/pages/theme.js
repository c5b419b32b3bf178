/*
 * The page follows the device: paper by day, notte where dark is preferred. A classic script in the
 * head, so that the first paint already has the right ground.
 */
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.theme = dark.matches ? "notte" : "paper";
  };
  follow();
  dark.addEventListener("change", follow);
}
