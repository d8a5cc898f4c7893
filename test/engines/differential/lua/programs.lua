-- script: sieve
function main()
  local is, list = {}, {}
  for i = 2, 200 do is[i] = true end
  for i = 2, 14 do if is[i] then for j = i * i, 200, i do is[j] = false end end end
  for i = 2, 200 do if is[i] then list[#list + 1] = i end end
  print(#list, table.concat(list, " "))
end
-- script: matrix product
function main()
  local function product(a, b)
    local c = {}
    for i = 1, #a do c[i] = {} for j = 1, #b[1] do local s = 0 for k = 1, #b do s = s + a[i][k] * b[k][j] end c[i][j] = s end end
    return c
  end
  for _, row in ipairs(product({ { 1, 2 }, { 3, 4 } }, { { 0.5, 1 }, { 2, -1 } })) do print(table.unpack(row)) end
end
-- script: word count
function main()
  local text = "the quick brown fox jumps over the lazy dog the end"
  local counts, words = {}, {}
  for word in text:gmatch("%a+") do if not counts[word] then words[#words + 1] = word end counts[word] = (counts[word] or 0) + 1 end
  table.sort(words, function(a, b) if counts[a] ~= counts[b] then return counts[a] > counts[b] end return a < b end)
  for _, word in ipairs(words) do print(word, counts[word]) end
end
-- script: caesar and vigenere
function main()
  local function shift(text, by) return (text:gsub("%a", function(c) local base = c:match("%l") and 97 or 65 return string.char((c:byte() - base + by) % 26 + base) end)) end
  local secret = shift("Hello, World!", 3)
  print(secret, shift(secret, -3))
end
-- script: base64 by bits
function main()
  local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local function encode(text)
    return (text:gsub("..?.?", function(three)
      local a, b, c = three:byte(1, 3)
      local n = a << 16 | (b or 0) << 8 | (c or 0)
      local out = {}
      for i = 1, #three + 1 do local at = (n >> (24 - 6 * i)) & 63 out[i] = alphabet:sub(at + 1, at + 1) end
      return table.concat(out) .. ("="):rep(3 - #three)
    end))
  end
  print(encode(""), encode("f"), encode("fo"), encode("foo"), encode("foobar"), encode("Zoë"))
end
-- script: crc32
function main()
  local crc = 0xffffffff
  for _, byte in ipairs({ ("123456789"):byte(1, -1) }) do
    crc = crc ~ byte
    for _ = 1, 8 do crc = (crc & 1) == 1 and (crc >> 1) ~ 0xedb88320 or crc >> 1 end
  end
  print(string.format("%08x", crc ~ 0xffffffff))
end
-- script: heap sort
function main()
  local function sift(t, from, to) local root = from while root * 2 <= to do local child = root * 2 if child < to and t[child] < t[child + 1] then child = child + 1 end if t[root] >= t[child] then return end t[root], t[child] = t[child], t[root] root = child end end
  local t = {}
  for i = 1, 50 do t[i] = (i * 37) % 101 end
  for i = #t // 2, 1, -1 do sift(t, i, #t) end
  for i = #t, 2, -1 do t[1], t[i] = t[i], t[1] sift(t, 1, i - 1) end
  print(table.concat(t, " "))
end
-- script: dijkstra
function main()
  local graph = { a = { b = 7, c = 9, f = 14 }, b = { c = 10, d = 15 }, c = { d = 11, f = 2 }, d = { e = 6 }, f = { e = 9 }, e = {} }
  local distance, done = { a = 0 }, {}
  while true do
    local best
    for _, node in ipairs({ "a", "b", "c", "d", "e", "f" }) do if distance[node] and not done[node] and (not best or distance[node] < distance[best]) then best = node end end
    if not best then break end
    done[best] = true
    for other, weight in pairs(graph[best]) do local d = distance[best] + weight if not distance[other] or d < distance[other] then distance[other] = d end end
  end
  for _, node in ipairs({ "a", "b", "c", "d", "e", "f" }) do print(node, distance[node]) end
end
-- script: game of life
function main()
  local grid = { { 0, 1, 0 }, { 0, 1, 0 }, { 0, 1, 0 } }
  local function step(g)
    local out = {}
    for y = 1, 3 do out[y] = {} for x = 1, 3 do
      local n = 0
      for dy = -1, 1 do for dx = -1, 1 do if (dx ~= 0 or dy ~= 0) and g[y + dy] then n = n + (g[y + dy][x + dx] or 0) end end end
      out[y][x] = (n == 3 or (n == 2 and g[y][x] == 1)) and 1 or 0
    end end
    return out
  end
  for _ = 1, 3 do for _, row in ipairs(grid) do print(table.concat(row)) end grid = step(grid) end
end
-- script: big factorials
function main()
  local function times(digits, n) local carry = 0 for i = 1, #digits do local v = digits[i] * n + carry digits[i] = v % 10 carry = v // 10 end while carry > 0 do digits[#digits + 1] = carry % 10 carry = carry // 10 end end
  local digits = { 1 }
  for n = 2, 40 do times(digits, n) end
  print(table.concat(digits):reverse())
end
-- script: levenshtein
function main()
  local function distance(a, b)
    local row = {}
    for j = 0, #b do row[j] = j end
    for i = 1, #a do
      local before = row[0]
      row[0] = i
      for j = 1, #b do
        local old = row[j]
        row[j] = math.min(row[j] + 1, row[j - 1] + 1, before + (a:byte(i) == b:byte(j) and 0 or 1))
        before = old
      end
    end
    return row[#b]
  end
  print(distance("kitten", "sitting"), distance("", "abc"), distance("same", "same"))
end
-- script: an expression parser
function main()
  local function evaluate(text)
    local at = 1
    local expression
    local function skip() at = text:match("^%s*()", at) end
    local function atom()
      skip()
      if text:sub(at, at) == "(" then at = at + 1 local v = expression(0) skip() at = at + 1 return v end
      local number, after = text:match("^(-?%d+%.?%d*)()", at)
      at = after
      return tonumber(number)
    end
    local power = { ["+"] = 1, ["-"] = 1, ["*"] = 2, ["/"] = 2, ["^"] = 3 }
    function expression(least)
      local left = atom()
      while true do
        skip()
        local op = text:sub(at, at)
        if not power[op] or power[op] < least then return left end
        at = at + 1
        local right = expression(power[op] + (op == "^" and 0 or 1))
        if op == "+" then left = left + right elseif op == "-" then left = left - right elseif op == "*" then left = left * right elseif op == "/" then left = left / right else left = left ^ right end
      end
    end
    return expression(0)
  end
  print(evaluate("1 + 2 * 3"), evaluate("(1 + 2) * 3"), evaluate("2 ^ 3 ^ 2"), evaluate("10 / 4 - 1"), evaluate("-3 + 5"))
end
-- script: a tiny virtual machine
function main()
  local program = { { "push", 10 }, { "dup" }, { "print" }, { "push", 1 }, { "sub" }, { "jump_if", 2 } }
  local stack, at = {}, 1
  local run = {
    push = function(n) stack[#stack + 1] = n end,
    dup = function() stack[#stack + 1] = stack[#stack] end,
    print = function() print(table.remove(stack)) end,
    sub = function() local b, a = table.remove(stack), table.remove(stack) stack[#stack + 1] = a - b end,
    jump_if = function(to) if stack[#stack] ~= 0 then at = to - 1 end end,
  }
  while program[at] do run[program[at][1]](program[at][2]) at = at + 1 end
end
-- script: dates without a clock
function main()
  local function leap(y) return y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0) end
  local function weekday(y, m, d) local t = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 } if m < 3 then y = y - 1 end return (y + y // 4 - y // 100 + y // 400 + t[m] + d) % 7 end
  print(leap(2000), leap(1900), leap(2024), weekday(2026, 11, 21), weekday(1970, 1, 1))
end
-- script: string buffers
function main()
  local parts = {}
  for i = 1, 300 do parts[#parts + 1] = string.char(97 + i % 26) end
  local text = table.concat(parts)
  print(#text, text:sub(1, 30), select(2, text:gsub("a", "")))
  local s = ""
  for i = 1, 50 do s = s .. i .. "," end
  print(#s, s:sub(-10))
end
-- script: numbers in all bases
function main()
  local function base(n, b) if n == 0 then return "0" end local out = "" while n > 0 do local d = n % b out = ("0123456789abcdefghijklmnopqrstuvwxyz"):sub(d + 1, d + 1) .. out n = n // b end return out end
  for _, b in ipairs({ 2, 8, 10, 16, 36 }) do print(b, base(123456789, b), tonumber(base(123456789, b), b)) end
end
