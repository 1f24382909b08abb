import type * as z from 'zod'
import { backendRules } from './rules/backendRules.ts'
import { certificateRules } from './rules/certificateRules.ts'
import { domainRules } from './rules/domainRules.ts'
import { networkRules } from './rules/networkRules.ts'
import { stackRules } from './rules/stackRules.ts'
import type { Written } from './schema.ts'

const RULES = [...stackRules, ...backendRules, ...domainRules, ...certificateRules, ...networkRules]

const related = (issue: readonly PropertyKey[], read: readonly string[]): boolean =>
  issue.slice(0, read.length).every((step, index) => step === read[index])

/** Adds what the rules across fields have against a manifest, however much is wrong with single fields. */
export const rules = (manifest: Written, context: z.core.$RefinementCtx<Written>): void => {
  // An unknown key spoils no value: its issue stands at the map around it.
  const broken = context.issues
    .filter(issue => issue.code !== 'unrecognized_keys')
    .map(issue => issue.path ?? [])
  for (const { reads, complaints } of RULES) {
    if (reads.some(read => broken.some(path => related(path, read.split('.'))))) continue
    for (const complaint of complaints(manifest))
      if (complaint)
        context.addIssue({ code: 'custom', path: [...complaint.path], message: complaint.message })
  }
}
