-- script: integer and float arithmetic
function main()
  print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 2^10, 10 / 2)
  print(1e15, 1e16, 1e100, 0.1, -0.0, 1/0, -1/0, 3.0, 1e15 + 0.5)
  print(math.maxinteger + 1 == math.mininteger, math.type(3), math.type(3.0), math.type("3"))
  print(5 & 3, 5 | 3, 5 ~ 3, ~5, 1 << 62, 1 << 64, -1 >> 60)
  print(5.5 % 2, -5.5 % 2, 5.5 % -2, 1e308 * 10, -7 // 0.0, 0/0 ~= 0/0)
end
-- script: coercions between strings and numbers
function main()
  print("10" + 5, "0x10" + 0, "1e1" * 1, 10 .. 20, "3" * "4", -"2")
  print(tonumber("  12  "), tonumber("12a"), tonumber("z", 36), tonumber("ff", 16), tonumber("8", 8), tonumber(""))
  print(tonumber("0x1p4"), tonumber("1e"), tonumber("0x"), tonumber("1 2"), tonumber(nil == nil and "5." or 0))
  print(math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"), 3 == 3.0, "3" == 3)
end
-- script: comparison and logic
function main()
  print(1 < 2, 1 <= 1.0, "a" < "b", "Z" < "a", "" < "a", "a\0b" < "a\0c")
  print(nil and 1, false or nil, 0 and "zero", "" and "empty", not nil, not 0)
  print(1 and 2 or 3, nil and 2 or 3, false == nil, nil == nil)
  print(pcall(function() return 1 < "2" end))
  print(pcall(function() return {} < {} end))
end
-- script: numeric for
function main()
  for i = 1, 3 do io_line = (io_line or "") .. i end
  print(io_line)
  for i = 10, 1, -3 do print(i) end
  for i = 1.0, 2, 0.25 do print(i) end
  for i = 3, 1 do print("never") end
  for i = math.maxinteger - 1, math.maxinteger do print(i) end
  print(pcall(function() for i = 1, 10, 0 do end end))
end
-- script: while, repeat, break and goto
function main()
  local n = 0
  while true do n = n + 1 if n > 5 then break end end
  repeat local done = n > 8 n = n + 1 until done
  print(n)
  for i = 1, 3 do
    for j = 1, 3 do
      if j == 2 then goto continue end
      print(i, j)
      ::continue::
    end
  end
  do local k = 0 ::top:: k = k + 1 if k < 4 then goto top end print(k) end
end
-- script: multiple assignment and results
function main()
  local a, b, c = (function() return 1, 2, 3 end)()
  a, b = b, a
  print(a, b, c)
  local t = { (function() return 1, 2 end)(), (function() return 1, 2 end)() }
  print(#t, select("#", table.unpack({ 1, nil, 3 }, 1, 3)), select(-1, 1, 2, 3), select(2, "a", "b", "c"))
  local i, list = 1, {}
  i, list[i] = i + 1, 20
  print(i, list[1], list[2])
  print((table.unpack({ 1, 2, 3 })))
end
-- script: varargs
function main()
  local function count(...) return select("#", ...), ... end
  print(count())
  print(count(nil, nil))
  local function pack(...) local t = table.pack(...) return t.n, #{ ... } end
  print(pack(1, 2, nil))
  local function tail(first, ...) if first == nil then return "end" end return first, tail(...) end
  print(tail(1, 2, 3))
end
-- script: closures share and do not share
function main()
  local list = {}
  for i = 1, 3 do local n = 0 list[i] = function() n = n + i return n end end
  print(list[1](), list[1](), list[2](), list[3](), list[3]())
  local function counter() local c = 0 return function() c = c + 1 return c end, function() return c end end
  local up, now = counter()
  up() up()
  print(now())
end
-- script: const and close variables
function main()
  local log = {}
  do
    local a <const> = 5
    local one <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "one " .. tostring(e) end })
    local two <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "two " .. tostring(e) end })
    log[#log + 1] = "body " .. a
  end
  print(pcall(function()
    local three <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "three " .. tostring(e) end })
    error("x", 0)
  end))
  print(table.concat(log, ", "))
  print(load("local a <const> = 1 a = 2", "=c"))
end
-- script: long strings and escapes
function main()
  print([[a
b]], [==[ ]] ]==], "\65\066\x43\u{48}\z
       end", "a\
b")
  print(#"\0\0", "tab\tbell", ("\\"):byte())
end
-- script: comments and odd layout
function main() --[[ long
comment ]] local x = 1 --[==[ ]] ]==] ; ; print(x);
  print(2);;;
  local f = function() return end
  print(f(), (f()))
end
-- script: integer division and modulo by zero
function main()
  print(pcall(function() return 1 // 0 end))
  print(pcall(function() return 1 % 0 end))
  print(1 // 0.0, -1 // 0.0, 1 % math.huge, -1 % math.huge, 1 % -math.huge)
  print(math.mininteger // -1, math.mininteger % -1)
end
-- script: integer for floats in tables
function main()
  local t = {}
  t[1.0] = "a" t[2] = "b" t[2^53] = "c"
  print(t[1], t[2.0], t[2^53 | 0], #t)
  print(pcall(function() t[0/0] = 1 end))
  print(pcall(function() t[nil] = 1 end))
  print(t[nil], t[0/0])
end
