import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'

const KEEP_SECONDS = 60

/**
 * Reads the API's token from Parameter Store and keeps it for a minute, so that a new one is in force soon without a
 * deploy, and no visitor can make every request a call of Parameter Store.
 */
export const keepToken = (parameter: string, now: () => number): (() => Promise<string>) => {
  const ssm = new SSMClient()
  let kept: { readonly token: Promise<string>; readonly until: number } | null = null
  const read = async (): Promise<string> => {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }))
    if (!Parameter?.Value) throw new Error(`the parameter ${parameter} is empty`)
    return Parameter.Value
  }
  return () => {
    if (kept === null || now() >= kept.until) {
      const token = read()
      const mine = { token, until: now() + KEEP_SECONDS }
      kept = mine
      token.catch(() => {
        if (kept === mine) kept = null
      })
    }
    return kept.token
  }
}
