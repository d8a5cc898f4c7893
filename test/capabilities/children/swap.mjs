/** Replaces a folder by a link to another one and back, until it is killed. */
import * as fs from "node:fs";

const { folder, target } = JSON.parse(process.argv[2] ?? "");
process.send?.("ready");
for (;;) {
  fs.renameSync(folder, `${folder}-aside`);
  fs.symlinkSync(target, folder);
  fs.unlinkSync(folder);
  fs.renameSync(`${folder}-aside`, folder);
}
