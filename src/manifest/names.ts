import type { Names } from './manifest.ts'

/**
 * Every AWS name storyarch makes of project and environment. The longest fits AWS's tightest limit (64: roles,
 * functions, rules) while a project has at most 32 characters and an environment at most 16.
 */
export const derivedNames = (project: string, environment: string) => {
  const named = (what: string) => `${project}-${what}-${environment}`
  return {
    frontendBucket: named('frontend'),
    databaseBucket: named('database'),
    executionRole: named('task-execution'),
    taskRole: named('task'),
    managerRole: named('task-manager'),
    monitorRole: named('task-monitor'),
    agentRepository: named('agent'),
    securityGroup: named('backend'),
    api: named('api'),
    topic: named('task-inactive'),
    alarm: named('task-inactive'),
    sweepRule: named('sweep'),
    taskStateRule: named('task-state'),
    accessControl: named('frontend'),
    fallbackFunction: named('spa-fallback'),
    distribution: `${project}-${environment}-frontend`,
    budget: `${project}-${environment}`,
    /** Where the owner puts the token of `api.auth: token`: a SecureString of Parameter Store, which costs nothing. */
    tokenParameter: `/storyarch/${project}/${environment}/api-token`,
  }
}

/** The names a manifest may change (`backend.names`), as the seed's Terraform chose them. */
export const defaultNames = (project: string, environment: string): Names => ({
  repository: `${project}-backend`,
  cluster: `${project}-${environment}`,
  taskFamily: `${project}-backend-${environment}`,
  table: `${project}-task-state-${environment}`,
  taskManager: `${project}-task-manager-${environment}`,
  taskMonitor: `${project}-task-monitor-${environment}`,
  logGroup: `/ecs/${project}-${environment}`,
})
