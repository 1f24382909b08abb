import type { Outputs } from '../resource.ts'

/** name: the family. Any change registers a new revision; old revisions beyond three are deregistered and deleted. */
export interface TaskDefinitionProps {
  definition: {
    cpu: number
    memory: number
    architecture: 'ARM64' | 'X86_64'
    executionRole: string
    taskRole: string
    volumes: string[]
    containers: ContainerProps[]
  }
}

export interface ContainerProps {
  name: string
  image: string
  essential: boolean
  command: string[] | null
  environment: Record<string, string>
  /** Environment name → ARN of a secret or parameter. */
  secrets: Record<string, string>
  ports: number[]
  mounts: { volume: string; path: string }[]
  dependsOn: { container: string; condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY' }[]
  stopTimeoutSeconds: number
  initProcess: boolean
  logs: { group: string; region: string; prefix: string }
}

export interface TaskDefinitionOut extends Outputs {
  /** With the revision. */
  arn: string
  family: string
}
