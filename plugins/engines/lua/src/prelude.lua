-- What Lua writes more naturally itself, on the functions of the host: the table `crucible`, `require`, `os`, `print`, and random
-- numbers from the seed of the call. Runs once, when the engine starts. It keeps what it needs in locals, for a plugin may change
-- every global and every metatable.

local host, kept = ...
local native = host.native
host.native = nil

local List, Session, Error = kept["crucible.list"], kept["crucible.session"], kept["crucible.error"]
local error, ipairs, load, pairs, rawget, select, setmetatable, tostring, type =
  error, ipairs, load, pairs, rawget, select, setmetatable, tostring, type
local concat, pack = table.concat, table.pack
local format, gsub, sub = string.format, string.gsub, string.sub
local abs, tointeger, mathtype = math.abs, math.tointeger, math.type
local own_random, own_seed = math.random, math.randomseed

-- Errors -----------------------------------------------------------------------------------------------------------------

Error.__name = "crucible.error"
Error.__index = Error
Error.__tostring = function(self)
  return format("%s: %s", tostring(rawget(self, "code")), tostring(rawget(self, "message")))
end

-- An error with a code of the host, for `error`.
local function new_error(code, message)
  return setmetatable({ code = tostring(code), message = tostring(message) }, Error)
end

local function refuse(text, level)
  error(text, (level or 1) + 2)
end

-- The host's modules ---------------------------------------------------------------------------------------------------

local crucible = {}
for name, functions in pairs(host) do
  crucible[name] = functions
end

crucible.null = kept.null
crucible.error = new_error

-- Marks a table as a list, so that an empty one becomes `[]` in JSON.
function crucible.list(items)
  return setmetatable(items or {}, List)
end

List.__name = "crucible.list"
List.__index = table

for _, name in ipairs({ "read_note", "write_note", "create_note", "delete_note", "list_notes" }) do
  crucible[name] = host.kiln[name]
end
setmetatable(crucible.search, {
  __call = function(_, text, options)
    if options then
      return host.search.query(text, options)
    end
    return host.search.hybrid(text)
  end,
})

-- Sessions: a table with the path of its note.
Session.__name = "crucible.session"
Session.__index = Session
local phases, append, list_sessions = host.session.phases, host.session.append, host.session.list_sessions
function Session:phases()
  return phases(rawget(self, "path"))
end
function Session:append(event)
  return append(rawget(self, "path"), event)
end
local function session(path)
  return setmetatable({ path = path }, Session)
end
crucible.session = {
  open = session,
  list_sessions = function(limit)
    local sessions = list_sessions(limit)
    for index, path in ipairs(sessions) do
      sessions[index] = session(path)
    end
    return sessions
  end,
}

-- Datalog programs: let go of when nothing refers to them.
local datalog = host.datalog
local Program = { __name = "crucible.program" }
Program.__index = Program
local numbers = setmetatable({}, { __mode = "k" })
Program.__gc = function(self)
  local number = numbers[self]
  if number then
    datalog.close(number)
  end
end
for _, name in ipairs({ "insert", "retract", "query" }) do
  local run = datalog[name]
  Program[name] = function(self, ...)
    return run(numbers[self], ...)
  end
end
crucible.datalog = {
  parse = function(rules)
    local program = {}
    numbers[program] = datalog.parse(rules)
    return setmetatable(program, Program)
  end,
}

-- An answer of the network: its body as JSON.
local Response = { __name = "crucible.response" }
Response.__index = Response
local parse = host.json.parse
function Response:json()
  return parse(self.body)
end
for _, name in ipairs({ "get", "fetch" }) do
  local send = host.network[name]
  host.network[name] = function(request)
    return setmetatable(send(request), Response)
  end
end

-- Random numbers from the seed of the call -------------------------------------------------------------------------------

local range, float = host.random.range, host.random.float

function host.random.choose(items)
  local count = #items
  return count > 0 and items[range(1, count)] or nil
end

