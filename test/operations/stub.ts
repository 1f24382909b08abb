/** The code of a function that changes the item as the task manager and the task monitor do on a direct invocation. */
export const stub = `
const endpoint = process.env.AWS_ENDPOINT_URL
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
}
const call = async (operation, input) => {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'x-amz-target': 'DynamoDB_20120810.' + operation },
    body: JSON.stringify({ TableName: process.env.TABLE_NAME, Key: { task_id: { S: 'main' } }, ...input }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
const set = fields => {
  const names = Object.keys(fields)
  return call('UpdateItem', {
    UpdateExpression: 'SET ' + names.map(name => '#' + name + ' = :' + name).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map(name => ['#' + name, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map(name => [':' + name, fields[name]])),
  })
}
exports.handler = async ({ action, by }) => {
  if (by === 'broken') throw new Error('the table is locked')
  const { Item = {} } = await call('GetItem', { ConsistentRead: true })
  const state = Item.state?.S ?? 'ASLEEP'
  const generation = Number(Item.generation?.N ?? 0)
  const now = Math.floor(Date.now() / 1000)
  const N = number => ({ N: String(number) })
  const answer = (status, message, more = {}) => ({ status, message, generation, url: Item.url?.S ?? null, expires_at: Number(Item.expires_at?.N ?? 0) || null, retry_after: null, ...more })
  if (action === 'stop') {
    if (state !== 'ASLEEP') await set({ state: { S: 'STOPPING' }, stop_reason: { S: by + ' stopped it.' }, stop_cause: { S: 'asked' } })
    return null
  }
  if (Item.refuse) return answer('failed', Item.refuse.S)
  if (state === 'STOPPING') {
    if (action === 'start') await set({ want_again: { BOOL: true } })
    return answer('stopping', 'The backend is stopping.')
  }
  if (state === 'ASLEEP') {
    if (action === 'ping') return answer('stopped', 'The backend is not running.')
    await set({ state: { S: 'STARTING' }, generation: N(generation + 1), started_at: N(now), expires_at: N(now + 300), last_ping_at: N(now), woken_by: { S: by } })
    return answer('started', 'Task starting.', { generation: generation + 1, expires_at: now + 300 })
  }
  await set({ expires_at: N(now + 300), last_ping_at: N(now) })
  return answer(state === 'READY' ? 'running' : 'starting', state === 'READY' ? 'The backend is running.' : 'The backend is starting.', { expires_at: now + 300 })
}
`
