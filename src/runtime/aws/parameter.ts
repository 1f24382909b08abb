import type { GetParameterCommandOutput } from '@aws-sdk/client-ssm'
import type { Aws } from './openAws.ts'
import { askJson } from './wire.ts'

const SSM = { name: 'ssm', target: 'AmazonSSM', version: '1.1' } as const

/** The value of a parameter, decrypted. Throws the AwsError `ParameterNotFound` when there is none. */
export const parameterValue = async (aws: Aws, name: string, signal: AbortSignal): Promise<string> => {
  const input = { Name: name, WithDecryption: true }
  const { Parameter } = await askJson<GetParameterCommandOutput>(aws, SSM, 'GetParameter', input, signal)
  return Parameter?.Value ?? ''
}