-- The items in another order, as a new list (Fisher and Yates, in Durstenfeld's form).
function host.random.shuffle(items)
  local out = crucible.list({})
  for index = 1, #items do
    out[index] = items[index]
  end
  for index = #out, 2, -1 do
    local other = range(1, index)
    out[index], out[other] = out[other], out[index]
  end
  return out
end

local is_seeded = false

-- As Lua's own, but for where the numbers come from; after `math.randomseed(n)` they are Lua's own again.
function math.random(...)
  if is_seeded then
    return own_random(...)
  end
  local count, low, high = select("#", ...), ...
  if count == 0 then
    return float()
  elseif count == 1 then
    low, high = 1, low
  elseif count > 2 then
    refuse("wrong number of arguments")
  end
  if count == 1 and high == 0 then
    refuse("math.random(0) is not there; use crucible.random.bits()")
  end
  if mathtype(low) ~= "integer" then
    low = tointeger(low) or refuse("bad argument #1 to 'random' (number has no integer representation)")
  end
  if mathtype(high) ~= "integer" then
    high = tointeger(high) or refuse("bad argument #2 to 'random' (number has no integer representation)")
  end
  if low > high then
    refuse(format("bad argument #%d to 'random' (interval is empty)", count))
  end
  return range(low, high)
end

function math.randomseed(seed, ...)
  if seed == nil then
    is_seeded = false
    return
  end
  is_seeded = true
  own_seed(seed, ...)
end

-- What is left out of Lua's own libraries, or tamed ---------------------------------------------------------------------

dofile, loadfile = nil, nil
string.dump = nil

-- Only text: a precompiled chunk could do anything to this interpreter.
function _G.load(chunk, name, _, ...)
  if select("#", ...) > 0 then
    return load(chunk, name or "=(load)", "t", (...))
  end
  return load(chunk, name or (type(chunk) == "string" and chunk or "=(load)"), "t")
end

local info, warning = host.log.info, host.log.warn
local function line(...)
  local parts = pack(...)
  for index = 1, parts.n do
    parts[index] = tostring(parts[index])
  end
  return concat(parts, "\t")
end
function print(...)
  info(line(...))
end
function warn(...)
  warning(concat({ ... }))
end

-- require: the plugin's own files, and the host ---------------------------------------------------------------------------

local loaded, LOADING = { crucible = crucible }, {}
for name in pairs(crucible) do
  if type(crucible[name]) == "table" then
    loaded["crucible." .. name] = crucible[name]
  end
end
local load_file = native.load_file

function require(name)
  if type(name) ~= "string" then
    refuse("require: the name of a module must be a string, got " .. type(name))
  end
  local module = loaded[name]
  if module == LOADING then
    refuse(format("require: the module '%s' is being loaded: modules that require each other go in a circle", name))
  end
  if module ~= nil then
    return module
  end
  local path = gsub(gsub(name, "%.lua$", ""), "%.", "/")
  local chunk = load_file(path .. ".lua") or load_file(path .. "/init.lua")
  if not chunk then
    refuse(format("require: there is no module '%s': neither %s.lua nor %s/init.lua in the plugin", name, path, path))
  end
  loaded[name] = LOADING
  local result = chunk(name)
  loaded[name] = result == nil and true or result
  return loaded[name]
end

-- os: the time, through the clock ------------------------------------------------------------------------------------------

local now_ms, monotonic_ns, utc_offset = host.clock.now_ms, host.clock.monotonic_ns, host.clock.utc_offset_minutes

local DAYS = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }
local MONTHS = {
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
}

