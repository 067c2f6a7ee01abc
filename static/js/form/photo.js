/** Photographs made small on the device: a phone's picture is ten times what anybody reads from it. When and where it was taken goes
 * along only if its person says so. */

const LONGEST = 1600; // pixels
const QUALITY = 0.8;
const SMALL = 300_000; // bytes; a picture of other kinds stays what it is below that
const PHOTO = "image/jpeg";
const [MARKER, EXIF, PIXELS] = [0xff, 0xe1, 0xda];
const [ORIENTATION, UPRIGHT] = [0x0112, 1];

/** The file to send: [blob, name]. What cannot be read as a picture goes as it is. `place`: keep when and where it was taken. */
export async function shrunk(file, place) {
  if (!file.type.startsWith("image/") || (file.type !== PHOTO && file.size < SMALL)) return [file, file.name];
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => undefined);
  if (picture === undefined) return [file, file.name];
  const made = await drawn(picture);
  const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
  if (file.type !== PHOTO) return made.size < file.size ? [made, name] : [file, file.name];
  const said = place && exifOf(new Uint8Array(await file.arrayBuffer()));
  return [said ? new Blob([made.slice(0, 2), said, made.slice(2)], { type: PHOTO }) : made, name];
}

async function drawn(picture) {
  const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * share)));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // what shines through
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, PHOTO, QUALITY));
}

/** The segment of a JPEG that says when, where and how it was taken; turned upright, as the drawn picture is. */
function exifOf(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = 2; at + 4 < bytes.length && bytes[at] === MARKER && bytes[at + 1] !== PIXELS; at += 2 + view.getUint16(at + 2)) {
    const segment = bytes.slice(at, at + 2 + view.getUint16(at + 2));
    if (bytes[at + 1] === EXIF && String.fromCharCode(...segment.slice(4, 8)) === "Exif") return upright(segment);
  }
  return undefined;
}

function upright(segment) {
  const head = 10; // marker, length and name; addresses count from here
  const view = new DataView(segment.buffer);
  const little = view.getUint16(head) === 0x4949;
  const first = head + view.getUint32(head + 4, little);
  if (first + 2 > segment.length) return undefined;
  for (let entry = first + 2, left = view.getUint16(first, little); left > 0 && entry + 12 <= segment.length; left -= 1, entry += 12) {
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, UPRIGHT, little);
  }
  return segment;
}
