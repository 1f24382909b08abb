import type { TaskDefinitionProps } from '../../../src/provisioners/taskDefinition.ts'
import type { Sample } from '../contract.ts'

const app: TaskDefinitionProps['definition']['containers'][number] = {
  name: 'app',
  image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/contract-test:1',
  essential: true,
  command: null,
  environment: { ZONE: 'z', DATABASE_PATH: '/data/db.sqlite3' },
  secrets: { SECRET_KEY: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:contract-test-AbCdEf' },
  ports: [8000],
  mounts: [{ volume: 'data', path: '/data' }],
  dependsOn: [{ container: 'restore', condition: 'SUCCESS' }],
  stopTimeoutSeconds: 120,
  initProcess: true,
  logs: { group: '/ecs/contract-test', region: 'us-east-1', prefix: 'app' },
}

const restore = { ...app, name: 'restore', essential: false, command: ['restore'], ports: [], dependsOn: [] }

const definition: TaskDefinitionProps['definition'] = {
  cpu: 256,
  memory: 512,
  architecture: 'ARM64',
  executionRole: 'arn:aws:iam::123456789012:role/contract-test-execution',
  taskRole: 'arn:aws:iam::123456789012:role/contract-test-task',
  volumes: ['data', 'agent'],
  containers: [app, restore],
}

export const taskDefinitionSample: Sample<TaskDefinitionProps> = {
  prepare: async () => ({
    name: 'contract-test-backend',
    props: { definition },
    variants: {
      definition: {
        ...definition,
        cpu: 512,
        memory: 1024,
        architecture: 'X86_64',
        volumes: ['data'],
        containers: [{ ...app, environment: {}, initProcess: false, stopTimeoutSeconds: 30, dependsOn: [] }],
      },
    },
  }),
  unreached: {
    'ecs:DeregisterTaskDefinition': 'by changes only beyond three revisions: taskDefinition.test.ts',
    'ecs:DeleteTaskDefinitions': 'the same',
    'iam:PassRole': 'asked for whoever gives roles to a task',
    'ecs:ListTaskDefinitions': 'by reads only after somebody registered a revision without tags',
  },
}