-- Days since 1970-01-01 of a date of the Gregorian calendar, and back (Howard Hinnant, "chrono-Compatible Low-Level Date
-- Algorithms": days_from_civil, civil_from_days).
local function days_from_date(year, month, day)
  year = month <= 2 and year - 1 or year
  local era = year // 400
  local year_of_era = year - era * 400
  local day_of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468
end

local function date_from_days(days)
  days = days + 719468
  local era = days // 146097
  local day_of_era = days - era * 146097
  local year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
  local day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
  local shifted = (5 * day_of_year + 2) // 153
  local month = shifted + (shifted < 10 and 3 or -9)
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return year, month, day_of_year - (153 * shifted + 2) // 5 + 1
end

local function broken_down(seconds)
  local days = seconds // 86400
  local rest = seconds - days * 86400
  local year, month, day = date_from_days(days)
  return {
    year = year, month = month, day = day,
    hour = rest // 3600, min = rest % 3600 // 60, sec = rest % 60,
    wday = (days + 4) % 7 + 1, yday = days - days_from_date(year, 1, 1) + 1, isdst = false,
  }
end

local function offset_at(seconds)
  return utc_offset(seconds > 0 and seconds * 1000 or 0) * 60
end

local function field(date, name, default)
  local value = tointeger(date[name])
  if value == nil then
    if date[name] ~= nil then
      refuse(format("field '%s' is not an integer", name), 2)
    elseif default == nil then
      refuse(format("field '%s' missing in date table", name), 2)
    end
    return default
  end
  return value
end

local function time(date)
  if date == nil then
    return now_ms() // 1000
  end
  local year, month, day = field(date, "year"), field(date, "month"), field(date, "day")
  year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
  local seconds = days_from_date(year, month, 1) * 86400 + (day - 1) * 86400
    + field(date, "hour", 12) * 3600 + field(date, "min", 0) * 60 + field(date, "sec", 0)
  return seconds - offset_at(seconds)
end

-- The week of the year by ISO 8601: that of the Thursday in the same week.
local function iso_week(date)
  local days = days_from_date(date.year, date.month, date.day)
  local thursday = days + 3 - (days + 3) % 7
  local year = date_from_days(thursday)
  return year, (thursday - days_from_date(year, 1, 1)) // 7 + 1
end

local two = function(number)
  return format("%02d", number)
end

local FORMATS
FORMATS = {
  a = function(d) return sub(DAYS[d.wday], 1, 3) end,
  A = function(d) return DAYS[d.wday] end,
  b = function(d) return sub(MONTHS[d.month], 1, 3) end,
  B = function(d) return MONTHS[d.month] end,
  c = function(d) return format("%s %s %2d %02d:%02d:%02d %d", FORMATS.a(d), FORMATS.b(d), d.day, d.hour, d.min, d.sec, d.year) end,
  C = function(d) return two(d.year // 100) end,
  d = function(d) return two(d.day) end,
  D = function(d) return format("%02d/%02d/%02d", d.month, d.day, d.year % 100) end,
  e = function(d) return format("%2d", d.day) end,
  F = function(d) return format("%d-%02d-%02d", d.year, d.month, d.day) end,
  g = function(d) return two(iso_week(d) % 100) end,
  G = function(d) return format("%d", (iso_week(d))) end,
  h = function(d) return FORMATS.b(d) end,
  H = function(d) return two(d.hour) end,
  I = function(d) return two((d.hour + 11) % 12 + 1) end,
  j = function(d) return format("%03d", d.yday) end,
  m = function(d) return two(d.month) end,
  M = function(d) return two(d.min) end,
  n = function() return "\n" end,
  p = function(d) return d.hour < 12 and "AM" or "PM" end,
  r = function(d) return format("%s:%02d:%02d %s", FORMATS.I(d), d.min, d.sec, FORMATS.p(d)) end,
  R = function(d) return format("%02d:%02d", d.hour, d.min) end,
  S = function(d) return two(d.sec) end,
  t = function() return "\t" end,
  T = function(d) return format("%02d:%02d:%02d", d.hour, d.min, d.sec) end,
  u = function(d) return format("%d", (d.wday + 5) % 7 + 1) end,
  U = function(d) return two((d.yday + 7 - d.wday) // 7) end,
  V = function(d) return two((select(2, iso_week(d)))) end,
  w = function(d) return format("%d", d.wday - 1) end,
  W = function(d) return two((d.yday + 7 - ((d.wday + 5) % 7 + 1)) // 7) end,
  x = function(d) return FORMATS.D(d) end,
  X = function(d) return FORMATS.T(d) end,
  y = function(d) return two(d.year % 100) end,
  Y = function(d) return format("%d", d.year) end,
  z = function(d) return format("%s%02d%02d", d.offset < 0 and "-" or "+", abs(d.offset) // 3600, abs(d.offset) % 3600 // 60) end,
  Z = function(d) return d.offset == 0 and "UTC" or FORMATS.z(d) end,
  ["%"] = function() return "%" end,
}

local function date(pattern, seconds)
  pattern = pattern or "%c"
  seconds = seconds == nil and now_ms() // 1000 or tointeger(seconds) or refuse("bad argument #2 to 'date' (number has no integer representation)")
  local offset = 0
  if sub(pattern, 1, 1) == "!" then
    pattern = sub(pattern, 2)
  else
    offset = offset_at(seconds)
  end
  local parts = broken_down(seconds + offset)
  if sub(pattern, 1, 2) == "*t" then
    return parts
  end
  parts.offset = offset
  return (gsub(pattern, "%%(.?)", function(letter)
    local write = FORMATS[letter]
    if not write then
      refuse(format("bad argument #1 to 'date' (invalid conversion specifier '%%%s')", letter), 3)
    end
    return write(parts)
  end))
end

os = {
  time = time,
  date = date,
  clock = function()
    return monotonic_ns() / 1e9
  end,
  difftime = function(later, earlier)
    return later - (earlier or 0) + 0.0
  end,
}
loaded.os, loaded.string, loaded.table, loaded.math, loaded.utf8, loaded.coroutine = os, string, table, math, utf8, coroutine

_G.crucible = crucible
