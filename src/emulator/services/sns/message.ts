import type { Call, Table } from '../../service.ts'

/** A row of `messages`, keyed by id. Time in epoch milliseconds. */
export interface Message {
  id: string
  topicArn: string
  subject: string | null
  /** What each protocol is told; `default` is for those not named. */
  texts: Record<string, string>
  attributes: Record<string, { type: string; value: string }>
  publishedAt: number
}

/** How many messages are remembered; older ones have long been told. */
const REMEMBERED = 1_000

export const messageTable = (call: Call): Table<Message> =>
  call.table<Message>('messages', { service: 'sns' })

export const keepMessage = (call: Call, message: Message): void => {
  const table = messageTable(call)
  table.set(message.id, message)
  const oldest = table
    .values()
    .sort((a, b) => b.publishedAt - a.publishedAt)
    .slice(REMEMBERED)
  for (const { id } of oldest) table.delete(id)
}
