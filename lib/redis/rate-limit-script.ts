import { RedisScript } from './redis-script.js';

/** The code of a reported lease whose call was never sent. */
export const NEVER_SENT = -1;
/** The code of a reported lease whose call is under way. */
export const UNDER_WAY = -2;

/**
 * One round trip for the bucket of one route. All times are milliseconds on the clock of Redis.
 *
 * Keys: places (hash: process → its place in the queue), pause, used (hash: window number → sum of its leases), then a
 * sorted set of leases per window: the member is `id:cost`, the score the time when its room is free again.
 *
 * Arguments: process, time to live of a lease, pause to begin (or 0); limit and length of each window; the number of
 * reported leases, each with its id, how long ago its call ended (or one of the two codes above) and its costs; the
 * number of requested calls, each with its id and its costs.
 *
 * Returns how many of the calls are granted, in order, and when to request the next.
 *
 * The script may run twice with the same ids without a second effect: a client repeats a command whose reply was lost
 * with the connection, and a report restores a lease that Redis has lost.
 */
export const RATE_LIMIT_SCRIPT = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = 0
local function text() at = at + 1 return ARGV[at] end
local function number() return tonumber(text()) end
local function cost_of(member) return tonumber(string.match(member, ':(%d+)$')) end

local process, ttl, pause = text(), number(), number()
local windows, longest, poll = {}, 0, 250
for i = 4, #KEYS do
  local window = { key = KEYS[i], name = i - 3, limit = number(), ms = number() }
  longest = math.max(longest, window.ms)
  poll = math.min(poll, window.ms / 2)
  window.used = tonumber(redis.call('HGET', KEYS[3], window.name))
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

local left = math.max(redis.call('PTTL', KEYS[2]), 0)
if pause > left then
  redis.call('SET', KEYS[2], 1, 'PX', pause)
  left = pause
end

-- The first waiting call of each process has a place in the queue, and its costs are reserved for it. Otherwise small
-- calls of one process could take the room that a big call of another waits for, again and again.
local mine, others = now, {}
local places = redis.call('HGETALL', KEYS[1])
for i = 1, #places, 2 do
  local place = {}
  for word in string.gmatch(places[i + 1], '%d+') do place[#place + 1] = tonumber(word) end
  if place[2] < now then redis.call('HDEL', KEYS[1], places[i])
  elseif places[i] == process then mine = place[1]
  else others[#others + 1] = { process = places[i], since = place[1], costs = { place[3], place[4] } } end
end
local function ahead_of(since)
  local ahead = {}
  for i, window in ipairs(windows) do
    ahead[i] = 0
    for _, other in ipairs(others) do
      if other.since < since or (other.since == since and other.process < process) then
        ahead[i] = ahead[i] + math.min(other.costs[i] or 0, window.limit)
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
  for i = 1, #windows do place = place .. ' ' .. head[i] end
  redis.call('HSET', KEYS[1], process, place)
else
  redis.call('HDEL', KEYS[1], process)
end
for _, window in ipairs(windows) do
  redis.call('HSET', KEYS[3], window.name, window.used)
  redis.call('PEXPIRE', window.key, ttl + longest)
end
redis.call('PEXPIRE', KEYS[1], ttl + longest)
redis.call('PEXPIRE', KEYS[3], ttl + longest)
return { granted, wait }
`);
