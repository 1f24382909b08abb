import { quoted } from '../commandLine.ts'

type Values = Readonly<Record<string, string>>

/** The stack's named values in the form asked for: `text`, `json`, `env` or `github`. */
export const outputsText = (values: Values, format: string, region: string): string => {
  if (format === 'json') return JSON.stringify(values, null, 2)
  if (format === 'env') return envLines(values, region).join('\n')
  if (format === 'github') return githubLines(values, region).join('\n')
  const width = Math.max(0, ...Object.keys(values).map(name => name.length))
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join('\n')
}

const repositoryName = ({ ecr_repository_url: url }: Values): string | undefined =>
  url?.split('/').slice(1).join('/')

/** Pairs whose value is known. */
const known = (pairs: readonly (readonly [string, string | undefined])[]): (readonly [string, string])[] =>
  pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))

/** What the deploy scripts source: the names and the `export` of the original project's `.env`. */
const envLines = (values: Values, region: string): string[] =>
  known([
    ['AWS_REGION', region],
    ['FRONTEND_S3_BUCKET', values['frontend_bucket_name']],
    ['CLOUDFRONT_DISTRIBUTION_ID', values['cloudfront_distribution_id']],
    ['DATABASE_S3_BUCKET', values['database_bucket_name']],
    ['ECR_REPOSITORY', repositoryName(values)],
  ]).map(([name, value]) => `export ${name}=${quoted(value)}`)

/** A dotenv file as `gh secret set --env-file` and `gh variable set --env-file` read it. */
const githubLines = (values: Values, region: string): string[] => [
  '# Repository secrets: storyarch outputs --format github | gh secret set --env-file -',
  "# AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are your deploy user's; storyarch does not know them.",
  ...known([
    ['FRONTEND_S3_BUCKET', values['frontend_bucket_name']],
    ['CLOUDFRONT_DISTRIBUTION_ID', values['cloudfront_distribution_id']],
    ['ECS_CLUSTER_NAME', values['ecs_cluster_name']],
  ]).map(([name, value]) => `${name}=${value}`),
  '# Empty: the backend runs on demand, there is no service.',
  'ECS_SERVICE_NAME=',
  '# Not secret; as well kept as variables: gh variable set --env-file -',
  ...known([
    ['AWS_REGION', region],
    ['DATABASE_S3_BUCKET', values['database_bucket_name']],
    ['ECR_REPOSITORY', repositoryName(values)],
  ]).map(([name, value]) => `${name}=${value}`),
]
