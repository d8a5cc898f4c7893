-- script: errors and their values
function main()
  print(pcall(error, "plain"), pcall(error, "level", 0), pcall(error), select("#", pcall(error, nil)))
  print(pcall(function() error({ code = 7 }) end))
  local ok, e = pcall(function() error({ code = 7 }) end)
  print(ok, type(e), e.code)
  print(select(2, pcall(function() local x = nil; return x.y end)):gsub("^[^:]*:%d+: ", ""))
  print(select(2, pcall(function() return 1 + {} end)):gsub("^[^:]*:%d+: ", ""))
  print(select(2, pcall(function() return #5 end)):gsub("^[^:]*:%d+: ", ""))
  print(select(2, pcall(function() undefined_function() end)):gsub("^[^:]*:%d+: ", ""))
end
-- script: xpcall and handlers
function main()
  print(xpcall(function() error("x", 0) end, function(m) return "handled " .. m end))
  print(xpcall(function(...) return select("#", ...) end, print, 1, 2, 3))
  print(xpcall(function() error("x", 0) end, function(m) error("again", 0) end))
  print(pcall(pcall), pcall(pcall, error, "e"))
end
-- script: assert
function main()
  print(assert(1, "unused"), pcall(assert, false), pcall(assert, nil, "message"), pcall(assert, false, { 1 }))
  print(select("#", assert(1, 2, 3)))
  print(pcall(assert))
end
-- script: errors through coroutines
function main()
  local co = coroutine.create(function() coroutine.yield(1) error("inside", 0) end)
  print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.status(co))
  print(pcall(coroutine.wrap(function() error("wrapped", 0) end)))
  print(coroutine.close(coroutine.create(print)), coroutine.resume(coroutine.running()))
end
-- script: coroutines exchange values
function main()
  local co = coroutine.create(function(a, b)
    print("start", a, b)
    local c = coroutine.yield(a + b)
    print("got", c)
    local d, e = coroutine.yield(c * 2)
    print("got", d, e)
    return "done", d + e
  end)
  print(coroutine.resume(co, 1, 2)) print(coroutine.status(co)) print(coroutine.resume(co, 10)) print(coroutine.resume(co, 3, 4))
  print(coroutine.resume(co), coroutine.isyieldable())
end
-- script: generators
function main()
  local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
  local function map(f, gen) return coroutine.wrap(function() for v in gen do coroutine.yield(f(v)) end end) end
  local sum = 0
  for v in map(function(x) return x * x end, range(10)) do sum = sum + v end
  print(sum)
  local primes = coroutine.wrap(function()
    local known = {}
    local n = 2
    while true do
      local prime = true
      for _, p in ipairs(known) do if n % p == 0 then prime = false break end end
      if prime then known[#known + 1] = n coroutine.yield(n) end
      n = n + 1
    end
  end)
  local list = {}
  for i = 1, 10 do list[i] = primes() end
  print(table.concat(list, " "))
end
-- script: yields across pcall and metamethods
function main()
  local co = coroutine.wrap(function()
    local ok, v = pcall(function() return coroutine.yield("in pcall") + 1 end)
    print(ok, v)
    local t = setmetatable({}, { __index = function(_, k) return coroutine.yield("in index " .. k) end })
    print(t.field)
    table.sort({ 3, 1, 2 }, function(a, b) return a < b end)
    for v in coroutine.wrap(function() coroutine.yield(1) end) do print("inner", v) end
    return "end"
  end)
  print(co()) print(co(41)) print(co("value"))
end
-- script: producer, filter, consumer
function main()
  local function producer(lines) return coroutine.create(function() for _, line in ipairs(lines) do coroutine.yield(line) end return nil end) end
  local function filter(source) return coroutine.create(function()
    local n = 1
    while true do local _, line = coroutine.resume(source) if not line then return nil end coroutine.yield(n .. " " .. line) n = n + 1 end
  end) end
  local source = filter(producer({ "a", "b", "c" }))
  while true do local _, line = coroutine.resume(source) if not line then break end print(line) end
end
-- script: closing coroutines
function main()
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function() print("closed") end })
    coroutine.yield()
  end)
  coroutine.resume(co)
  print(coroutine.close(co), coroutine.status(co))
end
-- script: tail calls
function main()
  local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
  print(loop(100000))
  local function even(n) if n == 0 then return true end return odd(n - 1) end
  function odd(n) if n == 0 then return false end return even(n - 1) end
  print(even(1001))
end
-- script: recursion and memoization
function main()
  local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
  print(fib(15))
  local memo = setmetatable({}, { __index = function(t, n) local v = n < 2 and n or t[n - 1] + t[n - 2] t[n] = v return v end })
  print(memo[80])
  local function ackermann(m, n) if m == 0 then return n + 1 elseif n == 0 then return ackermann(m - 1, 1) end return ackermann(m - 1, ackermann(m, n - 1)) end
  print(ackermann(2, 3))
  local function hanoi(n, a, b, c) if n == 0 then return 0 end return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a) end
  print(hanoi(8, "a", "b", "c"))
end
-- script: load and environments
function main()
  print(load("return 1 + 1")(), load("syntax error here", "=chunk"))
  local env = { x = 5 }
  print(load("x = x + 1 return x", "c", "t", env)(), env.x)
  local parts = { "return ", "4", "2" }
  local at = 0
  print(load(function() at = at + 1 return parts[at] end)())
  local _ENV = { print = print }
  y = 3
  print(y, _ENV.y)
end
-- script: goto in nested loops and closures
function main()
  local funcs = {}
  do
    local i = 1
    ::again::
    local captured = i
    funcs[i] = function() return captured end
    i = i + 1
    if i <= 3 then goto again end
  end
  print(funcs[1](), funcs[2](), funcs[3]())
end
-- script: math library
function main()
  print(math.floor(3.7), math.floor(-3.7), math.ceil(3.2), math.ceil(-3.2), math.abs(-5), math.abs(math.mininteger), math.max(1, 5, 3), math.min(2.5, 1))
  print(math.sqrt(16), math.pi, math.huge, -math.huge, math.fmod(7, 3), math.fmod(-7, 3), math.modf(3.7), math.modf(-3.7))
  print(math.ult(1, -1), math.exp(0), math.log(8, 2), math.log(100, 10), math.log(1), math.sin(0), math.cos(0))
  print(string.format("%.10f %.10f %.10f", math.sin(1), math.tan(1), math.atan(1, 2)), pcall(math.floor, "x"), math.floor(2^70) == 2^70)
  print(pcall(math.max), pcall(math.fmod, 1, 0), math.fmod(1, 0.0) ~= math.fmod(1, 0.0))
end
-- script: type and the rest of the base library
function main()
  print(type(nil), type(1), type("x"), type({}), type(print), type(coroutine.create(print)), pcall(type))
  print(select("#"), select("#", nil), pcall(select, 0), rawequal({}, {}), rawlen({ 1 }), _VERSION)
  print(tostring(1e15), tonumber("1e1"), tonumber("10", 2), pcall(tonumber, "10", 99), pcall(tonumber, {}, 10))

end
