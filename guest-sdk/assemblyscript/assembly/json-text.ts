// The units that stand for themselves inside of a JSON string, found four at a time. What is special: the quote, the backslash,
// control characters and surrogates.

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;

/** The first special unit from `at` on, or `end`. */
export function plainUntil(at: usize, end: usize): usize {
  while (at + 8 <= end) {
    // Four units below 0x80: bit 15 of each sum says that the unit is at least 0x20, is no quote, is no backslash.
    const four = load<u64>(at);
    if (four & 0xff80_ff80_ff80_ff80) break;
    const fine =
      (four + 0x7fe0_7fe0_7fe0_7fe0) &
      ((four ^ 0x0022_0022_0022_0022) + 0x7fff_7fff_7fff_7fff) &
      ((four ^ 0x005c_005c_005c_005c) + 0x7fff_7fff_7fff_7fff);
    if ((fine & 0x8000_8000_8000_8000) != 0x8000_8000_8000_8000) break;
    at += 8;
  }
  while (at < end && !isSpecial(load<u16>(at))) at += 2;
  return at;
}

function isSpecial(unit: u32): bool {
  return unit < 0x20 || unit == QUOTE || unit == BACKSLASH || isSurrogate(unit);
}

export function isSurrogate(unit: u32): bool {
  return (unit & 0xf800) == 0xd800;
}

/** Whether two units are a pair that stands for one character. */
export function isPair(first: u32, second: u32): bool {
  return (first & 0xfc00) == 0xd800 && (second & 0xfc00) == 0xdc00;
}
