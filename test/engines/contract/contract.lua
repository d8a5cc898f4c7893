
--- Gives back what it was given.
function echo(args) return args.value end

local function inner(list)
  return list.missing.field -- HERE
end

--- Fails in the language's own way.
function fail(args)
  local result = inner({})
  return result
end

--- Fails with a code.
function conflict(args) error(crucible.error("conflict", "twice")) end

--- Fails with any code.
function coded(args) error(crucible.error(args.code, "twice")) end

--- Calls itself for ever.
function recurse(args) return 1 + recurse(args) end

--- Never ends.
function spin(args) while true do end end

--- Never ends, and goes on after every error.
function stubborn(args)
  while true do
    pcall(function() while true do crucible.read_note("missing.md") end end)
  end
end

--- Keeps everything.
function hoard(args)
  local kept = {}
  while true do kept[#kept + 1] = { 1, 2, 3, 4 } end
end

--- A string of so many bytes.
function large(args) return ("x"):rep(args.bytes) end

--- A list in a list, so deep.
function deep(args)
  local value = crucible.list({})
  for _ = 2, args.depth do value = { value } end
  return value
end

--- Characters of every plane, and whether it was given the same.
function text(args)
  local own = "a\0\u{e9}\u{1d11e}\u{10ffff}"
  return { own = own, same = args.text == own }
end

--- What may differ from run to run: random numbers, the order of maps, floats, addresses.
function mix(args)
  local map, keys, sum = {}, {}, 0.0
  for index = 1, args.rounds do
    local number = math.random(1, 1000)
    map["key-" .. number] = { index }
    sum = sum + number / 7
  end
  for key in pairs(map) do keys[#keys + 1] = key end
  return { keys = keys, sum = sum, float = math.random(), address = tostring(map), note = crucible.read_note("a.md") }
end

--- Makes garbage and answers with what is left.
function waste(args)
  local kept = {}
  for index = 0, args.rounds - 1 do
    local garbage = { "garbage " .. index, { index = index }, { {}, {} } }
    if index % 1000 == 0 then kept[#kept + 1] = garbage[1] end
  end
  return kept
end
