import { describe, expect, test } from 'vitest'
import { explainEnd } from '../../../src/runtime/lifecycle/explainEnd.ts'
import { refusalOf } from '../../../src/runtime/lifecycle/launchRefusal.ts'
import { clientToken, generationOf, startedBy } from '../../../src/runtime/lifecycle/startedBy.ts'

const end = {
  taskArn: 'arn:a',
  generation: 1,
  stopCode: null,
  reason: null,
  exitCodes: {},
  containerReasons: [],
}

describe('why a task is over', () => {
  test.for([
    [
      'image',
      {
        stopCode: 'TaskFailedToStart',
        reason: 'CannotPullContainerError: pull image manifest has been retried',
      },
    ],
    [
      'image',
      { reason: 'Task failed to start', containerReasons: ['CannotPullContainerError: no such image'] },
    ],
    ['image', { reason: 'ResourceInitializationError: unable to pull secrets or registry auth' }],
    ['capacity', { reason: 'Capacity is unavailable at this time. Please try again later' }],
    ['capacity', { stopCode: 'SpotInterruption', reason: 'Your Spot Task was interrupted.' }],
    ['database', { exitCodes: { restore: 1 } }],
    ['app', { exitCodes: { restore: 0, app: 1 } }],
    ['app', { reason: 'Essential container in task exited' }],
    ['app', {}],
  ] as const)('%s, before it was ready', ([failure, told]) => {
    const why = explainEnd({ ...end, ...told }, false)
    expect(why).toMatchObject({ cause: 'failed-start', failure })
    expect(why.reason).not.toBe('')
  })

  test.for([
    ['interrupted', { stopCode: 'SpotInterruption', reason: 'Your Spot Task was interrupted.' }],
    ['interrupted', { stopCode: 'TerminationNotice' }],
    ['ended', { exitCodes: { app: 137 }, containerReasons: ['OutOfMemoryError: container killed'] }],
    ['ended', { stopCode: 'UserInitiated', reason: 'somebody in the console', exitCodes: { app: 143 } }],
    ['ended', {}],
  ] as const)('%s, once it was ready', ([cause, told]) => {
    const why = explainEnd({ ...end, ...told }, true)
    expect(why).toMatchObject({ cause, failure: null })
    expect(why.reason).not.toBe('')
  })

  test('tells memory from other ends, and not being told to go from dying', () => {
    const memory = explainEnd(
      { ...end, exitCodes: { app: 137 }, containerReasons: ['OutOfMemoryError: x'] },
      true,
    )
    expect(memory.reason).toBe('Container app ended with exit code 137 (OutOfMemoryError: x).')
    const told = explainEnd({ ...end, reason: 'by hand', exitCodes: { app: 143, agent: 0 } }, true)
    expect(told.reason).toBe('The task ended: by hand')
  })
})

describe('why ECS gives no task', () => {
  test.for([
    [
      'capacity',
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    ],
    ['capacity', 'RESOURCE:ENI'],
    ['quota', "You've reached the limit on the number of vCPUs you can run concurrently"],
    ['quota', "You've reached the limit on the number of spot tasks you can run concurrently"],
    ['quota', "You've reached the limit on the number of Spot vCPUs you can run concurrently"],
    ['quota', 'The requested CPU configuration is above your limit'],
    ['configuration', 'TaskDefinition is inactive'],
    ['configuration', ''],
  ] as const)('%s: %s', ([failure, reason]) => {
    expect(refusalOf(reason)).toMatchObject({ failure, message: expect.stringContaining(reason) })
  })
})

describe('whose a task is', () => {
  test('is read back as it was written, for this stack alone', () => {
    expect(generationOf('notes/prod', startedBy('notes/prod', 12))).toBe(12)
    for (const other of ['notes/dev', 'note', 'notes/prod/x'])
      expect(generationOf(other, startedBy('notes/prod', 12))).toBeNull()
    for (const text of [
      null,
      '',
      'me',
      'storyarch/notes/prod/',
      'storyarch/notes/prod/0',
      'storyarch/notes/prod/1x',
    ])
      expect(generationOf('notes/prod', text)).toBeNull()
  })

  test('fits what ECS allows, for the longest names', () => {
    const stack = `${'p'.repeat(32)}/${'e'.repeat(16)}`
    expect(startedBy(stack, 999_999_999)).toMatch(/^[\w/-]{1,128}$/)
    expect(clientToken(stack, 999_999_999, 1_800_000_000.123)).toMatch(/^[\x21-\x7e]{1,64}$/)
  })

  test('a table that was made anew does not get the old task back', () => {
    expect(clientToken('a/b', 1, 100)).toBe(clientToken('a/b', 1, 100))
    const tokens = [
      clientToken('a/b', 1, 100),
      clientToken('a/b', 1, 200),
      clientToken('a/b', 2, 100),
      clientToken('a/c', 1, 100),
    ]
    expect(new Set(tokens).size).toBe(4)
  })
})
