-- script: sub, byte, char, rep, reverse
function main()
  local s = "hello"
  print(s:sub(2), s:sub(-3), s:sub(2, -2), s:sub(0), s:sub(10), s:sub(-100, 2), s:sub(3, 2))
  print(s:byte(), s:byte(-1), s:byte(1, 3), s:byte(10))
  print(string.char(72, 105), string.char(), s:rep(3, "-"), s:rep(0), s:rep(-1), s:reverse(), s:upper(), ("ÄB"):lower())
  print(#s, s:len(), ("x"):rep(3))
end
-- script: find, plain and with patterns
function main()
  print(("hello world"):find("o w"), ("hello"):find("l", 1, true), ("a.b"):find(".", 1, true), ("a.b"):find("%."))
  print(("hello"):find(""), ("hello"):find("", 10), ("hello"):find("", 6), ("hello"):find("xyz"), ("hello"):find("l+"))
  print(("key = value"):find("^(%w+)%s*=%s*(%w+)$"))
  print(("aXb"):find("%u"), ("a1"):find("%d"), ("a b"):find("%s"), ("a_b"):find("%p"))
end
-- script: match and captures
function main()
  print(("2026-11-21"):match("(%d+)-(%d+)-(%d+)"))
  print(("  trim  "):match("^%s*(.-)%s*$") .. "|", ("abc"):match("()b()"), ("abc"):match("x"))
  print(("[[nested]]"):match("%[%[(.-)%]%]"), ("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)"))
  print(("hello"):match(".-l"), ("hello"):match(".*l"), ("hello"):match("h?e"), ("aaa"):match("a-"), ("aaa"):match("a-$"))
  print(("x=1,y=2"):match("y=(%d)"), ("äö"):match("[\xc3][\xa4]"))
end
-- script: gmatch
function main()
  for word in ("one two  three"):gmatch("%a+") do print(word) end
  for key, value in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do print(key, value) end
  for at in ("abc"):gmatch("()") do print(at) end
  local count = 0
  for _ in ("aaa"):gmatch("a*") do count = count + 1 end
  print(count)
  for c in ("abc"):gmatch(".", 2) do print(c) end
end
-- script: gsub with text, table, function
function main()
  print(("hello world"):gsub("o", "0"), ("hello"):gsub("", "-"), ("abc"):gsub("%w", "%0%0"), ("abc"):gsub("(a)(b)", "%2%1"))
  print(("$name is $age"):gsub("%$(%w+)", { name = "Zoë", age = 7 }), ("a b c"):gsub("%a", function(c) if c ~= "b" then return c:upper() end end))
  print(("aaa"):gsub("a", "b", 2), ("abc"):gsub(".", { a = 1, b = false }), ("x%"):gsub("%%", "%%%%"))
  print(pcall(string.gsub, "a", "a", "%2"))
  print(pcall(string.gsub, "a", "(", "x"))
end
-- script: frontier patterns and classes
function main()
  print(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower), ("foo.bar"):gsub("%f[%w]%w", string.upper))
  print(("a-b_c d"):gsub("[%-_ ]", ""), ("[x]"):gsub("[]]", "}"), ("a^b"):gsub("[%^]", "v"), ("a-z"):gsub("[a%-z]", "."))
  print(("\0a\0"):gsub("%z", "0"), ("ABC"):gsub("[^B]", "*"), ("x1y2"):gsub("[%d]", "#"))
end
-- script: format of numbers
function main()
  print(string.format("%d %5d %-5d| %05d %+d %x %X %#x %o", 42, 42, 42, 42, 42, 255, 255, 255, 8))
  print(string.format("%f %.2f %10.3f %e %.3E %g %g %g %a", 1.5, 1.005, 3.14159, 12345.678, 0.00012, 1e20, 0.1, 100, 1.0))
  print(string.format("%i %u", 3, 4), string.format("%.0f", 0.5), string.format("%.14g", 0.1), string.format("%5.1f|", -0.05))
  print(string.format("%d", 3.0), pcall(string.format, "%d", 3.5), pcall(string.format, "%d", "x"))
  print(string.format("%.3f", 2/3), string.format("%g", 2^53), string.format("%.17g", 0.1))
end
-- script: format of text
function main()
  print(string.format("%s %10s|%-10s|%.2s", "a", "b", "c", "def"), string.format("%%"), string.format("%c%c", 72, 105))
  print(string.format("%q", 'a "quote" \n new\0line \\'), string.format("%q", 1/3), string.format("%q", 10), string.format("%q", math.mininteger))
  print(string.format("%s %s %s", nil, true, 12.5), pcall(string.format, "%s"), pcall(string.format, "%y", 1))
  print(string.format("%-5s%5s", "ab", "cd"), string.format("%s", setmetatable({}, { __tostring = function() return "mine" end })))
