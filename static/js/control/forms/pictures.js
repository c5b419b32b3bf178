/** Pictures as phones make them, made small before they are sent. */

import { Problem } from "../../client/api.js";

/** The server keeps 1024 px; so much is left for its own careful shrinking. */
const LONG_SIDE_PX = 2000;
const MOST_BYTES = 4 * 1024 * 1024;
/** What the server reads itself. */
const PLAIN = ["image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"];
const QUALITY = 0.86;

/**
 * The picture as it is sent: itself where it is small, else no larger than 2000 px, as WebP, or as JPEG
 * where the browser writes no WebP.
 *
 * @param {Blob} file
 * @returns {Promise<Blob>} rejects with the Problem `unreadable_picture` where neither this browser nor the server can read it
 */
export async function shrunk(file) {
  const plain = PLAIN.includes(file.type) && file.size <= MOST_BYTES;
  if (plain && file.type === "image/gif") return file; // a canvas would keep its first picture only
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    if (plain) return file;
    throw new Problem({ code: "unreadable_picture" });
  }
  try {
    const { width, height } = bitmap;
    const share = Math.min(1, LONG_SIDE_PX / Math.max(width, height));
    if (plain && share === 1) return file;
    return await drawn(bitmap, Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share)));
  } finally {
    bitmap.close();
  }
}

/** @param {ImageBitmap} bitmap @param {number} width @param {number} height @returns {Promise<Blob>} */
async function drawn(bitmap, width, height) {
  const small = await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  brush.drawImage(small, 0, 0);
  small.close();
  const webp = await encoded(canvas, "image/webp");
  if (webp?.type === "image/webp") return webp;
  brush.globalCompositeOperation = "destination-over"; // JPEG has no transparency, and would show black
  brush.fillStyle = "white";
  brush.fillRect(0, 0, width, height);
  const jpeg = await encoded(canvas, "image/jpeg");
  if (!jpeg) throw new Problem({ code: "unreadable_picture" });
  return jpeg;
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob|null>} */
function encoded(canvas, type) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

/**
 * Shrinks and sends several, one after the other: a phone holds one large picture at a time.
 *
 * @param {Blob[]} files @param {(file: Blob) => Promise<{url: string}>} send
 * @param {(done: number, of: number) => void} tell before each, and at the end
 * @returns {Promise<string[]>} their addresses; rejects with the first Problem, when the others are sent
 */
export async function sendPictures(files, send, tell) {
  const urls = [];
  let wrong = null;
  for (const [done, file] of files.entries()) {
    tell(done, files.length);
    try {
      urls.push((await send(await shrunk(file))).url);
    } catch (problem) {
      wrong ??= problem;
    }
  }
  tell(files.length, files.length);
  if (wrong) throw Object.assign(wrong, { urls });
  return urls;
}
