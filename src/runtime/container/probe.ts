import { exchange } from '../aws/exchange.ts'
import { told } from './log.ts'

/** An app that takes longer to say that it is well is not. */
const SILENCE_MS = 5_000

/** Asks the app once; null when it answers with 2xx, else what it did instead. */
export const probe = async (
  { port, healthPath }: { readonly port: number; readonly healthPath: string },
  signal: AbortSignal,
): Promise<string | null> => {
  try {
    const answer = await exchange({
      origin: new URL(`http://127.0.0.1:${port}`),
      method: 'GET',
      path: healthPath,
      headers: { connection: 'close', 'user-agent': 'storyarch-agent' },
      body: '',
      timeoutMs: SILENCE_MS,
      signal,
    })
    answer.destroy()
    const status = answer.statusCode ?? 0
    return status >= 200 && status < 300 ? null : `it answered ${status}`
  } catch (error) {
    return told(error)
  }
}
