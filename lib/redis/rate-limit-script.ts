import { RedisScript } from './redis-script.js';

/** The code of a reported lease whose call was never sent. */
export const NEVER_SENT = -1;
/** The code of a reported lease whose call is under way. */
export const UNDER_WAY = -2;

/**
 * A part of every key. Processes that run different versions of the package share the keys only while their scripts read
 * them in the same way: a script that reads them differently needs another version.
 */
export const SCRIPT_VERSION = 'v1';

/**
 * How long nothing is granted after Redis has lost its data, in milliseconds: every process notices the loss and reports
 * its leases again in the meantime.
 */
export const RESTORE_MS = 1000;

/** How much longer than the last lease Redis keeps a bucket, in milliseconds. */
const SPARE_LIFE_MS = 60_000;

/**
 * One round trip for the bucket of one route. All times are milliseconds on the clock of Redis, which this script keeps
 * from going back.
 *
 * Keys: state (hash: the generation, the clock, the end of the pause, and for each window the sum of its leases), places
 * (hash: process → its place in the queue), then a sorted set of leases per window: the member is `id:cost`, the score
 * the time when its room is free again.
 *
 * Arguments: process, the generation that it knows (or nothing), time to live of a lease, pause to begin (or 0); name,
 * limit and length of each window; the number of reported leases, each with its id, how long ago its call ended (or one
 * of the two codes above) and its costs; the number of requested calls, each with its id and its costs.
 *
 * Returns how many of the calls are granted, in order, when to request the next, and the generation. A generation begins
 * with an empty Redis: a process that knows another one gets no grant, and reports its leases again.
 *
 * The script may run twice with the same ids without a second effect: a client repeats a command whose reply was lost
 * with the connection, and a report restores a lease that Redis has lost.
 */
