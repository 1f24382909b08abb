import { expect } from 'vitest'

/** What a step came to: what of the answer matters, or the error's name and status. */
export type Outcome = [step: string, outcome: unknown]

export type Connect = <C>(Client: new (settings: never) => C) => C

/** Runs steps one after another against one AWS and notes what each came to. */
export class Script {
  readonly outcomes: Outcome[] = []

  async step<T>(name: string, act: () => Promise<T>, matters: (answer: T) => unknown = () => 'done') {
    try {
      const answer = await act()
      this.outcomes.push([name, matters(answer)])
      return answer
    } catch (error) {
      const { name: code, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
      this.outcomes.push([name, `${code} ${$metadata?.httpStatusCode}`])
      return undefined
    }
  }
}

/** Where an AWS answers other than the real one, by step, and the AWS document that says so. */
export type Errs = Readonly<Record<string, { moto: unknown; because: string }>>

/** The two came to the same, but for the steps `errs` names: there the other must err just so. */
export const expectSame = (here: Outcome[], there: Outcome[], errs: Errs): void => {
  const corrected = there.map(([step, outcome], index): Outcome => {
    const err = errs[step]
    if (err) expect([step, outcome]).toEqual([step, err.moto])
    return [step, err ? here[index]?.[1] : outcome]
  })
  expect(here).toEqual(corrected)
}

export const connectTo =
  (endpoint: string): Connect =>
  Client =>
    new Client({
      endpoint,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    } as never)
