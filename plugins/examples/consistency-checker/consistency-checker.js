//---
// name: consistency-checker
// version: 1.0.0
// description: Checks the names of characters and places across the notes of a story
// capabilities: [kiln.read]
//---
// A note whose frontmatter has a type of CAST is a member of the cast: a person, a place, a faction. It goes by its title, its aliases
// and the name of its file. Prose is read line by line, without frontmatter and fenced code; this is no parser of Markdown.

import { listNotes, readNote } from "crucible:kiln";
import { PluginError } from "crucible";

const CAST = ["npc", "character", "person", "place", "location", "faction"];

/**
 * Looks for names that are misspelled, names that have no note, and members of the cast who never appear.
 * @param [folder] {string} where the story is; everything below it is read
 * @returns {object} `{ cast, misspelled, unknown, absent, skipped }`
 */
export function check({ folder = "" }) {
  const { notes, cast, names, skipped } = readStory(folder);
  const known = new Map(cast.flatMap((member) => member.names.flat().map((word) => [word, member])));
  const misspelled = [];
  const strangers = new Map();
  for (const { path, lines } of notes) {
    for (const { number, text } of lines) {
      for (const { name, isInside } of strangersIn(appear(names, path, number, text), text)) {
        const unknown = name
          .split(" ")
          .map(fold)
          .filter((word) => !known.has(word));
        const meant = unknown.map((word) => nearest(word, known)).find(Boolean);
        if (meant) misspelled.push({ text: name, meant: meant.name, path, line: number });
        else if (unknown.length > 0) note(strangers, name, path, isInside);
      }
    }
  }
  const unknown = [...strangers]
    .filter(([, { count, isInside }]) => count > 1 && isInside)
    .map(([name, { count, paths }]) => ({ name, mentions: count, notes: [...paths] }))
    .sort((one, two) => two.mentions - one.mentions || (one.name < two.name ? -1 : 1));
  return {
    cast: cast.map(({ name, type, path, places }) => ({ name, type, path, mentions: places.length })),
    misspelled,
    unknown,
    absent: cast.filter(({ places }) => places.length === 0).map(({ name }) => name),
    skipped,
  };
}

/**
 * Every line outside of its own note in which a member of the cast appears, in the order of the notes.
 * @param name {string} a title, an alias or the name of a file
 * @param [folder] {string} where the story is
 * @returns {object} `{ name, path, appearances }`
 */
export function appearances({ name, folder = "" }) {
  const { notes, cast, names } = readStory(folder);
  const asked = wordsOf(name).join(" ");
  const member = cast.find((other) => other.names.some((words) => words.join(" ") === asked));
  if (!member) {
    const there = cast.map((other) => other.name).join(", ") || "nobody";
    throw new PluginError("not-found", `There is no note about "${name}"; the cast is ${there}`);
  }
  for (const { path, lines } of notes) for (const { number, text } of lines) appear(names, path, number, text);
  return { name: member.name, path: member.path, appearances: member.places };
}

function readStory(folder) {
  const notes = [];
  const skipped = [];
  for (const { path } of listNotes(folder)) {
    try {
      notes.push({ path, ...parse(readNote(path)) });
    } catch (error) {
      skipped.push({ path, reason: error.message });
    }
  }
  const cast = castOf(notes);
  return { notes, cast, names: byFirstWord(cast), skipped };
}

// Frontmatter as far as it is needed, and the lines of prose.
function parse(text) {
  const all = text.split(/\r?\n/);
  const end = all[0] === "---" ? all.indexOf("---", 1) : -1;
  const fields = new Map();
  for (const line of all.slice(1, Math.max(end, 1))) {
    const [, key, value] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
    if (key)
      fields.set(
        key,
        value
          .replace(/^\[(.*)\]$/, "$1")
          .split(",")
          .map(unquoted)
          .filter(Boolean),
      );
  }
  let fence = "";
  const lines = [];
  for (let index = end + 1; index < all.length; index++) {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(all[index]) ?? [];
    if (mark && fence === "") fence = mark;
    else if (mark?.startsWith(fence)) fence = "";
    else if (fence === "" && all[index].trim() !== "") lines.push({ number: index + 1, text: all[index] });
  }
  return { fields, lines };
}

