import { asyncConfigs } from './lambda/asyncConfigs.ts'
import { concurrency } from './lambda/concurrency.ts'
import type { LambdaService } from './lambda/functionRow.ts'
import { functions } from './lambda/functions.ts'
import { invocations } from './lambda/invoke.ts'
import { permissions } from './lambda/permissions.ts'

/** Functions from zips, always `$LATEST`: no versions, aliases, layers, images or event source mappings. */
export const lambda: LambdaService = {
  ...functions,
  ...permissions,
  ...asyncConfigs,
  ...concurrency,
  ...invocations,
}
