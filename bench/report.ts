/** One measured claim. `limit` is the most `value` may be; null where a figure is only recorded. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly limit: number | null
  readonly note: string
}

export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
}

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3))

/** A section as a Markdown table. */
export const markdown = ({ title, rows }: Section): string =>
  [
    `## ${title}`,
    '',
    '| what | measured | limit | | note |',
    '|---|---:|---:|---|---|',
    ...rows.map(({ what, value, unit, limit, note }) => {
      const verdict = limit === null ? '' : value <= limit ? 'holds' : 'MISSED'
      return `| ${what} | ${figure(value)} ${unit} | ${limit === null ? '' : `${figure(limit)} ${unit}`} | ${verdict} | ${note} |`
    }),
    '',
  ].join('\n')

/** Whether every limit holds. */
export const holds = (sections: readonly Section[]): boolean =>
  sections.every(({ rows }) => rows.every(({ value, limit }) => limit === null || value <= limit))
