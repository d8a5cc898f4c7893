/* Bytes of plug-ins as text: UTF-8 (RFC 3629), JSON (RFC 8259) as far as telling it from other text, base64 (RFC 4648). */
#include "kernel.h"

/* The length of the character that begins here, 0 where none does. */
static u32 character(const u8 *at, u32 left) {
  u8 first = at[0];
  if (first < 0x80) return 1;
  u32 length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || left < length) return 0;
  for (u32 index = 1; index < length; index++)
    if ((at[index] & 0xc0) != 0x80) return 0;
  /* Longer than needed, a surrogate, or above U+10FFFF. */
  if (first == 0xe0 && at[1] < 0xa0) return 0;
  if (first == 0xed && at[1] > 0x9f) return 0;
  if (first == 0xf0 && at[1] < 0x90) return 0;
  if (first == 0xf4 && at[1] > 0x8f) return 0;
  return length;
}

u32 utf8_bad(const u8 *at, u32 length) {
  u32 index = 0;
  while (index < length) {
    u32 step = character(at + index, length - index);
    if (step == 0) return index;
    index += step;
  }
  return length;
}

static u8 *room(u64 bytes) {
  u8 *block = bytes > 0x70000000 ? NULL : block_new((u32)bytes);
  if (block == NULL) __builtin_trap(); /* Memory: the host knows that it could not grow. */
  return block;
}

static u8 *replacement(u8 *to) {
  to[0] = 0xef, to[1] = 0xbf, to[2] = 0xbd;
  return to + 3;
}

/* The same text where it is UTF-8, else a block with U+FFFD for every byte that is not. */
struct text utf8_clean(const u8 *at, u32 length) {
  if (utf8_bad(at, length) == length) return (struct text){at, length};
  u8 *start = room((u64)length * 3), *to = start;
  for (u32 index = 0; index < length;) {
    u32 step = character(at + index, length - index);
    if (step == 0) {
      to = replacement(to);
      index++;
      continue;
    }
    copy(to, at + index, step);
    to += step;
    index += step;
  }
  return (struct text){start, (u32)(to - start)};
}