const unquoted = (text) => text.trim().replace(/^(["'])(.*)\1$/, "$2");

function castOf(notes) {
  const cast = [];
  for (const { path, fields } of notes) {
    const type = fields.get("type")?.[0];
    if (!CAST.includes(type)) continue;
    const file = path.split("/").at(-1).replace(/\.md$/, "");
    const name = fields.get("title")?.join(", ") ?? file;
    const names = [name, file, ...(fields.get("aliases") ?? [])].map(wordsOf).filter(({ length }) => length > 0);
    cast.push({ name, type, path, names, places: [] });
  }
  return cast;
}

// Who goes by names that begin with a word, longer names first.
function byFirstWord(cast) {
  const names = new Map();
  for (const member of cast) {
    for (const words of member.names) names.set(words[0], [...(names.get(words[0]) ?? []), { words, member }]);
  }
  for (const list of names.values()) list.sort((one, two) => two.words.length - one.words.length);
  return names;
}

// Notes whom a line mentions, and gives its words that belong to no name. A link is a mention as well, for it holds the file's name.
function appear(names, path, line, text) {
  const words = [];
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    words.push({ word: match[0], index: match.index, folded: fold(match[0]) });
  }
  const rest = [];
  const found = new Set();
  for (let at = 0; at < words.length; at++) {
    const name = names
      .get(words[at].folded)
      ?.find((one) => one.words.every((word, by) => words[at + by]?.folded === word));
    if (name) {
      found.add(name.member);
      at += name.words.length - 1;
    } else rest.push(words[at]);
  }
  for (const member of found) if (member.path !== path) member.places.push({ path, line, text: text.trim() });
  return rest;
}

// Capitalised names among words; one that begins a sentence may be any word, so it is told apart.
function* strangersIn(words, text) {
  const line = text.replace(/`[^`]*`|https?:\S+/g, (code) => " ".repeat(code.length));
  for (let at = 0; at < words.length; at++) {
    const { index } = words[at];
    const parts = [];
    while (
      at < words.length &&
      NAME.test(words[at].word) &&
      line[words[at].index] !== " " &&
      follows(words, at, parts)
    ) {
      parts.push(words[at++].word);
    }
    if (parts.length === 0) continue;
    yield { name: parts.join(" "), isInside: /[\p{Ll},;] $/u.test(line.slice(Math.max(index - 2, 0), index)) };
    at--;
  }
}

const follows = (words, at, parts) =>
  parts.length === 0 || words[at].index === words[at - 1].index + words[at - 1].word.length + 1;

function note(strangers, name, path, isInside) {
  const known = strangers.get(name) ?? { count: 0, isInside: false, paths: new Set() };
  known.paths.add(path);
  strangers.set(name, { count: known.count + 1, isInside: known.isInside || isInside, paths: known.paths });
}

// The member of the cast whose name a word was meant to be part of: one letter differs, or two in a long word.
function nearest(word, known) {
  if (word.length < 5) return undefined;
  const allowed = word.length < 9 ? 1 : 2;
  for (const [other, member] of known) {
    const isPlural = `${other}s` === word || `${word}s` === other;
    if (other.length >= 5 && !isPlural && distance(word, other, allowed) <= allowed) return member;
  }
  return undefined;
}

// Letters to insert, remove, replace or swap (optimal string alignment); more than `most` is any number above it.
function distance(one, two, most) {
  if (Math.abs(one.length - two.length) > most) return most + 1;
  let before = [];
  let last = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= two.length; j++) {
      const isSame = one[i - 1] === two[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1];
      if (isSwapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[two.length];
}

const WORD = /[\p{L}\p{N}]+/gu;
const NAME = /^\p{Lu}\p{Ll}{2,}$/u;
const folded = new Map();

// Without accents and capitals. The same words come again and again.
function fold(text) {
  let plain = folded.get(text);
  if (plain === undefined) {
    plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    folded.set(text, plain);
  }
  return plain;
}
const wordsOf = (name) => fold(name).match(WORD) ?? [];
