import { markdown, type Section } from './report.ts'

const HEAD = `# Bench

Written by \`npm run bench\`, all of it or the sections named behind \`--\`. Compare within a table; figures of different runs
differ with the machine's mood.
`

/** The results with `sections` in the place of those of the same titles, each with when and where it was measured. */
export const withSections = (before: string, sections: readonly Section[], when: string): string => {
  const kept = new Map(
    before
      .split(/^(?=## )/m)
      .slice(1)
      .map(text => [/^## (.*)$/m.exec(text)?.[1] ?? '', text.trimEnd()]),
  )
  for (const section of sections)
    kept.set(section.title, markdown(section).trimEnd().replace('\n\n', `\n\n${when}\n\n`))
  return `${[HEAD.trimEnd(), ...kept.values()].join('\n\n')}\n`
}
