import type { CostLine } from '../../resource.ts'

const usd = (amount: number): string =>
  `$${amount < 1 ? amount.toFixed(4).replace(/0{1,2}$/, '') : amount.toFixed(2)}`

const sum = (lines: readonly CostLine[], unit: CostLine['unit']): number =>
  lines.filter(line => line.unit === unit).reduce((all, line) => all + line.usd, 0)

/** What the stack costs while it runs and while nobody uses it; `all` also lists what is paid by use. */
export const costText = (lines: readonly CostLine[], all: boolean): string[] => {
  if (lines.length === 0) return []
  const byUse = lines.filter(({ unit }) => unit !== 'running hour' && unit !== 'month')
  const total = `Cost: ${usd(sum(lines, 'running hour'))} per running hour, ${usd(sum(lines, 'month'))} per idle month${byUse.length === 0 ? '' : ', plus what is used'}.`
  if (!all) return [total]
  return [total, ...lines.map(({ item, unit, usd: amount }) => `  ${item}: ${usd(amount)} per ${unit}`)]
}
