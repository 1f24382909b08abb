import type { Frontend, Manifest } from '../manifest/manifest.ts'
import { output } from '../token.ts'
import { apiUrl } from './apiUrl.ts'
import { DISTRIBUTION } from './frontend.ts'
import { isShipped } from './image.ts'
import { lambdaLog } from './roles.ts'
import { hasBackend, type WithBackend } from './withBackend.ts'

/** Named values for people and scripts, under the seed's names; only those this stack has. */
export const outputs = (manifest: Manifest, table: string): Record<string, string> => ({
  project: manifest.project,
  environment: manifest.environment,
  region: manifest.region,
  task_state_table_name: table,
  ...(manifest.frontend && ofFrontend(manifest.frontend)),
  ...(hasBackend(manifest) && ofBackend(manifest)),
})

const ofFrontend = ({ bucket, domain }: Frontend): Record<string, string> => ({
  frontend_bucket_name: bucket,
  cloudfront_distribution_id: output(DISTRIBUTION, 'id'),
  cloudfront_domain_name: output(DISTRIBUTION, 'domain'),
  site_url: `https://${domain ?? output(DISTRIBUTION, 'domain')}`,
  frontend_version: output('bucketContents/frontend', 'version'),
  frontend_revision: output('bucketContents/frontend', 'revision'),
})

const ofBackend = (manifest: WithBackend): Record<string, string> => {
  const { names } = manifest.backend
  return {
    database_bucket_name: manifest.database.bucket,
    database_key: manifest.database.key,
    ...(isShipped(manifest.backend) && {
      ecr_repository_name: names.repository,
      ecr_repository_url: output('repository/backend', 'url'),
      image_digest: output('image/backend', 'digest'),
      image_revision: output('image/backend', 'revision'),
    }),
    agent_digest: output('image/agent', 'digest'),
    ecs_cluster_name: names.cluster,
    task_definition_family: names.taskFamily,
    task_log_group_name: names.logGroup,
    task_manager_function_name: names.taskManager,
    task_manager_log_group_name: lambdaLog(names.taskManager),
    task_monitor_function_name: names.taskMonitor,
    task_monitor_log_group_name: lambdaLog(names.taskMonitor),
    api_id: output('httpApi/api', 'id'),
    api_url: apiUrl(manifest),
    start_url: `${apiUrl(manifest)}/start`,
  }
}
