import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { AwsError } from '../../service.ts'

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)

/** CPU units → memory in MiB (Amazon ECS task size, "Task definition parameters for Fargate"). */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
}

const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens']

/** `1 vCPU` is 1024 units, `2 GB` is 2048 MiB; plain numbers stay. */
export const units = (text: string): number => {
  const match = /^([\d.]+)\s*(v?cpu|gb)?$/i.exec(text.trim())
  const factor = match?.[2] === undefined ? 1 : 1024
  return match ? Number(match[1]) * factor : Number.NaN
}

/** Throws ClientException with AWS's own words for the first thing Fargate would refuse. */
export const demandFargate = (input: RegisterTaskDefinitionCommandInput): void => {
  const containers = input.containerDefinitions ?? []
  const refuse = (fact: string): never => {
    throw new AwsError('ClientException', fact)
  }
  if (input.networkMode !== 'awsvpc') refuse("Fargate only supports network mode 'awsvpc'.")
  if (!input.cpu) refuse("Fargate requires that 'cpu' be defined at the task level.")
  if (!input.memory) refuse("Fargate requires that 'memory' be defined at the task level.")
  const [cpu, memory] = [units(input.cpu ?? ''), units(input.memory ?? '')]
  if (!SIZES[cpu]?.includes(memory))
    refuse(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    )
  const disk = input.ephemeralStorage?.sizeInGiB
  if (disk !== undefined && (disk < 21 || disk > 200))
    refuse('EphemeralStorage size must be between 21 GiB and 200 GiB.')
  if (input.placementConstraints?.length) refuse('Placement constraints are not supported on Fargate.')
  for (const { linuxParameters, privileged, stopTimeout, logConfiguration, name } of containers) {
    if (privileged) refuse(`Fargate compatible task definitions do not support privileged: ${name}`)
    if (linuxParameters?.devices?.length) refuse('Fargate compatible task definitions do not support devices')
    if (stopTimeout !== undefined && stopTimeout > 120)
      refuse('stopTimeout must be at most 120 seconds for tasks that use Fargate.')
    const driver = logConfiguration?.logDriver
    if (driver !== undefined && !LOG_DRIVERS.includes(driver))
      refuse(`Fargate only supports log drivers ${LOG_DRIVERS.join(', ')}.`)
    if (driver === 'awslogs' && !logConfiguration?.options?.['awslogs-stream-prefix'])
      refuse('Log driver awslogs requires option awslogs-stream-prefix on Fargate.')
  }
  if (input.executionRoleArn) return
  const needs = (what: string): never =>
    refuse(`Fargate requires task definition to have execution role ARN to support ${what}.`)
  if (containers.some(({ image }) => /\.dkr\.ecr\./.test(image ?? ''))) needs('ECR images')
  if (containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs'))
    needs('log driver awslogs')
  if (containers.some(({ secrets }) => secrets?.length)) needs('secrets')
}
