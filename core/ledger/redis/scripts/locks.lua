-- Prelude of the scripts that know locks: a step is checked first and done later, so that a refusal changes nothing.

-- Why the step cannot be done: 'held' or 'gone'; nil when it can.
local function lock_refusal(key, step, token)
  if step == 'take' or step == 'restore' then
    return redis.call('EXISTS', key) == 1 and 'held' or nil
  elseif step == 'extend' or step == 'drop' then
    return redis.call('GET', key) ~= token and 'gone' or nil
  end
end

-- Do the step. The lock's life begins at `from` and is in milliseconds, '0' for until released; for 'restore' it is the
-- lock's last moment (ms since 1970), '0' for none, and when that has passed there is no lock to be restored.
local function lock_step(key, step, token, from, life)
  if step == 'take' or step == 'extend' then
    if life == '0' then
      redis.call('SET', key, token)
    else
      redis.call('SET', key, token, 'PXAT', digits(from + life))
    end
  elseif step == 'restore' then
    if life == '0' then
      redis.call('SET', key, token)
    elseif tonumber(life) >= tonumber(from) then
      redis.call('SET', key, token, 'PXAT', life)
    end
  elseif step == 'drop' or step == 'clear' then
    redis.call('DEL', key)
  end
end
