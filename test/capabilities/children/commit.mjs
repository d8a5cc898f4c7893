/** Commits changes to a kiln and kills itself before the step that it is told, as a crash would. */
import { parseNotePath } from "../../../host/dist/kiln/path.js";
import { openKilnFiles } from "../../../host/dist/powers/node/kiln-files.js";

// `dieBefore` is the step, counted from 0, that does not happen; none: all happen.
const { root, changes, dieBefore } = JSON.parse(process.argv[2] ?? "");
let steps = 0;
const kiln = openKilnFiles(root, {
  onStep: () => {
    if (steps === dieBefore) process.kill(process.pid, "SIGKILL");
    steps += 1;
  },
});
kiln.commit(
  changes.map(([path, text]) => ({
    path: parseNotePath(path),
    content: text === null ? undefined : new TextEncoder().encode(text),
    expected: kiln.read(parseNotePath(path))?.version,
  })),
);
process.send?.({ steps });