end
-- script: pack and unpack
function main()
  local packed = string.pack("<i4>i2bz", 100, -2, 7, "text")
  print(#packed, string.unpack("<i4>i2bz", packed))
  print(string.packsize("i4i8"), string.packsize("!8 i4 i8"), string.pack(">I3", 0x010203):byte(1, -1))
  print(string.unpack("<d", string.pack("<d", 1.5)), string.unpack("s1", string.pack("s1", "abc")))
  print(pcall(string.pack, "i1", 200), pcall(string.unpack, "i4", "abc"))
  print(string.pack("<f", 0.5):byte(1, -1))
end
-- script: comparison and concatenation
function main()
  print("a" .. 1 .. 2.0 .. "b", 1 .. "", -1 .. "", 2^63 .. "", math.mininteger .. "")
  print("abc" < "abd", "abc" < "ab", "é" > "z", "" == "", "a" ~= "A")
  print(pcall(function() return "a" .. nil end))
  print(pcall(function() return "a" .. {} end))
  print(#("x"):rep(1000), ("ab"):rep(3, ","))
end
-- script: utf8
function main()
  local s = "aé𝄞€"
  print(utf8.len(s), #s, utf8.char(97, 233, 0x1d11e, 8364) == s, utf8.codepoint(s, 1, -1))
  for at, code in utf8.codes(s) do print(at, code) end
  print(utf8.offset(s, 3), utf8.offset(s, -1), utf8.offset(s, 10), utf8.len("\xff"), utf8.len(s, 2, 3))
  print(utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*", pcall(utf8.codepoint, "\xff"))
  for c in s:gmatch(utf8.charpattern) do print(c) end
  print(utf8.len("\u{7FFFFFFF}", 1, -1, true), utf8.len("\u{D800}", 1, -1, true), utf8.len("\xed\xa0\x80"))
end
-- script: tostring and print of kinds
function main()
  print(tostring(nil), tostring(true), tostring(12), tostring(-0.0), tostring(1e15), tostring("x"))
  print(2^31, 2^63, -2^63, 1e14, 123456789012345.0, 0.1 + 0.2, 100 // 1e0, 3 | 0)
  print(255 // 1 | 0, 7 // 1.0, 1e3 // 1)
  print(tostring(print):gsub("builtin: ", ""))
end
-- script: a reader of JSON written in patterns
function main()
  local function parse(text)
    local at = 1
    local value
    local function skip() at = text:find("%S", at) or #text + 1 end
    local function expect(char) skip() assert(text:sub(at, at) == char, "expected " .. char) at = at + 1 end
    function value()
      skip()
      local c = text:sub(at, at)
      if c == "{" then
        local object, keys = {}, {}
        at = at + 1 skip()
        while text:sub(at, at) ~= "}" do
          local key = value() expect(":")
          object[key] = value() keys[#keys + 1] = key
          skip() if text:sub(at, at) == "," then at = at + 1 skip() end
        end
        at = at + 1
        table.sort(keys)
        for i, key in ipairs(keys) do keys[i] = key .. "=" .. tostring(object[key]) end
        return "{" .. table.concat(keys, ",") .. "}"
      elseif c == "[" then
        local list = {}
        at = at + 1 skip()
        while text:sub(at, at) ~= "]" do list[#list + 1] = tostring(value()) skip() if text:sub(at, at) == "," then at = at + 1 skip() end end
        at = at + 1
        return "[" .. table.concat(list, ";") .. "]"
      elseif c == '"' then
        local stop = text:find('"', at + 1)
        local s = text:sub(at + 1, stop - 1)
        at = stop + 1
        return s
      end
      local number = text:match("^-?%d+%.?%d*", at)
      at = at + #number
      return tonumber(number)
    end
    return value()
  end
  print(parse('{"b": [1, 2.5, -3], "a": {"x": "y"}, "c": []}'))
end
-- script: integers as text
function main()
  local power = 1
  for _ = 0, 18 do
    print(power, -power, power - 1, 1 - power, power .. "", string.format("%d", power))
    power = power * 10
  end
  for _, n in ipairs({ 0, 0xFFFFFFFF, 0x100000000, 0x100000001, 9999999999, math.maxinteger, math.mininteger, math.mininteger + 1 }) do
    print(n, -n, tostring(n) == string.format("%d", n), #tostring(n), math.tointeger(tostring(n)) == n)
  end
end
