import { shortRevision } from './plan.ts'

/** What runs and is served, as one line: each content's version, and the commit it is of where that is known; empty for none. */
export const standingText = (outputs: Readonly<Record<string, string>>): string => {
  const told = (what: string, version: string | undefined, revision: string | undefined): string[] => {
    if (version === undefined) return []
    const commit = revision ? ` (${shortRevision(revision)})` : ''
    return [`${what} ${version.replace(/^(sha256:[0-9a-f]{12}).*/, '$1')}${commit}`]
  }
  const all = [
    ...told('image', outputs['image_digest'], outputs['image_revision']),
    ...told('agent', outputs['agent_digest'], undefined),
    ...told('site', outputs['frontend_version'], outputs['frontend_revision']),
  ]
  return all.length === 0 ? '' : `stands   ${all.join(', ')}`
}
