import { UserError } from '../errors.ts'
import { exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import type { Shell } from './shell.ts'

const LOCAL_REGION = 'us-east-1'

/**
 * The region that `--region` or the environment names, for commands without a manifest.
 * @throws UserError (exit 64) when neither does: a guess could hit the wrong place
 */
export const regionOf = (flags: GlobalFlags, { host }: Shell): string => {
  const region =
    flags.region ??
    host.env['AWS_REGION'] ??
    host.env['AWS_DEFAULT_REGION'] ??
    (flags.local ? LOCAL_REGION : null)
  if (region === null)
    throw new UserError(
      'No region is named.',
      'Say --region us-east-1 (or where your stacks stand), or set AWS_REGION.',
      {
        exitCode: exitCode.usage,
      },
    )
  return region
}
