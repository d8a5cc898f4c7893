-- script: arithmetic metamethods
function main()
  local V = {}
  V.__index = V
  local function vec(x, y) return setmetatable({ x = x, y = y }, V) end
  V.__add = function(a, b) return vec(a.x + b.x, a.y + b.y) end
  V.__mul = function(a, b) if type(a) == "number" then return vec(a * b.x, a * b.y) end return vec(a.x * b, a.y * b) end
  V.__unm = function(a) return vec(-a.x, -a.y) end
  V.__eq = function(a, b) return a.x == b.x and a.y == b.y end
  V.__lt = function(a, b) return a.x < b.x end
  V.__le = function(a, b) return a.x <= b.x end
  V.__tostring = function(a) return "(" .. a.x .. ", " .. a.y .. ")" end
  V.__len = function() return 2 end
  V.__call = function(self, k) return self[k] end
  V.__concat = function(a, b) return tostring(a) .. "~" .. tostring(b) end
  V.__idiv = function() return "idiv" end
  V.__band = function() return "band" end
  V.__shl = function() return "shl" end
  V.__bnot = function() return "bnot" end
  local a, b = vec(1, 2), vec(3, 4)
  print(tostring(a + b), tostring(2 * a), tostring(a * 3), tostring(-a), a == vec(1, 2), a ~= b, a < b, a >= b, #a, a("y"))
  print(a .. b, a .. 1, "s" .. a, a // b, a & 1, 1 << a, ~a)
  print(pcall(function() return a - b end))
end
-- script: index and newindex
function main()
  local log = {}
  local base = { inherited = "yes" }
  local t = setmetatable({}, { __index = base, __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end })
  t.a = 1 t.a = 2 t.b = 3
  print(t.inherited, t.missing, t.a, table.concat(log, " "), rawget(t, "inherited"))
  local proxy = setmetatable({}, { __index = function(_, k) return k .. "!" end })
  print(proxy.x, proxy[1])
  local deep = setmetatable({}, { __index = setmetatable({}, { __index = { far = "away" } }) })
  print(deep.far)
end
-- script: inheritance
function main()
  local Animal = {} Animal.__index = Animal
  function Animal.new(name) return setmetatable({ name = name }, Animal) end
  function Animal:speak() return self.name .. " makes a sound" end
  local Dog = setmetatable({}, { __index = Animal }) Dog.__index = Dog
  function Dog.new(name) local d = Animal.new(name) return setmetatable(d, Dog) end
  function Dog:speak() return Animal.speak(self) .. ": woof" end
  print(Animal.new("cat"):speak(), Dog.new("rex"):speak(), getmetatable(Dog.new("x")) == Dog)
end
-- script: protected metatables, pairs, names
function main()
  local t = setmetatable({}, { __metatable = "locked", __name = "Thing", __pairs = function(t) return function(_, k) k = (k or 0) + 1 if k < 3 then return k, k * k end end, t, nil end })
  print(getmetatable(t), pcall(setmetatable, t, {}))
  for k, v in pairs(t) do print(k, v) end
  print((tostring(t):gsub("0x%x+", "ADDRESS")))
  print(getmetatable("").__index == string, pcall(setmetatable, 1, {}))
end
-- script: weak tables
function main()
  local weak = setmetatable({}, { __mode = "k" })
  local key = {}
  weak[key] = "kept" weak[{}] = "lost"
  collectgarbage() collectgarbage()
  local count = 0
  for _ in pairs(weak) do count = count + 1 end
  print(count, weak[key])
end
-- script: finalizers run in order
function main()
  local order = {}
  for i = 1, 3 do setmetatable({}, { __gc = function() order[#order + 1] = i end }) end
  collectgarbage() collectgarbage()
  print(table.concat(order, " "))
end
