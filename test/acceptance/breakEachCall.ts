import { afterTrouble } from './converges.ts'
import { exampleStack } from './exampleStack.ts'
import { breaking, FAULTS, type Fault, nameOf, recorder } from './faults.ts'

/**
 * Run as a program, `<fault> <of>`, so that several faults can be tried at once: records the calls of a real `up`, does the
 * fault to its share of them, each on a fresh AWS, runs `up` again, and prints as JSON what did not end as the calm run
 * did. `of`: how many of all the faults each call meets; which, goes round.
 */
const fault = process.argv[2] as Fault
const of = Number(process.argv[3])
const blueprint = await exampleStack('notes.yaml')
const { seen, intercept } = recorder()
const calm = await afterTrouble(blueprint, { intercept, maxAttempts: 1 })
const maxAttempts = fault === 'lost and sent again' ? 3 : 1

const wrong: unknown[] = []
let mended = 0
const isMet = (index: number): boolean => (index + FAULTS.indexOf(fault)) % FAULTS.length < of
// Parallel calls come in no fixed order; every fault must count them alike.
const calls = seen.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
for (const call of calls.filter((_, index) => isMet(index))) {
  const { writes, state, left } = await afterTrouble(blueprint, {
    intercept: breaking(call, fault),
    maxAttempts,
  })
  if (writes === 0) continue
  mended++
  const ids = new Set([...Object.keys(state), ...Object.keys(calm.state)])
  const differ = [...ids].filter(id => JSON.stringify(state[id]) !== JSON.stringify(calm.state[id]))
  if (left.length > 0 || differ.length > 0) wrong.push({ call, left, differ })
}
const resources = Object.keys(calm.state).length - 1
console.log(
  JSON.stringify({
    calls: seen.length,
    mended,
    resources,
    wished: blueprint.resources.length,
    left: calm.left,
    wrong,
  }),
)
