-- script: insert, remove, concat, unpack
function main()
  local t = { 1, 2, 3 }
  table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 3, "x")
  print(table.concat(t, ","), table.remove(t), table.remove(t, 1), table.remove(t, 2), table.concat(t, "-"))
  print(table.remove({}), table.concat({}), table.concat({ 1, 2, 3 }, ", ", 2, 3), table.unpack(t, 2))
  print(pcall(table.insert, t, 10, 1), pcall(table.concat, { {}, 1 }), pcall(table.insert, t, 1, 2, 3))
end
-- script: sort
function main()
  local t = { 5, 2, 8, 1, 9, 3 }
  table.sort(t) print(table.concat(t, " "))
  table.sort(t, function(a, b) return a > b end) print(table.concat(t, " "))
  local words = { "pear", "Apple", "fig", "apple" }
  table.sort(words) print(table.concat(words, " "))
  local many = {}
  for i = 1, 500 do many[i] = (i * 7919) % 503 end
  table.sort(many)
  local ok = true
  for i = 2, #many do ok = ok and many[i - 1] <= many[i] end
  print(ok, many[1], many[500])
  print(pcall(table.sort, { 1, "x", 2 }))
end
-- script: move and pack
function main()
  local t = table.move({ 1, 2, 3 }, 1, 3, 2)
  print(table.concat(t, ","), table.concat(table.move({ 1, 2, 3 }, 2, 3, 1), ","), #table.move({ 1, 2 }, 1, 2, 5, {}))
  local p = table.pack(1, nil, 3)
  print(p.n, p[1], p[2], p[3])
  print(table.unpack({ 1, 2, 3 }, -1, 1))
end
-- script: ipairs and next
function main()
  for i, v in ipairs({ 1, 2, nil, 4 }) do print(i, v) end
  print(next({}), next({ 10 }), rawlen({ 1, 2 }), rawlen("abc"), rawequal("a", "a"))
  local t = setmetatable({}, { __index = function(_, i) if i < 4 then return i * 10 end end })
  for i, v in ipairs(t) do print(i, v) end
  local sum = 0
  for _, v in pairs({ 1, 2, 3, x = 4, y = 5 }) do sum = sum + v end
  print(sum)
end
-- script: removing while walking
function main()
  local t = {}
  for i = 1, 100 do t["k" .. i] = i end
  for key, value in pairs(t) do if value % 2 == 0 then t[key] = nil end end
  local count = 0
  for _ in pairs(t) do count = count + 1 end
  print(count)
end
-- script: nested tables and length
function main()
  local grid = {}
  for y = 1, 3 do grid[y] = {} for x = 1, 3 do grid[y][x] = x * y end end
  for _, row in ipairs(grid) do print(table.concat(row, " ")) end
  local t = { n = 1, [1] = "a", [2] = "b", "c" }
  print(#t, t[1], t[2], t.n, #{ 1, 2, [4] = 4 } >= 2, #{ nil }, #"x")
end
-- script: a queue and a stack
function main()
  local Queue = {} Queue.__index = Queue
  function Queue.new() return setmetatable({ first = 1, last = 0 }, Queue) end
  function Queue:push(v) self.last = self.last + 1 self[self.last] = v end
  function Queue:pop() local v = self[self.first] self[self.first] = nil self.first = self.first + 1 return v end
  local q = Queue.new()
  for i = 1, 5 do q:push(i * i) end
  print(q:pop(), q:pop(), q.last - q.first + 1)
  local stack = {}
  for c in ("(a[b]{c})"):gmatch("[%(%)%[%]{}]") do
    if ("([{"):find(c, 1, true) then stack[#stack + 1] = c else stack[#stack] = nil end
  end
  print(#stack)
end
-- script: permutations and sets
function main()
  local function permute(list, n)
    n = n or #list
    if n <= 1 then coroutine.yield(table.concat(list)) return end
    for i = 1, n do
      list[n], list[i] = list[i], list[n]
      permute(list, n - 1)
      list[n], list[i] = list[i], list[n]
    end
  end
  for p in coroutine.wrap(function() permute({ "a", "b", "c" }) end) do print(p) end
end
-- script: eight queens
function main()
  local solutions, row = 0, {}
  local function safe(n, c) for i = 1, n - 1 do if row[i] == c or row[i] - i == c - n or row[i] + i == c + n then return false end end return true end
  local function place(n)
    if n > 6 then solutions = solutions + 1 if solutions == 1 then print(table.concat(row, " ")) end return end
    for c = 1, 6 do if safe(n, c) then row[n] = c place(n + 1) row[n] = nil end end
  end
  place(1)
  print(solutions)
end