export const RATE_LIMIT_SCRIPT = new RedisScript(`
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local at = 0
local function text() at = at + 1 return ARGV[at] end
local function number() return tonumber(text()) end
local function cost_of(member) return tonumber(string.match(member, ':(%d+)$')) end

local process, known_generation, ttl, pause = text(), text(), number(), number()
local state_key, places_key = KEYS[1], KEYS[2]
local state = redis.call('HMGET', state_key, 'generation', 'now', 'offset', 'paused_until', 'life')
local generation = state[1]
local function state_number(index) return generation and tonumber(state[index]) or 0 end
local last, offset, paused_until, life = state_number(2), state_number(3), state_number(4), state_number(5)
-- When the clock of Redis steps back, time goes on from where it was: else every lease would last longer by the step.
offset = offset + math.max(0, last - clock - offset)
local now = clock + offset
if not generation then
  generation = process .. '@' .. clock
  redis.call('DEL', unpack(KEYS))
  if known_generation ~= '' then paused_until = now + ${RESTORE_MS} end
end
local is_lost = known_generation ~= '' and known_generation ~= generation

local windows, longest, poll = {}, 0, 250
for i = 3, #KEYS do
  local window = { key = KEYS[i], name = text(), limit = number(), ms = number() }
  longest = math.max(longest, window.ms)
  poll = math.min(poll, window.ms / 2)
  window.used = tonumber(redis.call('HMGET', state_key, window.name)[1])
  local free = redis.call('ZRANGEBYSCORE', window.key, '-inf', now)
  if #free > 0 then redis.call('ZREMRANGEBYSCORE', window.key, '-inf', now) end
  if redis.call('EXISTS', window.key) == 0 then
    window.used = 0
  elseif window.used then
    for _, member in ipairs(free) do window.used = window.used - cost_of(member) end
  else
    window.used = 0
    for _, member in ipairs(redis.call('ZRANGE', window.key, 0, -1)) do window.used = window.used + cost_of(member) end
  end
  windows[#windows + 1] = window
end

local function costs()
  local read = {}
  for i = 1, #windows do read[i] = number() end
  return read
end
local function add_lease(window, id, cost, score)
  if cost > 0 and redis.call('ZADD', window.key, score, id .. ':' .. cost) == 1 then window.used = window.used + cost end
end
local function remove_lease(window, id, cost)
  if redis.call('ZREM', window.key, id .. ':' .. cost) == 1 then window.used = window.used - cost end
end

for _ = 1, number() do
  local id, ago = text(), number()
  for i, cost in ipairs(costs()) do
    local window = windows[i]
    if ago == ${UNDER_WAY} then add_lease(window, id, cost, now + ttl + window.ms)
    elseif ago == ${NEVER_SENT} or ago >= window.ms then remove_lease(window, id, cost)
    else add_lease(window, id, cost, now + window.ms - ago) end
  end
end

if pause > 0 then paused_until = math.max(paused_until, now + pause) end
local left = math.max(paused_until - now, 0)

-- The first waiting call of each process has a place in the queue, and its costs are reserved for it. Otherwise small
-- calls of one process could take the room that a big call of another waits for, again and again. The costs have the
-- names of their windows: another process may have other windows.
local mine, others = now, {}
local places = redis.call('HGETALL', places_key)
for i = 1, #places, 2 do
  local since, expiry = string.match(places[i + 1], '^(%d+) (%d+)')
  if tonumber(expiry) < now then redis.call('HDEL', places_key, places[i])
  elseif places[i] == process then mine = tonumber(since)
  else
    local other = { process = places[i], since = tonumber(since), costs = {} }
    for name, cost in string.gmatch(places[i + 1], ' (%S+)=(%d+)') do other.costs[name] = tonumber(cost) end
    others[#others + 1] = other
  end
end
local function ahead_of(since)
  local ahead = {}
  for i, window in ipairs(windows) do
    ahead[i] = 0
    for _, other in ipairs(others) do
      if other.since < since or (other.since == since and other.process < process) then
        ahead[i] = ahead[i] + math.min(other.costs[window.name] or 0, window.limit)
      end
    end
  end
  return ahead
end

local function excess(window, cost) return window.used + math.min(cost, window.limit) - window.limit end
local function free_in(window, cost, ahead)
  if cost == 0 then return 0 end
  local over = excess(window, cost)
  if over + ahead <= 0 then return 0 end
  if over <= 0 then return 10 end
  over = over + ahead
  local leases = redis.call('ZRANGE', window.key, 0, over - 1, 'WITHSCORES')
  for i = 1, #leases, 2 do
    over = over - cost_of(leases[i])
    if over <= 0 then return math.min(poll, tonumber(leases[i + 1]) - now) end
  end
  return poll
end
local function is_known(id, call)
  for i, window in ipairs(windows) do
    if call[i] > 0 and redis.call('ZSCORE', window.key, id .. ':' .. call[i]) then return true end
  end
  return false
end

local granted, wait, head = 0, left, nil
if is_lost then wait = math.max(wait, 1) end
local ahead = ahead_of(mine)
for _ = 1, number() do
  local id, call = text(), costs()
  local known = is_known(id, call)
  if not known then
    for i, window in ipairs(windows) do wait = math.max(wait, free_in(window, call[i], ahead[i])) end
  end
  if wait > 0 and not known then
    head = call
    break
  end
  for i, window in ipairs(windows) do add_lease(window, id, call[i], now + ttl + window.ms) end
  granted = granted + 1
  if granted == 1 then
    mine = now
    ahead = ahead_of(now + 1)
  end
end

wait = math.max(1, math.ceil(wait))
if head then
  local place = mine .. ' ' .. (now + wait + 500)
  for i, window in ipairs(windows) do place = place .. ' ' .. window.name .. '=' .. head[i] end
  redis.call('HSET', places_key, process, place)
else
  redis.call('HDEL', places_key, process)
end
-- The longest life that any process asked for: the leases of one must not go with the shorter ones of another.
life = math.max(life, ttl + longest + ${SPARE_LIFE_MS}, left)
local fields = { 'generation', generation, 'now', now, 'offset', offset, 'paused_until', paused_until, 'life', life }
for _, window in ipairs(windows) do
  fields[#fields + 1] = window.name
  fields[#fields + 1] = window.used
end
redis.call('HSET', state_key, unpack(fields))
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, life) end
return { granted, wait, generation }
`);
