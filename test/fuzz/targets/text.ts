/**
 * Hostile text for what guests and authors write: JSON that a plugin answers with, paths of notes, globs. Read or refused with a
 * typed error; JSON agrees with `JSON.parse`, a path stays in the kiln, a glob ends on any path.
 */
import assert from "node:assert/strict";
import { posix } from "node:path";
import { compileGlobs } from "../../../host/src/kiln/glob.ts";
import { aliasKey, parseFolderPath, tryNotePath } from "../../../host/src/kiln/path.ts";
import { parseGuestJson } from "../../../host/src/plugins/json.ts";
import { mutateText, one, picker, unlessRefused } from "../support.ts";

export const name = "text";

const JSON_TEXTS = [
  `{"a":[1,2.5e3,-0,true,null,"\\u00e9\\n"],"__proto__":{"x":1},"big":9007199254740991}`,
  `[[[[[[]]]]],{"":{"":{}}},"\\ud83e\\udd8a"]`,
  `"text"`,
  "-12.5e-3",
];
const PATHS = ["campaigns/log/session 1.md", "a/b/c/d.md", "é/ü.md", "con/nul.md", "notes/..md", "a.md", "x/…y.md"];
const GLOBS = ["**", "a/**/b/*.md", "*a*b*c*.md", "notes/{a,b}/?.md", "[a-z]*.md", "**/**/**/**/x.md"];

export function input(seed: number): string {
  const pick = picker(seed, 0x7478);
  return mutateText(one(pick, [JSON_TEXTS, PATHS, GLOBS][pick(3)]!), pick);
}

export async function run(seed: number): Promise<void> {
  const text = input(seed);
  const parsed = await unlessRefused(["guest-error", "transfer-limit"], () => ({ value: parseGuestJson(text) }));
  if (parsed) assert.deepEqual(parsed.value, JSON.parse(text));

  const path = tryNotePath(text);
  if (path !== undefined) {
    assert.equal(posix.normalize(path), path);
    assert(
      !posix.isAbsolute(path) && !path.split("/").some((part) => part.startsWith(".") || /[:\\\0]/.test(part)),
      path,
    );
    assert.notEqual(aliasKey(path).split("/")[0], ".crucible");
  }
  const folder = await unlessRefused(["invalid-arguments"], () => parseFolderPath(text));
  if (folder) assert(!posix.normalize(folder).startsWith(".."), folder);

  const globs = await unlessRefused(["invalid-arguments"], () => compileGlobs([text]));
  globs?.matches(`${"a/".repeat(60)}${"ab".repeat(100)}.md`);
}
