import { lambdaLog } from '../blueprint/roles.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { derivedNames } from '../manifest/names.ts'
import type { Backend } from '../operations/backend.ts'

/** What a manifest says of its backend to whoever works with the live one; null where it has none. */
export const backendOf = ({ project, environment, backend, database, network }: Manifest): Backend | null => {
  if (backend === null || database === null) return null
  const { names } = backend
  return {
    stack: `${project}/${environment}`,
    table: names.table,
    cluster: names.cluster,
    taskManager: names.taskManager,
    taskMonitor: names.taskMonitor,
    logGroups: {
      task: names.logGroup,
      manager: lambdaLog(names.taskManager),
      monitor: lambdaLog(names.taskMonitor),
    },
    alarm: derivedNames(project, environment).alarm,
    database: { bucket: database.bucket, key: database.key },
    port: backend.port,
    healthPath: backend.health,
    isPublic: network.publicIp,
    startDeadlineSeconds: backend.startDeadlineSeconds,
  }
}
