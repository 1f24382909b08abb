import * as z from 'zod'
import { bucketName } from './checks/bucketName.ts'
import { certificateArn } from './checks/certificateArn.ts'
import { domainName } from './checks/domainName.ts'
import { durationSeconds } from './checks/duration.ts'
import { glob } from './checks/glob.ts'
import { absent, choice, duration, path, section, shown, text } from './kit.ts'

export const domain = () => text(domainName).meta({ format: 'hostname' })

/** `auto`, or the ARN of a certificate that exists. */
export const certificate = () =>
  text(value => (value === 'auto' ? null : certificateArn(value))).meta({
    pattern: '^(auto|arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[a-zA-Z0-9-]+)$',
  })

const build = section({
  install: text().default('npm ci').describe('Run in source first.'),
  command: text().default('npm run build').describe('Run in source; makes the output folder.'),
  output: path().default('dist').describe('The folder to upload, inside source.'),
})

const DAY = 86_400

const HEADERS: Record<string, string> = {
  immutable: 'public, max-age=31536000, immutable',
  'no-cache': 'no-cache',
}

const cacheHeader = z.string().transform((value, context) => {
  const header = Object.hasOwn(HEADERS, value) ? HEADERS[value] : undefined
  const seconds = durationSeconds(value)
  if (header !== undefined) return header
  if (seconds !== null) return `public, max-age=${seconds}`
  context.addIssue({
    code: 'custom',
    message: `${shown(value)} must be immutable, no-cache or a duration such as 1h.`,
  })
  return z.NEVER
})

const cache = z
  .record(
    text(glob).refine(pattern => !/^\d+$/.test(pattern), { error: 'A glob cannot be a bare number.' }),
    cacheHeader,
  )
  .default({})
  .transform(record => Object.entries(record).map(([glob, header]) => ({ glob, header })))

export const frontend = section({
  bucket: absent(
    text(bucketName).describe('S3 bucket of the files. Default: <project>-frontend-<environment>.'),
  ),
  source: path().default('frontend').describe('Folder of the frontend, relative to this file.'),
  build: absent(build.describe('How the files are built. Leave it out to upload source as it is.')),
  domain: absent(domain().describe('Name of the site. Leave it out to use the one CloudFront gives.')),
  aliases: z.array(domain()).default([]).describe('Further names of the site.'),
  certificate: absent(
    certificate().describe('ARN of a certificate in us-east-1, or auto (the default) to request one.'),
  ),
  fallback: choice(['function', 'errors', 'none'])
    .default('function')
    .describe(
      'How deep links of a single-page app find index.html: a CloudFront function, custom error responses, or not at all.',
    ),
  cache: cache.describe(
    'Glob → immutable, no-cache or a duration. The first glob that matches decides. Default: names with a hash immutable, HTML no-cache, all else checked each time.',
  ),
  keep: duration(0, 365 * DAY)
    .default(7 * DAY)
    .describe('How long files of replaced builds stay, for open tabs and for going back: 7d.'),
})