static int is_space(u8 byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
static int is_digit(u8 byte) { return byte >= '0' && byte <= '9'; }
static int hex_digit(u8 byte) {
  if (is_digit(byte)) return byte - '0';
  byte |= 0x20;
  return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

struct cursor {
  const u8 *at, *end;
};

static void skip_space(struct cursor *c) {
  while (c->at < c->end && is_space(*c->at)) c->at++;
}

static int take(struct cursor *c, u8 byte) {
  if (c->at == c->end || *c->at != byte) return 0;
  c->at++;
  return 1;
}

static int take_word(struct cursor *c, const char *word) {
  for (; *word != 0; word++)
    if (!take(c, (u8)*word)) return 0;
  return 1;
}

static int take_digits(struct cursor *c) {
  const u8 *start = c->at;
  while (c->at < c->end && is_digit(*c->at)) c->at++;
  return c->at > start;
}

static int take_number(struct cursor *c) {
  take(c, '-');
  if (!take(c, '0') && !take_digits(c)) return 0;
  if (take(c, '.') && !take_digits(c)) return 0;
  if (!take(c, 'e') && !take(c, 'E')) return 1;
  if (!take(c, '+')) take(c, '-');
  return take_digits(c);
}

static int take_string(struct cursor *c) {
  if (!take(c, '"')) return 0;
  while (c->at < c->end) {
    u8 byte = *c->at++;
    if (byte == '"') return 1;
    if (byte < 0x20) return 0;
    if (byte != '\\') continue;
    if (c->at == c->end) return 0;
    byte = *c->at++;
    if (byte == 'u') {
      for (int left = 4; left > 0; left--)
        if (c->at == c->end || hex_digit(*c->at++) < 0) return 0;
      continue;
    }
    if (byte != '"' && byte != '\\' && byte != '/' && byte != 'b' && byte != 'f' && byte != 'n' && byte != 'r' && byte != 't') return 0;
  }
  return 0;
}

static int take_scalar(struct cursor *c) {
  switch (c->at == c->end ? 0 : *c->at) {
    case 't': return take_word(c, "true");
    case 'f': return take_word(c, "false");
    case 'n': return take_word(c, "null");
    case '"': return take_string(c);
    default: return take_number(c);
  }
}

/* Deeper than the host accepts. */
enum { DEPTH = 256 };

/* Whether UTF-8 text is one JSON value; what is nested deeper than the host accepts counts as such, for the host to refuse. */
int is_json(const u8 *at, u32 length) {
  struct cursor c = {at, at + length};
  u8 closes[DEPTH];
  u32 depth = 0;
  for (;;) {
    skip_space(&c);
    int is_object = take(&c, '{');
    if (is_object || take(&c, '[')) {
      u8 close = is_object ? '}' : ']';
      skip_space(&c);
      if (!take(&c, close)) {
        if (depth == DEPTH) return 1;
        closes[depth++] = close;
        if (is_object && !(take_string(&c) && (skip_space(&c), take(&c, ':')))) return 0;
        continue;
      }
    } else if (!take_scalar(&c)) {
      return 0;
    }
    for (;;) {
      skip_space(&c);
      if (depth == 0) return c.at == c.end;
      if (!take(&c, closes[depth - 1])) break;
      depth--;
    }
    if (!take(&c, ',')) return 0;
    skip_space(&c);
    if (closes[depth - 1] == '}' && !(take_string(&c) && (skip_space(&c), take(&c, ':')))) return 0;
  }
}

/* UTF-8 text as a JSON string. */
struct text json_string(const u8 *at, u32 length) {
  u64 size = 2;
  for (u32 index = 0; index < length; index++) size += at[index] < 0x20 ? 6 : at[index] == '"' || at[index] == '\\' ? 2 : 1;
  u8 *start = room(size), *to = start;
  *to++ = '"';
  for (u32 index = 0; index < length; index++) {
    u8 byte = at[index];
    if (byte < 0x20) {
      copy(to, "\\u00", 4);
      to[4] = '0' + (byte >> 4);
      to[5] = "0123456789abcdef"[byte & 15];
      to += 6;
      continue;
    }
    if (byte == '"' || byte == '\\') *to++ = '\\';
    *to++ = byte;
  }
  *to++ = '"';
  return (struct text){start, (u32)(to - start)};
}

static u8 *put_character(u8 *to, u32 code) {
  if (code < 0x80) {
    *to++ = (u8)code;
  } else if (code < 0x800) {
    *to++ = (u8)(0xc0 | code >> 6);
    *to++ = (u8)(0x80 | (code & 0x3f));
  } else if (code >= 0xd800 && code < 0xe000) {
    to = replacement(to); /* A surrogate alone, which UTF-8 cannot carry. */
  } else if (code < 0x10000) {
    *to++ = (u8)(0xe0 | code >> 12);
    *to++ = (u8)(0x80 | (code >> 6 & 0x3f));
    *to++ = (u8)(0x80 | (code & 0x3f));
  } else {
    *to++ = (u8)(0xf0 | code >> 18);
    *to++ = (u8)(0x80 | (code >> 12 & 0x3f));
    *to++ = (u8)(0x80 | (code >> 6 & 0x3f));
    *to++ = (u8)(0x80 | (code & 0x3f));
  }
  return to;
}

static u32 four_digits(const u8 *at) {
  u32 code = 0;
  for (u32 index = 0; index < 4; index++) code = code << 4 | (u32)hex_digit(at[index]);
  return code;
}

/* The text of a JSON string with its quotes, as a new block. 0 where it is none. */
int json_unquote(const u8 *at, u32 length, struct text *out) {
  struct cursor c = {at, at + length};
  if (!take_string(&c) || c.at != c.end) return 0;
  u8 *start = room(length), *to = start;
  for (const u8 *from = at + 1; from < c.end - 1;) {
    if (*from != '\\') {
      *to++ = *from++;
      continue;
    }
    u8 escape = from[1];
    from += 2;
    if (escape == 'u') {
      u32 code = four_digits(from);
      from += 4;
      u32 low = code >= 0xd800 && code < 0xdc00 && c.end - from > 6 && from[0] == '\\' && from[1] == 'u' ? four_digits(from + 2) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        from += 6;
      }
      to = put_character(to, code);
      continue;
    }
    *to++ = escape == 'b' ? '\b' : escape == 'f' ? '\f' : escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape == 't' ? '\t' : escape;
  }
  *out = (struct text){start, (u32)(to - start)};
  return 1;
}

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Bytes as a JSON string in base64. */
struct text base64_json(const u8 *at, u32 length) {
  u8 *start = room(((u64)length + 2) / 3 * 4 + 2), *to = start;
  *to++ = '"';
  for (u32 index = 0; index < length; index += 3) {
    u32 left = length - index;
    u32 three = (u32)at[index] << 16 | (left > 1 ? (u32)at[index + 1] << 8 : 0) | (left > 2 ? at[index + 2] : 0);
    *to++ = ALPHABET[three >> 18];
    *to++ = ALPHABET[three >> 12 & 63];
    *to++ = left > 1 ? ALPHABET[three >> 6 & 63] : '=';
    *to++ = left > 2 ? ALPHABET[three & 63] : '=';
  }
  *to++ = '"';
  return (struct text){start, (u32)(to - start)};
}

static int sextet(u8 byte) {
  if (byte >= 'A' && byte <= 'Z') return byte - 'A';
  if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
  if (is_digit(byte)) return byte - '0' + 52;
  return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

/* The bytes of padded base64, as a new block. 0 where it is none. */
int base64_decode(const u8 *at, u32 length, struct text *out) {
  if (length % 4 != 0) return 0;
  u32 padding = length == 0 || at[length - 1] != '=' ? 0 : at[length - 2] == '=' ? 2 : 1;
  u8 *start = room((u64)length / 4 * 3), *to = start;
  for (u32 index = 0; index < length; index += 4) {
    u32 used = index + 4 == length ? 4 - padding : 4;
    u32 four = 0;
    for (u32 digit = 0; digit < 4; digit++) {
      int value = digit < used ? sextet(at[index + digit]) : 0;
      if (value < 0) return 0;
      four = four << 6 | (u32)value;
    }
    *to++ = (u8)(four >> 16);
    if (used > 2) *to++ = (u8)(four >> 8);
    if (used > 3) *to++ = (u8)four;
  }
  *out = (struct text){start, (u32)(to - start)};
  return 1;
}
